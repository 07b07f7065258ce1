"""What experiments by assignment are told of a household's days and films."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from local_server.contracts.experiments import (
    Arm,
    ExperimentKind,
    ExperimentMetric,
    StartExperiment,
)
from local_server.runtime.events import HistoryForgotten
from local_server.services.recommendation.experiments.observing import Observer
from local_server.services.recommendation.experiments.tables import ObservationRow
from tests.helpers.rooms import EVENING, FILM_S, Room, title

BERLIN = ZoneInfo("Europe/Berlin")
MINUTES, SHARE = ExperimentMetric.MINUTES_PER_DAY, ExperimentMetric.FINISHED_SHARE
DAY = timedelta(days=1)


class House(Room):
    """A room in Berlin, whose experiments are told what happens in it."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.asked = 0
        self.observer = self.new_observer()
        self.add(*(title(name) for name in ("one", "two", "three")))

    def new_observer(self) -> Observer:
        return Observer(
            self.desk,
            memory=self.memory,
            history=self.history,
            profiles=self.people,
            now=lambda: self.now,
            local=lambda moment: moment.astimezone(BERLIN),
            moment_of=lambda shown: shown.replace(tzinfo=BERLIN).astimezone(UTC),
        )

    def begin(self, metric: ExperimentMetric, row: str = "top-picks") -> str:
        wish = StartExperiment(
            name="Taste",
            arms=(Arm(name="popular"), Arm(name="taste")),
            row=row,
            kind=ExperimentKind.ASSIGNMENT,
            metric=metric,
        )
        return self.desk.start(wish).id

    def sat(self, profile_id: str, title_id: str, minutes: float) -> None:
        """Play a title from its beginning, now."""
        start = self.now
        self.now += timedelta(minutes=minutes)
        self.history.sittings.append((profile_id, title_id, start, self.now))
        self.watched(profile_id, title_id, share=min(1.0, minutes * 60 / FILM_S))

    def forget(self, profile_id: str, *title_ids: str) -> None:
        """As playback does: first its own, then it tells."""
        self.history.sittings = [
            one
            for one in self.history.sittings
            if one[0] != profile_id or (title_ids and one[1] not in title_ids)
        ]
        gone = HistoryForgotten(profile_id=profile_id, title_ids=title_ids or None)
        self.service.history_forgotten(gone)

    def pass_days(self, days: float) -> None:
        self.now += days * DAY
        self.observer.beat()

    def told(self, experiment_id: str) -> list[ObservationRow]:
        with self.database.read() as session:
            rows = session.scalars(
                select(ObservationRow)
                .where(ObservationRow.experiment_id == experiment_id)
                .order_by(ObservationRow.profile_id, ObservationRow.event_id)
            ).all()
            session.expunge_all()
            return list(rows)

    def values(self, experiment_id: str, profile_id: str = "anna") -> list[float]:
        rows = self.told(experiment_id)
        return [round(r.value, 6) for r in rows if r.profile_id == profile_id]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    house.person("anna")
    yield house
    house.close()


def test_every_day_after_the_first_is_told_once_also_one_without_film(house: House) -> None:
    house.person("ben")
    house.sat("anna", "one", 20)
    experiment_id = house.begin(MINUTES)
    house.sat("anna", "one", 10)  # on the day it began, which is no whole one
    house.pass_days(1)
    assert house.told(experiment_id) == []
    house.sat("anna", "two", 30)
    house.pass_days(1)
    assert house.values(experiment_id) == [30]
    house.pass_days(1)
    house.pass_days(1 / 24)
    house.new_observer().beat()  # after a restart
    assert house.values(experiment_id) == [30, 0]
    assert house.values(experiment_id, "ben") == [0, 0]


def test_days_on_which_the_server_was_down_are_made_up_for(house: House) -> None:
    experiment_id = house.begin(MINUTES)
    for minutes in (10, 0, 25):
        house.now = (house.now + DAY).replace(hour=18, minute=0)
        if minutes:
            house.sat("anna", "one", minutes)
    house.pass_days(1)
    assert house.values(experiment_id) == [10, 0, 25]


@pytest.mark.parametrize(
    ("day", "minutes"),
    [
        (datetime(2026, 3, 29, tzinfo=BERLIN), 23 * 60),
        (datetime(2026, 10, 25, tzinfo=BERLIN), 1440),
    ],
)
def test_a_day_on_which_clocks_change_is_a_day(house: House, day: datetime, minutes: float) -> None:
    house.now = (day - 2 * DAY).astimezone(UTC)
    experiment_id = house.begin(MINUTES)
    evening, morning = day - timedelta(hours=1), day + DAY + timedelta(hours=2)
    sitting = ("anna", "one", evening.astimezone(UTC), morning.astimezone(UTC))
    house.history.sittings.append(sitting)
    house.now = (day + 2 * DAY).astimezone(UTC)
    house.observer.beat()
    assert house.values(experiment_id) == [60, minutes, 120]


def test_the_four_weeks_before_tell_what_was_usual(house: House) -> None:
    made = EVENING - 7 * DAY
    house.person("ben", created_at=made)
    house.person("carla", created_at=EVENING)
    for profile_id in ("anna", "ben"):
        start = EVENING - 2 * DAY
        house.history.sittings.append((profile_id, "one", start, start + timedelta(minutes=70)))
        long_ago = EVENING - 29 * DAY
        house.history.sittings.append((profile_id, "two", long_ago, long_ago + DAY / 24))
    experiment_id = house.begin(MINUTES)
    house.pass_days(2)
    before = {row.profile_id: row.before for row in house.told(experiment_id)}
    assert before == {"anna": pytest.approx(2.5), "ben": pytest.approx(10), "carla": None}


def test_a_profile_is_told_of_since_the_day_after_it_was_made(house: House) -> None:
    experiment_id = house.begin(MINUTES)
    house.pass_days(3)
    house.person("ben", created_at=house.now)
    house.pass_days(3)
    assert len(house.values(experiment_id)) == 5
    assert len(house.values(experiment_id, "ben")) == 2


def test_a_title_is_told_a_day_after_it_was_left_alone(house: House) -> None:
    house.sat("anna", "three", 40)
    experiment_id = house.begin(SHARE)
    house.sat("anna", "one", 25)
    house.sat("anna", "two", 95)
    house.sat("anna", "three", 50)  # begun before
    house.pass_days(0.8)
    assert house.told(experiment_id) == []
    house.sat("anna", "one", 50)
    house.pass_days(0.8)
    assert [(r.title_id, r.value) for r in house.told(experiment_id)] == [("two", 1.0)]
    house.pass_days(0.8)
    house.sat("anna", "one", 95)
    house.pass_days(2)
    found = {row.title_id: row.value for row in house.told(experiment_id)}
    assert found == {"one": pytest.approx(0.5), "two": 1.0}
    assert {row.before for row in house.told(experiment_id)} == {None}


def test_the_arm_is_that_of_the_profile_and_the_report_counts_all(house: House) -> None:
    people = [f"person-{n}" for n in range(6)]
    for profile_id in people:
        house.person(profile_id)
    experiment_id = house.begin(MINUTES)
    house.pass_days(3)
    for row in house.told(experiment_id):
        assert row.arm == house.desk.arm_of(experiment_id, row.profile_id)
    report = house.desk.report(experiment_id)
    assert sum(arm.profiles for arm in report.arms) == 7
    assert report.looks[-1].n == 7 * 2


def test_it_looks_once_an_hour(house: House) -> None:
    experiment_id = house.begin(MINUTES)
    house.pass_days(2)
    house.now = house.now.replace(hour=22, minute=30)  # half an hour to midnight in Berlin
    house.pass_days(0)
    house.now += timedelta(minutes=40)
    house.observer.beat()
    assert len(house.told(experiment_id)) == 1
    house.now += timedelta(minutes=20)
    house.observer.beat()
    assert len(house.told(experiment_id)) == 2


def test_what_interleaves_or_has_ended_is_told_nothing(house: House) -> None:
    ended = house.begin(MINUTES)
    house.desk.stop(ended)
    wish = StartExperiment(
        name="Both", arms=(Arm(name="popular"), Arm(name="taste")), row="top-picks"
    )
    interleaved = house.desk.start(wish).id
    house.sat("anna", "one", 95)
    house.pass_days(3)
    assert house.told(ended) == house.told(interleaved) == []


def test_a_deleted_title_is_in_no_day_any_more(house: House) -> None:
    experiment_id, shares = house.begin(MINUTES), house.begin(SHARE, row="another")
    house.now += DAY / 2
    house.sat("anna", "one", 30)
    house.sat("anna", "two", 10)
    house.pass_days(3)
    assert house.values(experiment_id) == [40, 0, 0]
    house.forget("anna", "one")
    assert house.told(experiment_id) == []
    assert [row.title_id for row in house.told(shares)] == ["two"]
    house.pass_days(1 / 24)
    assert house.values(experiment_id) == [10, 0, 0]
    assert [row.title_id for row in house.told(shares)] == ["two"]


def test_a_deleted_history_does_not_come_back_and_later_days_count(house: House) -> None:
    house.person("ben")
    experiment_id = house.begin(MINUTES)
    house.now += DAY / 2
    house.sat("anna", "one", 30)
    house.pass_days(2)
    kept = house.values(experiment_id, "ben")
    assert len(house.values(experiment_id)) == len(kept) == 2
    house.forget("anna")
    house.pass_days(1 / 24)
    assert house.values(experiment_id) == []
    house.sat("anna", "two", 15)
    house.pass_days(1)
    assert house.values(experiment_id) == [15]
    assert house.values(experiment_id, "ben") == [*kept, 0]
