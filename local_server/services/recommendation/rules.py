"""Which titles a profile would go on with. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

# Less than this and the film was opened, not begun.
BEGUN_S = 30.0
BEGUN_SHARE = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewing:
    """What a profile has seen of a title. ``series_id`` for an episode."""

    title_id: str
    series_id: str | None
    position_s: float
    duration_s: float
    finished: bool


def to_continue(
    viewings: Iterable[Viewing], *, episode_after: Callable[[str], str | None]
) -> tuple[str, ...]:
    """Title ids to go on with; ``viewings`` come newest first and the result keeps their order.

    A film begun and not finished; of a series the episode seen last, or the one after it when
    that is finished.
    """
    chosen: dict[str, None] = {}
    series_seen: set[str] = set()
    for viewing in viewings:
        if viewing.series_id is not None:
            if viewing.series_id in series_seen:
                continue
            series_seen.add(viewing.series_id)
        if not viewing.finished:
            if viewing.position_s >= min(BEGUN_S, BEGUN_SHARE * viewing.duration_s):
                chosen[viewing.title_id] = None
        elif (following := episode_after(viewing.title_id)) is not None:
            chosen[following] = None
    return tuple(chosen)
