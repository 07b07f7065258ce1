"""Tells experiments by assignment what the household watched since they began."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta

from local_server.contracts import Viewer
from local_server.contracts.experiments import (
    Experiment,
    ExperimentKind,
    ExperimentMetric,
    ExperimentState,
)
from local_server.services.recommendation.experiments.desk import (
    MINUTES_OF_A_DAY,
    ExperimentDesk,
    Seen,
)
from local_server.services.recommendation.memory import Memory
from local_server.services.recommendation.ports import History, Profiles

EVERY = timedelta(hours=1)
# Left alone for so long, a title is taken to be as finished as it will be.
LEFT_ALONE = timedelta(hours=24)
DAYS_BEFORE = 28  # four of every weekday
_DAY = timedelta(days=1)


class Observer:
    """Looks once an hour, at whatever it has not told yet: nothing is lost while a server is down.

    ``local`` and ``moment_of`` are the household's wall clock, to it and back. What was watched in
    private is not in any history, so it is not seen here. :meth:`beat` from one thread.
    """

    def __init__(
        self,
        desk: ExperimentDesk,
        *,
        memory: Memory,
        history: History,
        profiles: Profiles,
        now: Callable[[], datetime],
        local: Callable[[datetime], datetime],
        moment_of: Callable[[datetime], datetime],
    ) -> None:
        self._desk = desk
        self._memory = memory
        self._history = history
        self._profiles = profiles
        self._now = now
        self._local = local
        self._moment_of = moment_of
        self._looked_at: datetime | None = None

    def beat(self) -> None:
        """Look, unless that was less than an hour ago."""
        now = self._now()
        if self._looked_at is not None and timedelta() <= now - self._looked_at < EVERY:
            return
        # First: what fails now is not asked again with every heartbeat.
        self._looked_at = now
        running = [
            experiment
            for experiment in self._desk.list().items
            if experiment.state is ExperimentState.RUNNING
            and experiment.kind is ExperimentKind.ASSIGNMENT
        ]
        for viewer in self._profiles.viewers() if running else ():
            for experiment in running:
                self._observe(experiment, viewer, now)

    def _observe(self, experiment: Experiment, viewer: Viewer, now: datetime) -> None:
        if experiment.metric is ExperimentMetric.MINUTES_PER_DAY:
            found = self._days(experiment, viewer, now)
        else:
            found = self._titles(experiment, viewer.profile_id, now)
        for seen in found:
            self._desk.observe(experiment.id, seen)

    def _days(self, experiment: Experiment, viewer: Viewer, now: datetime) -> Iterator[Seen]:
        """Every day that began after the experiment and the profile, and is over."""
        profile_id, begun_at = viewer.profile_id, experiment.started_at
        first = self._date(max(begun_at, viewer.created_at or begun_at)) + _DAY
        days = {
            f"minutes-{experiment.id}-{profile_id}-{day.isoformat()}": day
            for day in _days_between(first, self._date(now))
        }
        unknown = self._desk.unknown(experiment.id, tuple(days))
        before = self._before(experiment, viewer) if unknown else None
        for event_id in unknown:
            start, end = self._start(days[event_id]), self._start(days[event_id] + _DAY)
            minutes = self._history.watched_minutes(profile_id, start, end)
            yield Seen(
                event_id=event_id,
                profile_id=profile_id,
                at=end,
                # The day on which clocks are put back has an hour more than others.
                value=min(minutes, MINUTES_OF_A_DAY),
                before=before,
            )

    def _before(self, experiment: Experiment, viewer: Viewer) -> float | None:
        """Minutes a day before the experiment; ``None`` for a profile that was not there a day."""
        end = experiment.started_at
        start = max(end - DAYS_BEFORE * _DAY, viewer.created_at or datetime.min.replace(tzinfo=UTC))
        if end - start < _DAY:
            return None
        return self._history.watched_minutes(viewer.profile_id, start, end) / ((end - start) / _DAY)

    def _titles(self, experiment: Experiment, profile_id: str, now: datetime) -> Iterator[Seen]:
        """Every title that was begun since the experiment and then left alone."""
        begun = {
            f"finished-{experiment.id}-{profile_id}-{title_id}": title_id
            for title_id in self._history.begun(profile_id, experiment.started_at)
        }
        for event_id in self._desk.unknown(experiment.id, tuple(begun)):
            stands = self._memory.before(profile_id, begun[event_id])
            if stands is None or now.timestamp() - stands.at_s < LEFT_ALONE.total_seconds():
                continue
            yield Seen(
                event_id=event_id,
                profile_id=profile_id,
                at=datetime.fromtimestamp(stands.at_s, UTC),
                title_id=begun[event_id],
                value=1.0 if stands.finished else stands.share,
            )

    def _date(self, moment: datetime) -> date:
        return self._local(moment).date()

    def _start(self, day: date) -> datetime:
        return self._moment_of(datetime.combine(day, time()))


def _days_between(first: date, end: date) -> Iterator[date]:
    for number in range((end - first).days):
        yield first + number * _DAY
