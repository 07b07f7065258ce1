"""Small rules of the services."""

from __future__ import annotations

from datetime import timedelta

import pytest

from local_server.contracts import WatchEvent, WatchKind
from local_server.edge.hosts import is_allowed
from local_server.runtime.events import Event, EventBus, StreamsChanged
from local_server.services.playback.continuing import Viewing, to_continue
from local_server.services.playback.rules import ResumeRules, newer, standing
from tests.helpers.edge import EVENING

RULES = ResumeRules()


@pytest.mark.parametrize(
    ("position_s", "duration_s", "finished", "resume_s"),
    [
        (0, 5400, False, 0),
        (269, 5400, False, 0),  # less than 5 %
        (270, 5400, False, 270),
        (4860, 5400, False, 4860),  # 90 %
        (4861, 5400, True, 0),
        (9999, 5400, True, 0),
        (150, 300, False, 150),
        (150, 299, False, 0),  # too short to go on with
        (270, 299, True, 0),
        (15, 30, False, 0),
        (100, 0, False, 0),
    ],
)
def test_where_a_title_stands(
    position_s: float, duration_s: float, finished: bool, resume_s: float
) -> None:
    assert RULES.is_finished(WatchKind.PROGRESS, position_s, duration_s) is finished
    assert RULES.is_finished(WatchKind.END, position_s, duration_s)
    assert RULES.resume_s(position_s, duration_s, finished=finished) == resume_s


def test_rules_can_be_others() -> None:
    rules = ResumeRules(shortest_resumable_s=10.0, begun_share=0.5)
    assert rules.resume_s(14, 30, finished=False) == 0
    assert rules.resume_s(15, 30, finished=False) == 15


def _event(seconds: float, event_id: str = "a") -> WatchEvent:
    return WatchEvent(
        id=event_id,
        session_id="s",
        profile_id="p",
        title_id="t",
        kind=WatchKind.PROGRESS,
        position_s=1,
        duration_s=100,
        at=EVENING + timedelta(seconds=seconds),
    )


def test_a_clock_far_ahead_does_not_win_for_ever() -> None:
    ahead = standing(_event(86_400), received_at=EVENING, rules=RULES)
    assert ahead.watched_at == EVENING
    assert newer(ahead, standing(_event(60), received_at=EVENING, rules=RULES)).watched_at > EVENING
    assert standing(_event(299), received_at=EVENING, rules=RULES).watched_at > EVENING


def test_two_of_the_same_moment_are_told_apart_in_any_order() -> None:
    a, b = (standing(_event(0, name), received_at=EVENING, rules=RULES) for name in "ab")
    assert newer(a, b) == newer(b, a) == b


def _viewing(title_id: str, **more: object) -> Viewing:
    facts = {"group_id": title_id, "resume_s": 0.0, "finished": False} | more
    return Viewing(title_id=title_id, **facts)  # type: ignore[arg-type]


def test_what_one_would_go_on_with() -> None:
    viewings = [
        _viewing("half", resume_s=500.0),
        _viewing("opened"),
        _viewing("seen", finished=True),
        _viewing("begun", resume_s=20.0),
    ]
    steps = to_continue(viewings, episode_after=lambda _: None)
    assert [step.viewing.title_id for step in steps] == ["half", "begun"]


def test_a_series_goes_on_where_it_was_left() -> None:
    viewings = [
        _viewing("s1e3", group_id="s"),  # only opened
        _viewing("s1e2", group_id="s", finished=True),
        _viewing("s1e1", group_id="s", resume_s=500.0),
        _viewing("t1e1", group_id="t", resume_s=500.0),
        _viewing("t1e2", group_id="t", finished=True),
        _viewing("u1e9", group_id="u", finished=True),
        _viewing("u1e8", group_id="u", resume_s=500.0),
    ]
    following = {"s1e2": "s1e3", "t1e2": "t1e3"}
    steps = to_continue(viewings, episode_after=following.get)
    assert [(s.viewing.title_id, s.next_title_id) for s in steps] == [
        ("s1e2", "s1e3"),
        ("t1e1", None),
    ]


OWN = (
    "localhost LOCALHOST:8470 127.0.0.1 192.168.1.5:80 [::1]:8470 [fe80::1] tv.local app.localhost"
)
FOREIGN = (
    "evil.com localhost.evil.com 127.0.0.1.evil.com evil.com:80 local x.locals 127.0.0.1@evil.com "
    "[::1 [evil.com] ::1 1.2.3 localhost:x tv.local/../x evil.com\\.local"
)


@pytest.mark.parametrize("host", [*OWN.split(), "My-TV.local.:1"])
def test_names_of_this_server(host: str) -> None:
    assert is_allowed(host)


@pytest.mark.parametrize(
    "host", [*FOREIGN.split(), "", "a b.local", "localhost\n.evil.com", "x" * 250 + ".local"]
)
def test_names_of_others(host: str) -> None:
    assert not is_allowed(host)


def test_a_listener_that_fails_harms_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    bus, heard = EventBus(), list[Event]()
    bus.subscribe(StreamsChanged, lambda _: 1 / 0)  # type: ignore[arg-type]
    bus.subscribe(StreamsChanged, heard.append)
    event = StreamsChanged(active=1)
    bus.publish(event)
    bus.publish(Event())
    assert heard == [event]
    assert "events.listener_failed" in capsys.readouterr().out
