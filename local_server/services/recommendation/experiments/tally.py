"""From observations to figures. Pure: the same observations in the same order, the same figures."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from statistics import fmean
from typing import Protocol

import numpy as np

from local_server.services.recommendation.experiments.cuped import Adjusted, adjusted
from local_server.services.recommendation.experiments.sequential import (
    log_evidence_of_mean,
    log_evidence_of_preference,
    mean_interval,
    preference_interval,
)

# An arm's effect on a profile is expected to be about as large as profiles differ. Of the multiples
# tried (0.3 to 2), the largest that keeps false alarms below alpha for 2 to 12 profiles an arm.
MIXING_PER_SD = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One thing seen. ``draw_id`` tells draws of interleaved rows apart.

    ``before`` is the profile's minutes a day before the experiment, when known.
    """

    profile_id: str
    arm: str
    value: float
    draw_id: str | None = None
    before: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """The second arm's advantage, the interval about it, and the evidence that it is not 0."""

    n: int
    effect: float
    low: float
    high: float
    log_evidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmTally:
    """What was seen of one arm."""

    observations: int
    profiles: int
    mean: float


class Tally(Protocol):
    """Takes observations one by one."""

    def add(self, observation: Observation) -> bool:
        """Count it; ``False`` for one that changes nothing."""

    def figure(self, alpha: float) -> Figure:
        """What is known now."""

    def arm(self, name: str) -> ArmTally:
        """What was seen of an arm."""

    def variance_ratio(self) -> float | None:
        """The variance left by the time before; ``None`` where there is no such thing."""


class PreferenceTally:
    """Whose card is played first in each draw.

    One coin decided the teams of a draw, so that its plays are one toss and count once. The first
    one counts, because it cannot be changed by what comes after a look.
    """

    def __init__(self, first: str, second: str) -> None:
        self._names = (first, second)
        self._draws: set[tuple[str, str | None]] = set()
        self._profiles: dict[str, set[str]] = {first: set(), second: set()}
        self._wins: Counter[str] = Counter()

    def add(self, observation: Observation) -> bool:
        """Count the play unless its draw has one."""
        draw = (observation.profile_id, observation.draw_id)
        if draw in self._draws:
            return False
        self._draws.add(draw)
        self._profiles[observation.arm].add(observation.profile_id)
        self._wins[observation.arm] += 1
        return True

    def figure(self, alpha: float) -> Figure:
        """The difference of the two shares."""
        losses, wins = (self._wins[name] for name in self._names)
        interval = preference_interval(wins, losses, alpha=alpha)
        total = wins + losses
        return Figure(
            n=total,
            effect=(wins - losses) / total if total else 0.0,
            low=2.0 * interval.low - 1.0,
            high=2.0 * interval.high - 1.0,
            log_evidence=log_evidence_of_preference(wins, losses),
        )

    def arm(self, name: str) -> ArmTally:
        """Draws won, and their share."""
        wins, total = self._wins[name], self._wins.total()
        return ArmTally(
            observations=wins,
            profiles=len(self._profiles[name]),
            mean=wins / total if total else 0.0,
        )

    def variance_ratio(self) -> float | None:
        """Nothing to take out: both arms meet the same viewer at the same moment."""
        return None


@dataclass(slots=True)
class _Unit:
    arm: str
    before: float | None
    count: int = 0
    total: float = 0.0

    @property
    def mean(self) -> float:
        return self.total / self.count


class ProfileTally:
    """The mean of every profile, compared between the arms.

    Profiles were assigned, so profiles are what is counted: a hundred evenings of one viewer say
    much of the viewer and little of the arm. As evenings and profiles come in, the difference of
    the arms' means moves as a Brownian motion in the time of its information, for which the
    mixture test holds. The variance is that between the profiles of an arm.
    """

    def __init__(self, first: str, second: str) -> None:
        self._names = (first, second)
        self._units: dict[str, _Unit] = {}
        self._n = 0

    def add(self, observation: Observation) -> bool:
        """Count it for its profile."""
        unit = self._units.setdefault(
            observation.profile_id, _Unit(observation.arm, observation.before)
        )
        unit.count += 1
        unit.total += observation.value
        self._n += 1
        return True

    def figure(self, alpha: float) -> Figure:
        """The difference of the arms' means, less what the time before foretold."""
        left = self._adjusted()
        groups = [self._of_arm(name, left.values) for name in self._names]
        if not all(groups):
            return self._unknown(0.0)
        effect = fmean(groups[1]) - fmean(groups[0])
        freedom = len(self._units) - 2 - (left.theta != 0)
        squares = sum(float(np.var(group)) * len(group) for group in groups)
        if freedom < 1 or squares <= _rounding(left.values):
            return self._unknown(effect)
        square = squares / freedom
        variance = square * sum(1.0 / len(group) for group in groups)
        mixing_sd = MIXING_PER_SD * math.sqrt(square)
        interval = mean_interval(
            effect, variance=variance, mixing_sd=mixing_sd, alpha=alpha, freedom=freedom
        )
        evidence = log_evidence_of_mean(
            effect, variance=variance, mixing_sd=mixing_sd, freedom=freedom
        )
        return Figure(
            n=self._n, effect=effect, low=interval.low, high=interval.high, log_evidence=evidence
        )

    def arm(self, name: str) -> ArmTally:
        """Profiles of the arm and the mean of their means, as observed."""
        units = [unit for unit in self._units.values() if unit.arm == name]
        return ArmTally(
            observations=sum(unit.count for unit in units),
            profiles=len(units),
            mean=fmean(unit.mean for unit in units) if units else 0.0,
        )

    def variance_ratio(self) -> float | None:
        """What CUPED left."""
        return self._adjusted().variance_ratio if self._units else None

    def _adjusted(self) -> Adjusted:
        units = self._units.values()
        return adjusted(
            [unit.mean for unit in units],
            [unit.before for unit in units],
            [unit.arm for unit in units],
        )

    def _of_arm(self, name: str, values: tuple[float, ...]) -> list[float]:
        pairs = zip(self._units.values(), values, strict=True)
        return [value for unit, value in pairs if unit.arm == name]

    def _unknown(self, effect: float) -> Figure:
        return Figure(n=self._n, effect=effect, low=-math.inf, high=math.inf, log_evidence=0.0)


def _rounding(values: tuple[float, ...]) -> float:
    """A sum of squares that equal values can reach by rounding alone."""
    return len(values) * (4.0 * float(np.finfo(float).eps) * max(map(abs, values))) ** 2
