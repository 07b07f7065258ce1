"""The course of an experiment: its observations, its looks, its end. One session's work."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from local_server.contracts.experiments import (
    Arm,
    ArmFigures,
    Experiment,
    ExperimentKind,
    ExperimentMetric,
    ExperimentReport,
    ExperimentState,
    Look,
)
from local_server.services.recommendation.experiments.sequential import p_value
from local_server.services.recommendation.experiments.tables import (
    ExperimentRow,
    LookRow,
    ObservationRow,
)
from local_server.services.recommendation.experiments.tally import (
    Figure,
    Observation,
    PreferenceTally,
    ProfileTally,
    Tally,
)

BASIS_DELETED = "No decision: too much of what it rested on was deleted."


def look_again(session: Session, row: ExperimentRow, observation: ObservationRow) -> bool:
    """Take the observation that has just come, and end the experiment when it decides.

    ``False`` when it changes nothing.
    """
    tally = _tally(row)
    for _, earlier in _observations(session, row.id, before=observation.number):
        tally.add(earlier)
    if not tally.add(_seen(observation)):
        return False
    newest = newest_look(session, row.id)
    look = _look(
        row,
        tally.figure(row.alpha),
        number=newest.number + 1 if newest else 1,
        lowest_before=newest.p if newest else 1.0,
        at=observation.received_at,
    )
    session.add(look)
    if look.p <= row.alpha:
        _decide(row, look)
    return True


def replay(session: Session, row: ExperimentRow) -> None:
    """Make all looks anew from the observations that are left, and draw the consequence.

    A running experiment may come out decided and a decided one without its decision; one that was
    stopped stays so.
    """
    session.execute(delete(LookRow).where(LookRow.experiment_id == row.id))
    tally, p, number = _tally(row), 1.0, 0
    stopped = row.state == ExperimentState.STOPPED
    for at, observation in _observations(session, row.id):
        if not tally.add(observation):
            continue
        number += 1
        look = _look(
            row,
            tally.figure(row.alpha),
            number=number,
            lowest_before=p,
            at=at,
        )
        session.add(look)
        p = look.p
        if p <= row.alpha and not stopped:
            _decide(row, look)
            return
    if row.state == ExperimentState.DECIDED:
        row.state, row.winner, row.outcome = ExperimentState.STOPPED, None, BASIS_DELETED


def stop(row: ExperimentRow, *, at: datetime, outcome: str) -> None:
    """End without a decision."""
    row.state, row.ended_at, row.outcome = ExperimentState.STOPPED, at, outcome


def newest_look(session: Session, experiment_id: str) -> LookRow | None:
    """The last one."""
    return session.scalar(
        select(LookRow)
        .where(LookRow.experiment_id == experiment_id)
        .order_by(LookRow.number.desc())
        .limit(1)
    )


def experiment_of(session: Session, row: ExperimentRow) -> Experiment:
    """The wire form."""
    newest = newest_look(session, row.id)
    return Experiment(
        id=row.id,
        name=row.name,
        hypothesis=row.hypothesis,
        kind=ExperimentKind(row.kind),
        metric=ExperimentMetric(row.metric),
        arms=arms_of(row),
        row=row.row_id,
        alpha=row.alpha,
        max_days=row.max_days,
        state=ExperimentState(row.state),
        started_at=row.started_at,
        ended_at=row.ended_at,
        winner=row.winner,
        outcome=row.outcome,
        latest=None if newest is None else _wire_look(newest),
    )


def report_of(session: Session, row: ExperimentRow) -> ExperimentReport:
    """The wire form with arms and looks."""
    tally = _tally(row)
    for _, observation in _observations(session, row.id):
        tally.add(observation)
    looks = session.scalars(
        select(LookRow).where(LookRow.experiment_id == row.id).order_by(LookRow.number)
    )
    first, second = (_figures(tally, arm.name) for arm in arms_of(row))
    return ExperimentReport(
        experiment=experiment_of(session, row),
        arms=(first, second),
        looks=tuple(_wire_look(look) for look in looks),
        variance_ratio=tally.variance_ratio(),
    )


def arms_of(row: ExperimentRow) -> tuple[Arm, Arm]:
    """The two arms."""
    first, second = row.arms
    return Arm.model_validate(first), Arm.model_validate(second)


def _tally(row: ExperimentRow) -> Tally:
    first, second = (arm.name for arm in arms_of(row))
    kind = PreferenceTally if row.kind == ExperimentKind.INTERLEAVING else ProfileTally
    return kind(first, second)


def _observations(
    session: Session, experiment_id: str, *, before: int | None = None
) -> Iterator[tuple[datetime, Observation]]:
    """When each came and what it says, in the order of arrival."""
    # Columns, not entities: every observation reads all earlier ones.
    query = select(
        ObservationRow.received_at,
        ObservationRow.profile_id,
        ObservationRow.arm,
        ObservationRow.value,
        ObservationRow.draw_id,
        ObservationRow.before,
    ).where(ObservationRow.experiment_id == experiment_id)
    if before is not None:
        query = query.where(ObservationRow.number < before)
    for at, profile_id, arm, value, draw_id, past in session.execute(
        query.order_by(ObservationRow.number)
    ):
        yield (
            at,
            Observation(profile_id=profile_id, arm=arm, value=value, draw_id=draw_id, before=past),
        )


def _seen(row: ObservationRow) -> Observation:
    return Observation(
        profile_id=row.profile_id,
        arm=row.arm,
        value=row.value,
        draw_id=row.draw_id,
        before=row.before,
    )


def _look(
    row: ExperimentRow, figure: Figure, *, number: int, lowest_before: float, at: datetime
) -> LookRow:
    return LookRow(
        experiment_id=row.id,
        number=number,
        at=at,
        n=figure.n,
        effect=figure.effect,
        low=figure.low if math.isfinite(figure.low) else None,
        high=figure.high if math.isfinite(figure.high) else None,
        p=p_value(figure.log_evidence, lowest_before=lowest_before),
    )


def _decide(row: ExperimentRow, look: LookRow) -> None:
    names = [arm.name for arm in arms_of(row)]
    winner, loser = reversed(names) if look.effect > 0 else names
    row.state, row.winner, row.ended_at = ExperimentState.DECIDED, winner, look.at
    row.outcome = f"{winner} does better than {loser}."


def _wire_look(row: LookRow) -> Look:
    return Look(at=row.at, n=row.n, effect=row.effect, low=row.low, high=row.high, p=row.p)


def _figures(tally: Tally, name: str) -> ArmFigures:
    arm = tally.arm(name)
    return ArmFigures(
        name=name, observations=arm.observations, profiles=arm.profiles, mean=arm.mean
    )
