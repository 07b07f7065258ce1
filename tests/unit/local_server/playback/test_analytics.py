"""What the house watches, in figures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from local_server.contracts import DayTotal
from local_server.errors import NotFound
from local_server.services.playback import figures
from local_server.services.playback.figures import Sat, Watched
from local_server.services.playback.sittings import Span
from tests.helpers.edge import EVENING
from tests.helpers.viewing import FILM_S, Stage, a_stage


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with a_stage(tmp_path) as stage:
        yield stage


def sat(title_id: str, *, profile_id: str = "anna", days_ago: float = 0, **more: object) -> Sat:
    values = {
        "device_id": "tv",
        "played_s": 600.0,
        "position_s": 600.0,
        "duration_s": FILM_S,
        "finished": False,
    } | more
    ended_at = EVENING - timedelta(days=days_ago)
    return Sat(profile_id=profile_id, title_id=title_id, ended_at=ended_at, **values)  # type: ignore[arg-type]


def test_a_recent_play_counts_more_than_an_old_one() -> None:
    sittings = [
        *(sat("old", days_ago=60) for _ in range(3)),
        sat("new"),
        sat("s-1", profile_id="ben", days_ago=30),
        sat("s-2", days_ago=30),
        sat("looked-at", played_s=59.0),
        sat("removed"),
    ]
    groups = {"old": "old", "new": "new", "s-1": "s", "s-2": "s", "looked-at": "looked-at"}
    found = figures.popularity(sittings, groups, at=EVENING)
    assert [(p.title_id, p.plays, p.viewers, p.score) for p in found] == [
        ("s", 2, 2, 1.0),
        ("new", 1, 1, 1.0),
        ("old", 3, 1, 0.75),
    ]


def test_where_people_stop() -> None:
    sittings = [
        sat("film", days_ago=3),
        sat("film", days_ago=2, finished=True),  # the rest of it: one start
        sat("film", days_ago=1, position_s=FILM_S * 0.52),
        sat("film", profile_id="ben", position_s=FILM_S),
        sat("film", profile_id="eve", duration_s=0.0),
    ]
    found = figures.completion("film", sittings)
    assert (found.starts, found.finishes, found.share) == (4, 1, 0.25)
    assert {part: n for part, n in enumerate(found.stops) if n} == {0: 1, 10: 1, 19: 1}
    assert figures.completion("other", []).share == 0


def test_hours_are_those_of_the_wall_clock() -> None:
    india = timezone(timedelta(hours=5, minutes=30))
    start = datetime(2026, 3, 15, 18, 15, tzinfo=UTC)  # a Sunday, 23:45 there
    watched = [Watched(profile_id="anna", span=Span(start=start, end=start + timedelta(hours=1)))]

    def local(moment: datetime) -> datetime:
        return moment.astimezone(india)

    grid = figures.by_hour(watched, local)
    told = {(day, hour): m for day, row in enumerate(grid) for hour, m in enumerate(row) if m}
    assert told == {(6, 23): 15.0, (0, 0): 45.0}
    first, second = figures.by_day(watched, local)
    assert first == DayTotal(day=datetime(2026, 3, 15).date(), minutes=15, viewers=1)  # noqa: DTZ001
    assert second.minutes == 45


def test_the_house_in_figures(stage: Stage) -> None:
    film, (one, two, _) = stage.catalog.film("film"), stage.catalog.show("s")
    stage.play(film, 10)
    stage.play(one, 20, profile_id="ben", device_id="phone")
    stage.play(two, 5, profile_id="ben", device_id="phone")
    stage.play(film, 30, private=True, profile_id="ben")
    overview = stage.playback.overview(7)
    assert (overview.minutes, overview.plays, overview.viewers, overview.titles) == (35, 3, 2, 3)
    patterns = stage.playback.patterns(7)
    assert sum(map(sum, patterns.by_hour)) == pytest.approx(35)
    assert [(d.device_id, d.minutes) for d in patterns.devices] == [("phone", 25), ("tv", 10)]
    assert [p.title_id for p in stage.playback.popularity(7, 9).items] == ["s", "film"]
    theirs = stage.playback.popular(9, stage.clock(), among=["ben"])
    assert [p.title_id for p in theirs] == ["s"]
    assert stage.playback.popular(9, stage.clock(), among=[]) == ()
    assert stage.playback.completion(film).stops[2] == 1
    stage.playback.forget_profile("ben")
    assert stage.playback.overview(7).viewers == 1
    assert [p.title_id for p in stage.playback.popularity(7, 9).items] == ["film"]
    stage.clock.forward(timedelta(days=8).total_seconds())
    assert stage.playback.overview(7).by_day == ()
    with pytest.raises(NotFound):
        stage.playback.completion("nothing")
