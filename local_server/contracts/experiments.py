"""Wire types of experiments: two ways of choosing titles, compared by what a household watches."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from local_server.contracts import Id, Name, Wire

MAX_DAYS = 365


class ExperimentKind(StrEnum):
    """How viewers meet the arms."""

    INTERLEAVING = "interleaving"  # both in one row, for everyone
    ASSIGNMENT = "assignment"  # one or the other, by profile


class ExperimentMetric(StrEnum):
    """What is compared."""

    PLAYS_CREDITED = "plays-credited"  # whose card was played: interleaving
    FINISHED_SHARE = "finished-share"  # of what was begun: assignment
    MINUTES_PER_DAY = "minutes-per-day"  # of a profile: assignment


class ExperimentState(StrEnum):
    """Where an experiment stands."""

    RUNNING = "running"
    STOPPED = "stopped"  # by the owner, by its last day, or because its basis was deleted
    DECIDED = "decided"


class Arm(Wire):
    """One of two ways. Assigned profiles come in shares of the arms' weights."""

    name: Name
    weight: Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)] = 1.0


class StartExperiment(Wire):
    """Ask to begin. The first arm is what the second is compared with.

    ``alpha`` is the chance taken of naming a winner where there is none, over all looks together.
    """

    name: Annotated[str, Field(min_length=1, max_length=100)]
    hypothesis: Annotated[str, Field(max_length=500)] = ""
    kind: ExperimentKind = ExperimentKind.INTERLEAVING
    metric: ExperimentMetric = ExperimentMetric.PLAYS_CREDITED
    arms: tuple[Arm, Arm]
    row: Id
    alpha: Annotated[float, Field(ge=0.001, le=0.2)] = 0.05
    max_days: Annotated[int, Field(ge=1, le=MAX_DAYS)] = 60

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.arms[0].name == self.arms[1].name:
            raise ValueError("the two arms must differ")
        credited = self.metric is ExperimentMetric.PLAYS_CREDITED
        if credited is not (self.kind is ExperimentKind.INTERLEAVING):
            raise ValueError("plays are credited in interleaving, and in nothing else")
        return self


class Look(Wire):
    """What was known after ``n`` observations.

    ``effect`` is the second arm's advantage in the unit of the metric; of credited plays, the
    difference of the two shares (-1 to 1). ``low`` and ``high`` bound it at all looks together with
    confidence 1 - alpha; ``None`` while nothing can be said. ``p`` is the always-valid p-value, the
    lowest so far.
    """

    at: datetime
    n: int
    effect: float
    low: float | None = None
    high: float | None = None
    p: float


class ArmFigures(Wire):
    """What was seen of one arm: ``mean`` per profile in the metric's unit, or share of plays."""

    name: Name
    observations: int
    profiles: int
    mean: float


class Experiment(Wire):
    """An experiment and its newest look. ``outcome`` is a sentence once it has ended."""

    id: Id
    name: Name
    hypothesis: str
    kind: ExperimentKind
    metric: ExperimentMetric
    arms: tuple[Arm, Arm]
    row: Id
    alpha: float
    max_days: int
    state: ExperimentState
    started_at: datetime
    ended_at: datetime | None = None
    winner: Name | None = None
    outcome: str = ""
    latest: Look | None = None


class Experiments(Wire):
    """All experiments, the one begun last first."""

    items: tuple[Experiment, ...]


class ExperimentReport(Wire):
    """An experiment, its arms and every look at it, oldest first."""

    experiment: Experiment
    arms: tuple[ArmFigures, ArmFigures]
    looks: tuple[Look, ...]
    variance_ratio: float | None = None  # what the time before left of the variance; assignment
