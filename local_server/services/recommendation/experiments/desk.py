"""Experiments begun, watched and ended; what was seen in them, kept and forgotten."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from local_server.contracts.experiments import (
    Experiment,
    ExperimentKind,
    ExperimentMetric,
    ExperimentReport,
    Experiments,
    ExperimentState,
    StartExperiment,
)
from local_server.errors import Conflict, NotFound, Refusal
from local_server.runtime.database import Database
from local_server.services.recommendation.experiments import course
from local_server.services.recommendation.experiments.assignment import assign
from local_server.services.recommendation.experiments.tables import (
    DealRow,
    ExperimentRow,
    ForgottenEventRow,
    ObservationRow,
)

_log = structlog.get_logger(__name__)

MINUTES_OF_A_DAY = 24.0 * 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What an event says to an experiment. ``event_id`` makes a second delivery harmless.

    - plays credited: ``arm`` is the ranking that brought the card, ``draw_id`` the draw it lay in.
    - finished share: ``value`` is how much of one begun title was seen, 0 to 1.
    - minutes per day: ``value`` is a profile's whole day, also one of 0 minutes: leaving out days
      without film would compare only those who came back.

    ``before`` is the profile's minutes a day before the experiment, if known.
    """

    event_id: str
    profile_id: str
    at: datetime
    title_id: str | None = None
    arm: str | None = None
    draw_id: str | None = None
    value: float = 1.0
    before: float | None = None


class ExperimentDesk:
    """Owns the experiments. Any method from any thread.

    ``rankers`` are the names that arms may have, ``rows`` those that can be experimented with.
    """

    def __init__(
        self,
        database: Database,
        *,
        rankers: Collection[str],
        rows: Collection[str],
        now: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._database = database
        self._rankers = tuple(rankers)
        self._rows = tuple(rows)
        self._now = now
        self._new_id = new_id

    def start(self, wish: StartExperiment) -> Experiment:
        """Begin.

        Raises :class:`~local_server.errors.Refusal` for an arm that is no ranker or another row and
        :class:`~local_server.errors.Conflict` while another runs on the same row.
        """
        for arm in wish.arms:
            if arm.name not in self._rankers:
                raise Refusal(
                    "ranker_unknown",
                    f"There is no ranking called {arm.name}",
                    hint=f"There are {', '.join(self._rankers)}.",
                )
        if wish.row not in self._rows:
            raise Refusal(
                "row_not_experimental",
                f"No experiment can be made on a row called {wish.row}",
                hint=f"There is {', '.join(self._rows)}.",
            )
        self._end_overdue()
        with self._database.write() as session:
            running = session.scalar(select(ExperimentRow).where(_runs_on(wish.row)))
            if running is not None:
                raise Conflict(
                    "row_in_experiment",
                    f"The experiment {running.name} runs on this row",
                    hint="Wait for its decision or stop it first: two at once blur each other.",
                )
            row = _new_row(wish, id_=self._new_id(), salt=self._new_id(), now=self._now())
            session.add(row)
            session.flush()
            _log.info("experiment.started", experiment_id=row.id, kind=row.kind, row=row.row_id)
            return course.experiment_of(session, row)

    def stop(self, experiment_id: str) -> Experiment:
        """End without a decision; one that has ended stays as it ended.

        :class:`~local_server.errors.NotFound` for none.
        """
        self._end_overdue()
        with self._database.write() as session:
            row = _require(session, experiment_id)
            if row.state == ExperimentState.RUNNING:
                newest = course.newest_look(session, row.id)
                n = newest.n if newest else 0
                outcome = f"No decision: stopped after {n} observation{'s' if n != 1 else ''}."
                course.stop(row, at=self._now(), outcome=outcome)
                _log.info("experiment.stopped", experiment_id=row.id, n=n)
            return course.experiment_of(session, row)

    def list(self) -> Experiments:
        """All, the one begun last first."""
        self._end_overdue()
        with self._database.read() as session:
            rows = session.scalars(
                select(ExperimentRow).order_by(ExperimentRow.started_at.desc(), ExperimentRow.id)
            )
            return Experiments(items=tuple(course.experiment_of(session, row) for row in rows))

    def report(self, experiment_id: str) -> ExperimentReport:
        """Everything about one; :class:`~local_server.errors.NotFound` for none."""
        self._end_overdue()
        with self._database.read() as session:
            return course.report_of(session, _require(session, experiment_id))

    def running_for(self, row_id: str) -> Experiment | None:
        """The experiment that runs on a row."""
        self._end_overdue()
        with self._database.read() as session:
            row = session.scalar(select(ExperimentRow).where(_runs_on(row_id)))
            return None if row is None else course.experiment_of(session, row)

    def arm_of(self, experiment_id: str, profile_id: str) -> str:
        """The arm a profile is in, for as long as the experiment exists.

        :class:`~local_server.errors.NotFound` for no such experiment and
        :class:`~local_server.errors.Conflict` for one that interleaves.
        """
        with self._database.read() as session:
            row = _require(session, experiment_id)
            if row.kind != ExperimentKind.ASSIGNMENT:
                raise Conflict(
                    "experiment_interleaves",
                    f"The experiment {row.name} shows both arms to everyone",
                    hint="Only experiments by assignment have an arm for each profile.",
                )
            return _assigned(row, profile_id)

    def observe(self, experiment_id: str, seen: Seen) -> bool:
        """Take an observation, look, and decide when the boundary is crossed.

        ``False`` for one that does not count: known already, forgotten, from before the experiment
        or after its end, or a further play of a draw. :class:`~local_server.errors.NotFound` for no
        such experiment and :class:`~local_server.errors.Refusal` for an observation of another
        kind.
        """
        self._end_overdue()
        with self._database.write() as session:
            row = _require(session, experiment_id)
            arm = _arm_seen(row, seen)
            if row.state != ExperimentState.RUNNING or seen.at < row.started_at:
                return False
            if _is_known(session, row.id, seen.event_id):
                return False
            observation = ObservationRow(
                experiment_id=row.id,
                event_id=seen.event_id,
                profile_id=seen.profile_id,
                title_id=seen.title_id,
                arm=arm,
                draw_id=seen.draw_id,
                value=seen.value,
                before=seen.before,
                received_at=self._now(),
            )
            session.add(observation)
            session.flush()
            counted = course.look_again(session, row, observation)
            if row.state == ExperimentState.DECIDED:
                _log.info("experiment.decided", experiment_id=row.id, winner=row.winner)
            return counted

    def unknown(self, experiment_id: str, event_ids: Sequence[str]) -> tuple[str, ...]:
        """Those of the events that were neither observed nor forgotten, in their order."""
        observed = select(ObservationRow.event_id).where(
            ObservationRow.experiment_id == experiment_id
        )
        forgotten = select(ForgottenEventRow.event_digest).where(
            ForgottenEventRow.experiment_id == experiment_id
        )
        with self._database.read() as session:
            known, gone = set(session.scalars(observed)), set(session.scalars(forgotten))
        return tuple(e for e in event_ids if e not in known and _digest(e) not in gone)

    def forget_profile(self, profile_id: str) -> None:
        """Delete all that was seen of a profile and make the figures anew without it."""
        with self._database.write() as session:
            session.execute(delete(DealRow).where(DealRow.profile_id == profile_id))
            _forget(session, ObservationRow.profile_id == profile_id)

    def forget_title(self, profile_id: str, title_id: str) -> None:
        """Delete what was seen of a profile with one title, as :meth:`forget_profile` does."""
        with self._database.write() as session:
            _forget(
                session,
                (ObservationRow.profile_id == profile_id) & (ObservationRow.title_id == title_id),
            )

    def forget_days(self, profile_id: str) -> None:
        """Delete what was seen of a profile's days; they may be observed anew.

        A day holds whatever was watched on it, so also what has been deleted meanwhile.
        """
        days = ObservationRow.title_id.is_(None) & ObservationRow.draw_id.is_(None)
        with self._database.write() as session:
            _delete(session, (ObservationRow.profile_id == profile_id) & days)

    def _end_overdue(self) -> None:
        now = self._now()
        running = select(ExperimentRow).where(ExperimentRow.state == ExperimentState.RUNNING)
        with self._database.read() as session:
            if not any(_last_moment(row) <= now for row in session.scalars(running)):
                return
        with self._database.write() as session:
            for row in session.scalars(running).all():
                if _last_moment(row) <= now:
                    outcome = f"No decision within {row.max_days} days."
                    course.stop(row, at=_last_moment(row), outcome=outcome)
                    _log.info("experiment.overdue", experiment_id=row.id)


def _forget(session: Session, which: ColumnElement[bool]) -> None:
    session.add_all(
        ForgottenEventRow(experiment_id=o.experiment_id, event_digest=_digest(o.event_id))
        for o in session.scalars(select(ObservationRow).where(which))
    )
    _delete(session, which)


def _delete(session: Session, which: ColumnElement[bool]) -> None:
    touched = set(session.scalars(select(ObservationRow.experiment_id).where(which)))
    session.execute(delete(ObservationRow).where(which))
    for experiment_id in sorted(touched):
        course.replay(session, _require(session, experiment_id))


def _new_row(wish: StartExperiment, *, id_: str, salt: str, now: datetime) -> ExperimentRow:
    return ExperimentRow(
        id=id_,
        name=wish.name,
        hypothesis=wish.hypothesis,
        kind=wish.kind,
        metric=wish.metric,
        arms=[arm.model_dump() for arm in wish.arms],
        row_id=wish.row,
        alpha=wish.alpha,
        max_days=wish.max_days,
        salt=salt,
        state=ExperimentState.RUNNING,
        started_at=now,
        outcome="",
    )


def _require(session: Session, experiment_id: str) -> ExperimentRow:
    row = session.get(ExperimentRow, experiment_id)
    if row is None:
        raise NotFound(
            "experiment_not_found",
            "There is no such experiment",
            hint="'matinee experiments list' names those there are.",
        )
    return row


def _runs_on(row_id: str) -> ColumnElement[bool]:
    return (ExperimentRow.row_id == row_id) & (ExperimentRow.state == ExperimentState.RUNNING)


def _last_moment(row: ExperimentRow) -> datetime:
    return row.started_at + timedelta(days=row.max_days)


def _assigned(row: ExperimentRow, profile_id: str) -> str:
    arms = {arm.name: arm.weight for arm in course.arms_of(row)}
    return assign(row.id, profile_id, arms, salt=row.salt)


def _arm_seen(row: ExperimentRow, seen: Seen) -> str:
    """The arm an observation counts for, if it is one of this experiment's kind."""
    most = MINUTES_OF_A_DAY if row.metric == ExperimentMetric.MINUTES_PER_DAY else 1.0
    before = 0.0 if seen.before is None else seen.before
    if not 0.0 <= seen.value <= most or not (before >= 0.0 and math.isfinite(before)):
        raise _unfit(row, f"a value lies between 0 and {most:.0f}")
    if row.kind == ExperimentKind.ASSIGNMENT:
        arm = _assigned(row, seen.profile_id)
        if seen.arm not in {None, arm}:
            raise _unfit(row, "the profile is in the other arm")
        return arm
    if seen.draw_id is None or seen.arm not in {arm.name for arm in course.arms_of(row)}:
        raise _unfit(row, "a credited play names its draw and one of the arms")
    return seen.arm


def _unfit(row: ExperimentRow, why: str) -> Refusal:
    return Refusal(
        "observation_unfit",
        f"The observation is none of the experiment {row.name}: {why}",
        hint="Ask which experiment runs on the row before telling what was seen.",
    )


def _is_known(session: Session, experiment_id: str, event_id: str) -> bool:
    kept = select(ObservationRow.number).where(
        ObservationRow.experiment_id == experiment_id, ObservationRow.event_id == event_id
    )
    forgotten = session.get(ForgottenEventRow, (experiment_id, _digest(event_id)))
    return forgotten is not None or session.scalar(kept) is not None


def _digest(event_id: str) -> str:
    # The id itself may tell whose event it was.
    return hashlib.sha256(event_id.encode()).hexdigest()
