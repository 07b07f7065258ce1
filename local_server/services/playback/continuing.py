"""What a profile would go on with. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewing:
    """Where a profile stands in a title of a film or series, ``group_id``.

    ``resume_s`` is where it goes on, 0 for nowhere.
    """

    title_id: str
    group_id: str
    resume_s: float
    finished: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """``viewing`` is gone on with, or with ``next_title_id``, which follows it."""

    viewing: Viewing
    next_title_id: str | None = None


def to_continue(
    viewings: Iterable[Viewing], *, episode_after: Callable[[str], str | None]
) -> tuple[Step, ...]:
    """One step for each film or series; ``viewings`` come newest first, and steps in their order.

    Of a series the viewing that was last decides, so that watching it once more is followed, too.
    What was only opened, or marked as not watched, decides nothing.
    """
    steps: dict[str, Step | None] = {}
    for viewing in viewings:
        if viewing.group_id in steps or not (viewing.finished or viewing.resume_s > 0):
            continue
        if not viewing.finished:
            steps[viewing.group_id] = Step(viewing=viewing)
            continue
        following = episode_after(viewing.title_id)
        steps[viewing.group_id] = (
            Step(viewing=viewing, next_title_id=following) if following is not None else None
        )
    return tuple(step for step in steps.values() if step is not None)
