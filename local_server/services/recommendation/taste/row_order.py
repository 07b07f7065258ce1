"""Which rows of a home screen come first, by the hour, the day and the device.

A profile's rows are counted in cells: a row at all, on this device, on this device at this time.
Each cell is a Beta distribution of "played from when seen" whose prior is the coarser cell, as in
empirical Bayes; the coarsest takes the order in which the rows were designed. What is uncertain is
given the benefit of the doubt (Kaufmann, Cappé & Garivier, AISTATS 2012), and a share of the places
is drawn so that what was shown can be judged later.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from local_server.services.recommendation.taste.explore import chances, draw

STRENGTH = 6.0  # of a prior, in times seen
FIRST_RATE, RATE_DECAY = (
    0.2,
    0.9,
)  # played from when seen: the row designed first, and each next one
DOUBT = 0.5  # standard deviations added to what is expected
EXPLORATION = 0.05  # share of places that are drawn

_Cell = tuple[str, ...]


class PartOfDay(StrEnum):
    """Hours in which people watch alike."""

    NIGHT = "night"
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When and where a home screen is looked at.

    ``hour``: 0 to 23, where the profile is. ``weekday``: 0 is Monday. ``device``: any name of a
    kind of device.
    """

    hour: int
    weekday: int
    device: str

    def __post_init__(self) -> None:
        if not (0 <= self.hour < 24 and 0 <= self.weekday < 7):
            raise ValueError("an hour lies within a day and a weekday within a week")

    @property
    def part_of_day(self) -> PartOfDay:
        """Six to noon is the morning; the evening lasts from six to midnight."""
        return tuple(PartOfDay)[self.hour // 6]

    @property
    def weekend(self) -> bool:
        """From Friday evening, when nobody has to get up the next day, to Sunday afternoon."""
        evening = self.part_of_day is PartOfDay.EVENING
        return (
            self.weekday == 5
            or (self.weekday == 4 and evening)
            or (self.weekday == 6 and not evening)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RowOutcome:
    """How often a row was seen by a profile in like moments, and how often something of it played.

    ``seen`` may be a fraction: a row far down that was drawn and hardly looked at counts little.
    """

    row_id: str
    moment: Moment
    seen: float
    played: float

    def __post_init__(self) -> None:
        if not 0 <= self.played <= self.seen < math.inf:
            raise ValueError("a row is played from when it is seen")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedRow:
    """A row and how likely it was to come at this place, given those above it."""

    row_id: str
    expected: float  # of the times seen: how often something is played from it
    propensity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RowOrder:
    """What is known of one profile. ``cells``: times seen and played."""

    cells: Mapping[_Cell, tuple[float, float]]

    @classmethod
    def fit(cls, outcomes: Iterable[RowOutcome]) -> RowOrder:
        """From the outcomes of one profile, in any order."""
        seen: dict[_Cell, list[float]] = {}
        played: dict[_Cell, list[float]] = {}
        for outcome in outcomes:
            for cell in _cells(outcome.row_id, outcome.moment):
                seen.setdefault(cell, []).append(outcome.seen)
                played.setdefault(cell, []).append(outcome.played)
        # fsum rounds once, at the end, and so whatever the order
        return cls(
            cells={cell: (math.fsum(seen[cell]), math.fsum(played[cell])) for cell in sorted(seen)}
        )

    def order(self, rows: Sequence[str], moment: Moment, *, seed: int) -> tuple[PlacedRow, ...]:
        """The rows, given as they were designed, best first. The same seed gives the same order."""
        random = np.random.default_rng(seed)
        known = [self._rate(row, place, moment) for place, row in enumerate(rows)]
        expected = np.array([rate for rate, _ in known])
        hoped = np.array([rate + DOUBT * deviation for rate, deviation in known])
        left = np.arange(len(rows))
        placed = []
        while len(left):
            likely = chances(int(np.argmax(hoped[left])), expected[left], share=EXPLORATION)
            which = draw(likely, random)
            placed.append(
                PlacedRow(
                    row_id=rows[left[which]],
                    expected=float(expected[left[which]]),
                    propensity=float(likely[which]),
                )
            )
            left = np.delete(left, which)
        return tuple(placed)

    def _rate(self, row_id: str, place: int, moment: Moment) -> tuple[float, float]:
        """Mean and standard deviation of a row's rate at a moment."""
        rate, weight = FIRST_RATE * RATE_DECAY**place, STRENGTH
        for cell in _cells(row_id, moment):
            seen, played = self.cells.get(cell, (0.0, 0.0))
            weight = seen + STRENGTH
            rate = (played + STRENGTH * rate) / weight
        return rate, math.sqrt(rate * (1 - rate) / (weight + 1))


def _cells(row_id: str, moment: Moment) -> tuple[_Cell, ...]:
    """The cells a moment belongs to, the coarsest first."""
    when = (moment.part_of_day, "weekend" if moment.weekend else "workday")
    return (row_id,), (row_id, moment.device), (row_id, moment.device, *when)
