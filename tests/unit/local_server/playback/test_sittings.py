"""How long something played, told by devices whose clocks and networks cannot be trusted."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from local_server.contracts import WatchKind
from local_server.services.playback.rules import ResumeRules
from local_server.services.playback.sittings import Happening, Sitting, Span, sitting, united
from tests.helpers.edge import EVENING

S, P, PAUSE, SEEK, STOP = (
    WatchKind.START,
    WatchKind.PROGRESS,
    WatchKind.PAUSE,
    WatchKind.SEEK,
    WatchKind.STOP,
)


def later(seconds: float) -> datetime:
    return EVENING + timedelta(seconds=seconds)


def told(
    *moments: tuple[float, WatchKind, float], clock_s: float = 0.0, arrives_s: float | None = None
) -> list[Happening]:
    """Events at (second, kind, position) of a device whose clock is off by ``clock_s``."""
    return [
        Happening(
            id=f"{number:03}",
            kind=kind,
            position_s=position_s,
            duration_s=1000.0,
            at=later(second + clock_s),
            received_at=later(second if arrives_s is None else arrives_s),
        )
        for number, (second, kind, position_s) in enumerate(moments)
    ]


def made(happenings: list[Happening], *, known_start: bool = True) -> Sitting:
    start = EVENING if known_start else None
    return sitting(happenings, session_started_at=start, rules=ResumeRules())


FILM = ((0, S, 0.0), (5, P, 5.0), (10, P, 10.0), (15, STOP, 15.0))


def test_a_film_that_runs_through() -> None:
    seen = made(told(*FILM))
    assert (seen.played_s, seen.position_s, seen.finished) == (15.0, 15.0, False)
    assert seen.spans == (Span(start=EVENING, end=later(15)),)


def test_a_pause_does_not_count_however_long() -> None:
    moments = [(0, S, 0), (5, P, 5), (5, PAUSE, 5), (35, P, 5), (65, P, 5), (70, P, 5), (75, P, 10)]
    assert made(told(*moments)).played_s == 10.0


@pytest.mark.parametrize("target_s", [0.0, 3.0, 900.0])
def test_seeking_adds_nothing(target_s: float) -> None:
    moments = [(0, S, 0.0), (5, P, 5.0), (6, SEEK, target_s), (11, P, target_s + 5)]
    assert made(told(*moments)).played_s == 11.0


def test_a_machine_that_sleeps_does_not_watch() -> None:
    moments = [(0, S, 0.0), (5, P, 5.0), (8 * 3600, P, 10.0), (8 * 3600 + 5, P, 15.0)]
    assert made(told(*moments)).played_s == 10.0


def test_double_speed_is_wall_time() -> None:
    assert made(told((0, S, 0.0), (5, P, 10.0), (10, P, 20.0))).played_s == 10.0


@pytest.mark.parametrize("clock_s", [-7 * 86_400, -3600, 3600, 400 * 86_400])
def test_a_clock_that_is_off_changes_nothing(clock_s: float) -> None:
    assert made(told(*FILM, clock_s=clock_s)) == made(told(*FILM))


def test_events_that_come_late_keep_their_moments() -> None:
    late = told(*FILM, arrives_s=7200)
    assert made(late) == made(told(*FILM))
    assert made(late, known_start=False) == made(told(*FILM))


def test_a_clock_that_is_changed_on_the_way_falls_back_on_arrivals() -> None:
    first, second = told(*FILM[:2]), told(*FILM[2:], clock_s=-86_400)
    assert made([*first, *second]).played_s == 15.0


def test_the_end_finishes_wherever_it_was() -> None:
    assert made(told((0, S, 0.0), (5, WatchKind.END, 5.0))).finished
    assert made(told((0, S, 0.0), (5, P, 901.0))).finished


def test_two_devices_at_once_are_time_once() -> None:
    spans = [Span(start=later(a), end=later(b)) for a, b in ((0, 10), (5, 20), (20, 30), (40, 50))]
    assert united(reversed(spans)) == (
        Span(start=EVENING, end=later(30)),
        Span(start=later(40), end=later(50)),
    )
