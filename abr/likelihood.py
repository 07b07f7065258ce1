"""How likely a title is played soon, learned from what its viewer was shown and then played.

Signals of the screen (a card in focus, an open page, the next episode) fall into cells: kind, rank,
how long it has held, part of the day. Every cell counts how often a title that showed it was
played within :data:`SOON_S` and how often it was not, as a Beta distribution whose prior comes from
the coarser cell above it; old evidence fades. Several signals of one title have a cell of their
own, for they are anything but independent.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

SOON_S = 7 * 86_400.0  # a series is often gone on with a week later; bytes on disk can wait
DOUBT_S = 86_400.0  # not played by then: counts as a miss until it is played after all
DWELL_EDGES_S = (0.4, 1.2, 3.0, 8.0, 60.0, 600.0)  # passing by, looking, reading, leaving it there
RANK_EDGES = (1, 3, 10)
FADE_AT = 40.0  # a cell forgets beyond so many observations
SINGLE_STRENGTH, HOUR_STRENGTH, TOGETHER_STRENGTH = 4.0, 6.0, 4.0  # of priors, in observations
CAUTION = 1.0  # misses assumed beyond those counted: what was seen little promises little
HABIT_LEAST = 2.0  # plays of a series or film at this time of day that make a habit
FORMAT = 1


class SignalKind(StrEnum):
    """What speaks for a title."""

    FOCUS = "focus"  # its card is under the pointer or has the keyboard's focus
    PAGE = "page"  # its page is open: its main action would play it
    NEXT = "next"  # it follows what plays or was watched
    CONTINUE = "continue"  # it is among what the viewer began
    TOP = "top"  # it is what the home screen features
    HABIT = "habit"  # this profile plays it, or its series, at this time of day


# P(played soon) before anything was learned: at first sight, and after ten minutes. Chosen by hand,
# low enough that little is fetched for a viewer who is not known yet.
_PRIORS = {
    SignalKind.FOCUS: (0.03, 0.35),
    SignalKind.PAGE: (0.25, 0.50),
    SignalKind.NEXT: (0.70, 0.80),
    SignalKind.CONTINUE: (0.45, 0.45),
    SignalKind.TOP: (0.30, 0.30),
    SignalKind.HABIT: (0.35, 0.35),
}
_WITH_DWELL = frozenset({SignalKind.FOCUS, SignalKind.PAGE, SignalKind.NEXT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One thing that speaks for ``title_id`` now, since ``held_s``.

    ``rank`` counts from 0 along its row, and is 0 for what follows once the end is near; ``group``
    is the series of an episode, else the title.
    """

    kind: SignalKind
    title_id: str
    rank: int = 0
    held_s: float = 0.0
    group: str = ""

    @property
    def is_possible(self) -> bool:
        """Whether it can be true at all; what is not is ignored."""
        return bool(self.title_id) and self.rank >= 0 and 0 <= self.held_s < math.inf


class Likelihood:
    """P(played soon), and the counts behind it.

    Times are of one clock that goes on while the program does not run, in seconds. Not thread-safe:
    the player's event loop owns it.
    """

    def __init__(self) -> None:
        self._cells: dict[str, tuple[float, float]] = {}  # hits, misses
        self._habits: dict[str, float] = {}  # plays by group and part of the day
        # By title: the cells it showed, since when, and whether each counts as a miss already.
        self._open: dict[str, dict[str, tuple[float, bool]]] = {}

    def probability(self, signals: Iterable[Signal], hour: int) -> float:
        """That the title all these ``signals`` speak for is played soon; 0 without any.

        A cautious estimate: the less was seen of such signals, the lower.
        """
        known = self._with_habit(signals, hour)
        singles = [self._single(signal, hour) for signal in known]
        if len(known) < 2:
            return max(singles, default=0.0)
        return self._posterior(_together(known), max(singles), TOGETHER_STRENGTH)

    def saw(self, signals: Iterable[Signal], hour: int, at_s: float) -> None:
        """A title showed ``signals`` at ``at_s``; whether it is played will tell."""
        known = self._with_habit(signals, hour)
        if not known or not _is_count(at_s):
            return
        shown = self._open.setdefault(known[0].title_id, {})
        for cell in _cells(known, hour):
            shown.setdefault(cell, (at_s, False))

    def played(
        self, title_id: str, group: str, hour: int, at_s: float, *, useful: bool = True
    ) -> None:
        """The viewer played it: what it showed before was right.

        Unless what had been fetched for it was not ``useful``, being of another position, say.
        """
        self.settle(at_s)
        for cell, (_, doubted) in self._open.pop(title_id, {}).items():
            if doubted and not useful:
                continue
            if doubted:
                hits, misses = self._cells.get(cell, (0.0, 0.0))
                self._cells[cell] = (hits, max(0.0, misses - 1.0))
            self._count(cell, hit=useful)
        key = _habit(group or title_id, hour)
        for other in [k for k in self._habits if k.endswith(key[key.rindex("/") :])]:
            self._habits[other] *= 0.9
        self._habits[key] = self._habits.get(key, 0.0) + 1.0
        self._habits = {k: weight for k, weight in self._habits.items() if weight > 0.1}

    def settle(self, at_s: float) -> None:
        """What was shown and not played within :data:`DOUBT_S` seems wrong, later for good.

        Counting misses only when they are certain would make hits, which come sooner, look common.
        """
        if not math.isfinite(at_s):
            return
        for title_id, shown in list(self._open.items()):
            for cell, (since_s, doubted) in list(shown.items()):
                if at_s - since_s > DOUBT_S and not doubted:
                    self._count(cell, hit=False)
                    shown[cell] = (since_s, True)
                if at_s - since_s > SOON_S:
                    del shown[cell]
            if not shown:
                del self._open[title_id]

    def to_json(self) -> dict[str, Any]:
        """All of it, as plain JSON; :meth:`from_json` reads it back."""
        return {
            "format": FORMAT,
            "cells": {cell: list(counts) for cell, counts in self._cells.items()},
            "habits": dict(self._habits),
            "open": {
                title_id: {cell: list(since) for cell, since in shown.items()}
                for title_id, shown in self._open.items()
            },
        }

    @classmethod
    def from_json(cls, document: object) -> Likelihood:
        """What an earlier run learned; whatever is no such thing is left out."""
        made = cls()
        if not isinstance(document, Mapping) or document.get("format") != FORMAT:
            return made
        for cell, counts in _entries(document.get("cells")):
            if isinstance(counts, list) and len(counts) == 2 and all(map(_is_count, counts)):
                made._cells[cell] = (float(counts[0]), float(counts[1]))
        made._habits = {k: float(v) for k, v in _entries(document.get("habits")) if _is_count(v)}
        for title_id, shown in _entries(document.get("open")):
            kept = {
                cell: (float(since[0]), since[1] is True)
                for cell, since in _entries(shown)
                if isinstance(since, list) and len(since) == 2 and _is_count(since[0])
            }
            made._open |= {title_id: kept} if kept else {}
        return made

    def _with_habit(self, signals: Iterable[Signal], hour: int) -> tuple[Signal, ...]:
        known = tuple(signal for signal in signals if signal.is_possible)
        group = next((s.group or s.title_id for s in known), "")
        if self._habits.get(_habit(group, hour), 0.0) < HABIT_LEAST:
            return known
        habit = Signal(kind=SignalKind.HABIT, title_id=known[0].title_id, group=group)
        return (*known, habit)

    def _single(self, signal: Signal, hour: int) -> float:
        all_day = self._posterior(_cell(signal), _prior(signal), SINGLE_STRENGTH)
        likely = self._posterior(_at_hour(signal, hour), all_day, HOUR_STRENGTH)
        weight = sum(self._cells.get(_cell(signal), (0.0, 0.0))) + SINGLE_STRENGTH
        return likely * weight / (weight + CAUTION)

    def _posterior(self, cell: str, prior: float, strength: float) -> float:
        hits, misses = self._cells.get(cell, (0.0, 0.0))
        return (hits + prior * strength) / (hits + misses + strength)

    def _count(self, cell: str, *, hit: bool) -> None:
        hits, misses = self._cells.get(cell, (0.0, 0.0))
        keep = min(1.0, FADE_AT / (hits + misses + 1.0))
        hits, misses = hits * keep, misses * keep
        self._cells[cell] = (hits + 1.0, misses) if hit else (hits, misses + 1.0)


def by_title(signals: Iterable[Signal]) -> dict[str, tuple[Signal, ...]]:
    """The possible signals of each title, in the order in which titles are first named."""
    grouped: dict[str, list[Signal]] = {}
    for signal in signals:
        if signal.is_possible:
            grouped.setdefault(signal.title_id, []).append(signal)
    return {title_id: tuple(found) for title_id, found in grouped.items()}


def dwell_bucket(held_s: float) -> int:
    """How long is how long."""
    return sum(held_s >= edge_s for edge_s in DWELL_EDGES_S)


def _prior(signal: Signal) -> float:
    early, late = _PRIORS[signal.kind]
    share = dwell_bucket(signal.held_s) / len(DWELL_EDGES_S)
    return (early + (late - early) * share) / (1 + _rank_bucket(signal.rank) / 2)


def _rank_bucket(rank: int) -> int:
    return sum(rank >= edge for edge in RANK_EDGES)


def _cell(signal: Signal) -> str:
    dwell = dwell_bucket(signal.held_s) if signal.kind in _WITH_DWELL else 0
    return f"{signal.kind}/{_rank_bucket(signal.rank)}/{dwell}"


def _at_hour(signal: Signal, hour: int) -> str:
    return f"{_cell(signal)}/{_part_of_day(hour)}"


def _together(signals: tuple[Signal, ...]) -> str:
    kinds = "+".join(sorted({signal.kind for signal in signals}))
    dwell = max((dwell_bucket(s.held_s) for s in signals if s.kind in _WITH_DWELL), default=0)
    return f"{kinds}/{_rank_bucket(min(s.rank for s in signals))}/{dwell}"


def _cells(signals: tuple[Signal, ...], hour: int) -> tuple[str, ...]:
    own = [cell for signal in signals for cell in (_cell(signal), _at_hour(signal, hour))]
    return (*own, _together(signals)) if len(signals) > 1 else tuple(own)


def _habit(group: str, hour: int) -> str:
    return f"{group}/{_part_of_day(hour)}"


def _part_of_day(hour: int) -> str:
    names = ("night", "morning", "afternoon", "evening")
    return names[hour // 6] if 0 <= hour < 24 else "some time"


def _entries(found: object) -> Iterable[tuple[str, Any]]:
    return found.items() if isinstance(found, Mapping) else ()


def _is_count(value: object) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and 0 <= value <= 1e12  # also refuses NaN; a count or a moment is never larger
    )
