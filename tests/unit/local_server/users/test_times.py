"""Hours, daily minutes, and what parents grant on top."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from local_server.contracts import (
    AskParent,
    AskState,
    DayTimes,
    Decision,
    Reason,
    Restrictions,
    Span,
    WatchTimes,
)
from local_server.errors import Conflict, NotFound
from tests.helpers.edge import Clock
from tests.helpers.people import House, every_day, house, minutes

# A Saturday's evening in Berlin: 21:15 on clocks there.
HOUR_A_DAY = every_day(DayTimes(minutes=60))
UNTIL_EIGHT = every_day(DayTimes(spans=(Span(start_min=7 * 60, end_min=20 * 60),)))


def watch(home: House, profile_id: str, count: float) -> None:
    home.watched.events.append((profile_id, home.clock.at, count))
    home.clock.at += minutes(count)


def test_without_times_anybody_may_watch(home: House) -> None:
    answer = home.people.allowances.may_watch(home.profile_id)
    assert (answer.allowed, answer.until, answer.minutes_left) == (True, None, None)
    with pytest.raises(NotFound):
        home.people.allowances.may_watch("nobody")


def test_minutes_of_a_day_are_used_up(home: House) -> None:
    kim = home.child(HOUR_A_DAY)
    watch(home, kim, 40)
    answer = home.people.allowances.may_watch(kim)
    assert (answer.allowed, answer.minutes_left) == (True, 20)
    assert answer.until == home.clock.at + minutes(20)
    watch(home, kim, 20)
    answer = home.people.allowances.may_watch(kim)
    assert (answer.allowed, answer.reason) == (False, Reason.MINUTES_USED_UP)
    assert answer.until == datetime(2026, 3, 14, 23, tzinfo=UTC)  # midnight in Berlin
    home.clock.at = answer.until
    assert home.people.allowances.may_watch(kim).minutes_left == 60


def test_deleting_history_gives_no_minute_back(home: House) -> None:
    kim = home.child(HOUR_A_DAY)
    for watched, left in ((40, 20), (15, 5), (5, 0)):
        watch(home, kim, watched)
        assert home.people.allowances.may_watch(kim).minutes_left == left
        home.watched.events.clear()
        assert home.people.allowances.may_watch(kim).minutes_left == left
    assert not home.people.allowances.may_watch(kim).allowed
    home.clock.at += timedelta(days=1)
    assert home.people.allowances.may_watch(kim).minutes_left == 60


def test_hours_are_the_households(home: House) -> None:
    kim = home.child(UNTIL_EIGHT)
    answer = home.people.allowances.may_watch(kim)
    assert (answer.allowed, answer.reason) == (False, Reason.OUTSIDE_HOURS)
    assert answer.until == datetime(2026, 3, 15, 6, tzinfo=UTC)
    at = answer.until + timedelta(hours=1)
    assert home.people.allowances.may_watch(kim, at).until == datetime(2026, 3, 15, 19, tzinfo=UTC)


def test_a_clock_set_back_gives_no_day_twice(tmp_path: Path) -> None:
    clock = Clock()
    with house(tmp_path, clock) as home:
        kim = home.child(HOUR_A_DAY)
        home.people.allowances.may_watch(kim)
        watch(home, kim, 60)
        used = home.watched.events
        assert not home.people.allowances.may_watch(kim).allowed
    clock.at -= timedelta(days=1)
    with house(tmp_path, clock) as home:  # not even across a restart
        home.watched.events = used
        assert home.people.allowances.may_watch(kim).reason is Reason.MINUTES_USED_UP
        home.people.users.restrict(kim, Restrictions(times=HOUR_A_DAY))  # a parent has looked
        assert home.people.allowances.may_watch(kim).allowed


def test_a_day_taken_in_advance_is_gone_when_it_comes(home: House) -> None:
    kim = home.child(HOUR_A_DAY)
    home.people.allowances.may_watch(kim)
    home.clock.at += timedelta(days=1)
    home.people.allowances.may_watch(kim)
    watch(home, kim, 60)
    home.clock.at -= timedelta(days=1)
    assert not home.people.allowances.may_watch(kim).allowed
    home.clock.at += timedelta(days=1)
    assert not home.people.allowances.may_watch(kim).allowed
    home.clock.at += timedelta(days=1)
    assert home.people.allowances.may_watch(kim).allowed


def test_a_clock_set_back_does_not_bring_allowed_hours_again(home: House) -> None:
    kim = home.child(UNTIL_EIGHT)
    assert not home.people.allowances.may_watch(kim).allowed
    home.clock.at -= timedelta(hours=4)
    assert not home.people.allowances.may_watch(kim).allowed


def test_a_clock_that_ran_ahead_locks_nobody_out_of_days_to_come(home: House) -> None:
    kim = home.child(HOUR_A_DAY)
    home.clock.at += timedelta(days=3650)
    home.people.allowances.may_watch(kim)
    home.clock.at -= timedelta(days=3650)
    watch(home, kim, 60)
    assert not home.people.allowances.may_watch(kim).allowed
    home.clock.at += timedelta(days=1)
    assert home.people.allowances.may_watch(kim).allowed


def test_a_parent_grants_more_minutes(home: House) -> None:
    kim, requests = home.child(HOUR_A_DAY), home.people.requests
    watch(home, kim, 60)
    asked = requests.ask(kim, AskParent(minutes=30))
    assert (asked.state, asked.profile_name) == (AskState.PENDING, "Kim")
    assert not home.people.allowances.may_watch(kim).allowed
    granted = requests.decide(asked.id, Decision(approve=True, minutes=15))
    assert (granted.state, granted.minutes) == (AskState.APPROVED, 15)
    assert home.people.allowances.may_watch(kim).minutes_left == 15
    home.clock.at += timedelta(days=1)
    assert home.people.allowances.may_watch(kim).minutes_left == 60


def test_granted_minutes_open_hours_for_as_long(home: House) -> None:
    kim = home.child(UNTIL_EIGHT)
    asked = home.people.requests.ask(kim, AskParent(minutes=30))
    home.people.requests.decide(asked.id, Decision(approve=True))
    answer = home.people.allowances.may_watch(kim)
    assert (answer.allowed, answer.until) == (True, home.clock.at + minutes(30))
    home.clock.at += minutes(30)
    assert not home.people.allowances.may_watch(kim).allowed


def test_a_parent_grants_one_title_for_a_day(home: House) -> None:
    kim, users = home.child(), home.people.users
    asked = home.people.requests.ask(kim, AskParent(title_id="scary"))
    assert users.viewer(kim).visibility.allowed_titles == ()
    home.people.requests.decide(asked.id, Decision(approve=True))
    assert users.viewer(kim).visibility.allowed_titles == ("scary",)
    home.clock.at += timedelta(hours=24)
    assert users.viewer(kim).visibility.allowed_titles == ()
    home.clock.at -= timedelta(hours=25)
    assert users.viewer(kim).visibility.allowed_titles == ()


def test_what_is_denied_or_too_old_grants_nothing(home: House) -> None:
    kim, requests = home.child(HOUR_A_DAY), home.people.requests
    denied = requests.ask(kim, AskParent(minutes=30))
    assert requests.decide(denied.id, Decision(approve=False)).state is AskState.DENIED
    with pytest.raises(Conflict):
        requests.decide(denied.id, Decision(approve=True))
    home.clock.forward(1)
    old = requests.ask(kim, AskParent(minutes=30))
    home.clock.at += timedelta(hours=24)
    with pytest.raises(Conflict):
        requests.decide(old.id, Decision(approve=True))
    states = [request.state for request in requests.listed()]
    assert states == [AskState.EXPIRED, AskState.DENIED]
    assert home.people.allowances.may_watch(kim).minutes_left == 60
    with pytest.raises(NotFound):
        requests.decide("nothing", Decision(approve=True))


def test_asking_again_and_again(home: House) -> None:
    kim, requests = home.child(), home.people.requests
    first = requests.ask(kim, AskParent(minutes=1))
    assert requests.ask(kim, AskParent(minutes=1)) == first
    for count in (2, 3, 4, 5):
        requests.ask(kim, AskParent(minutes=count))
    with pytest.raises(Conflict) as refused:
        requests.ask(kim, AskParent(minutes=6))
    assert refused.value.code == "too_many_requests"
    assert len(requests.listed(kim)) == 5
    assert requests.listed(home.profile_id) == ()


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Span, {"start_min": 60, "end_min": 60}),
        (Span, {"start_min": -1, "end_min": 60}),
        (Span, {"start_min": 0, "end_min": 1441}),
        (WatchTimes, {"days": [{}] * 6}),
        (WatchTimes, {"days": [{}] * 8}),
        (DayTimes, {"minutes": 1441}),
        (AskParent, {}),
        (AskParent, {"minutes": 5, "title_id": "t"}),
        (AskParent, {"minutes": 0}),
    ],
)
def test_times_that_make_no_sense_are_refused(kind: type[WatchTimes], value: object) -> None:
    with pytest.raises(ValidationError):
        kind.model_validate(value)
