"""Small rules of the services."""

from __future__ import annotations

from datetime import timedelta

import pytest

from local_server.contracts import WatchEvent, WatchKind
from local_server.edge.hosts import is_allowed
from local_server.runtime.events import Event, EventBus, StreamsChanged
from local_server.services.playback.rules import is_finished, newer, standing
from local_server.services.recommendation.rules import Viewing, to_continue
from tests.helpers.edge import EVENING


@pytest.mark.parametrize(
    ("position_s", "duration_s", "finished"),
    [
        (0, 30, False),
        (15, 30, False),
        (26.9, 30, False),
        (27, 30, True),
        (279, 300, False),
        (280, 300, True),
        (5129, 5400, False),
        (5130, 5400, True),
        (5400, 5400, True),
        (9999, 5400, True),
        (0, 0, False),
        (100, 0, False),
    ],
)
def test_when_a_film_counts_as_seen(position_s: float, duration_s: float, finished: bool) -> None:
    assert is_finished(WatchKind.PROGRESS, position_s, duration_s) is finished
    assert is_finished(WatchKind.END, position_s, duration_s)


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
    ahead = standing(_event(86_400), received_at=EVENING)
    assert ahead.watched_at == EVENING
    assert newer(ahead, standing(_event(60), received_at=EVENING)).watched_at > EVENING
    assert standing(_event(299), received_at=EVENING).watched_at > EVENING


def test_two_of_the_same_moment_are_told_apart_in_any_order() -> None:
    a, b = (standing(_event(0, name), received_at=EVENING) for name in "ab")
    assert newer(a, b) == newer(b, a) == b


def _viewing(title_id: str, position_s: float, **more: object) -> Viewing:
    facts = {"series_id": None, "duration_s": 1000.0, "finished": False} | more
    return Viewing(title_id=title_id, position_s=position_s, **facts)  # type: ignore[arg-type]


def test_what_one_would_go_on_with() -> None:
    viewings = [
        _viewing("half", 500),
        _viewing("opened", 19),
        _viewing("begun", 20),
        _viewing("seen", 990, finished=True),
        _viewing("clip", 0.6, duration_s=30.0),
        _viewing("long", 31, duration_s=10_000.0),
    ]
    chosen = to_continue(viewings, episode_after=lambda _: None)
    assert chosen == ("half", "begun", "clip", "long")


def test_a_series_goes_on_where_it_was_left() -> None:
    viewings = [
        _viewing("s1e2", 999, series_id="s", finished=True),
        _viewing("s1e1", 500, series_id="s"),
        _viewing("t1e1", 500, series_id="t"),
        _viewing("t1e2", 999, series_id="t", finished=True),
        _viewing("u1e9", 999, series_id="u", finished=True),
    ]
    following = {"s1e2": "s1e3", "t1e2": "t1e3"}
    assert to_continue(viewings, episode_after=following.get) == ("s1e3", "t1e1")


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
