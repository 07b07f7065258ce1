"""History: what was watched, taking it back, and what is private from the start."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from local_server.contracts import (
    Languages,
    Thumb,
    WatchKind,
)
from local_server.errors import NotFound
from local_server.runtime.events import HistoryForgotten
from tests.helpers.viewing import FILM_S, Stage, a_stage


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with a_stage(tmp_path) as stage:
        yield stage


def resume_s(stage: Stage, title_id: str) -> float:
    leave = stage.playback.prefetch(title_id=title_id, profile_id="anna")
    return leave.resume_s


# History


def test_history_tells_what_was_watched_when_and_how_long(stage: Stage) -> None:
    film, other = stage.catalog.film("film"), stage.catalog.film("other")
    begun = stage.clock()
    stage.play(film, 10)
    stage.play(other, 5)
    page = stage.playback.history("anna", limit=1, offset=1)
    assert page.total == 2
    (entry,) = page.items
    assert (entry.title_id, entry.started_at, entry.played_s) == (film, begun, 600)
    assert (entry.position_s, entry.duration_s, entry.finished) == (600, FILM_S, False)
    assert stage.playback.history("ben", limit=9, offset=0).total == 0


def test_deleting_a_title_leaves_nothing_of_it(stage: Stage) -> None:
    film, kept = stage.catalog.film("film"), stage.catalog.film("kept")
    for title_id in (film, kept):
        stage.playback.end(stage.play(title_id, 10))
        stage.playback.mark("anna", title_id, watched=True)
    late = stage.event(film, 3000)
    stage.clock.forward(1)
    stage.playback.forget_title("anna", film)
    assert stage.traces(film) == {}
    assert stage.traces(kept) != {}
    stage.playback.record([late])  # was still on its way
    assert stage.traces(film) == {}
    (forgotten,) = (e for e in stage.heard if isinstance(e, HistoryForgotten))
    assert forgotten.title_ids == (film,)
    stage.watch(film, 3000)
    assert resume_s(stage, film) == 3000


def test_after_deleting_a_device_whose_clock_is_behind_still_counts(stage: Stage) -> None:
    film = stage.catalog.film("film")
    stage.playback.forget_everything("anna")
    stage.clock.forward(1)
    session_id = stage.playback.start(title_id=film, profile_id="anna", device_id="tv").session_id
    yesterday = stage.clock() - timedelta(days=1)
    stage.playback.record([stage.event(film, 3000, session_id=session_id, at=yesterday)])
    assert resume_s(stage, film) == 3000


def test_deleting_a_series_deletes_its_episodes(stage: Stage) -> None:
    one, two, _ = stage.catalog.show("s")
    stage.watch(one)
    stage.watch(two, 3000)
    stage.playback.forget_title("anna", "s")
    assert stage.traces(one, two) == {}


def test_deleting_everything_leaves_nothing_but_choices(stage: Stage) -> None:
    film = stage.catalog.film("film")
    stage.play(film, 10)
    stage.play(film, 10, profile_id="ben", device_id="phone")
    stage.playback.hide("anna", film)
    stage.playback.rate("anna", film, Thumb.UP)
    stage.playback.end_device("tv")
    stage.playback.forget_everything("anna")
    assert stage.traces("anna") == {"ratings": 1}
    assert stage.playback.history("ben", limit=9, offset=0).total == 1
    minutes = stage.playback.watched_minutes(
        "anna", stage.clock.at - timedelta(days=1), stage.clock.at
    )
    assert minutes == 0


def test_what_plays_while_history_is_deleted_goes_when_it_ends(stage: Stage) -> None:
    film = stage.catalog.film("film")
    session_id = stage.play(film, 10)
    stage.playback.forget_everything("anna")
    assert stage.traces(film) == {"sessions": 1}
    stage.playback.end(session_id)
    assert stage.traces(film) == {}


def test_deleting_an_entry_goes_back_to_what_the_others_say(stage: Stage) -> None:
    film = stage.catalog.film("film")
    stage.watch(film, 2000, session_id="first")
    stage.watch(film, 4000, session_id="second")
    newest, oldest = stage.playback.history("anna", limit=9, offset=0).items
    stage.playback.forget_entry("anna", newest.id)
    assert resume_s(stage, film) == 2000
    assert stage.playback.history("anna", limit=9, offset=0).items == (oldest,)
    stage.playback.forget_entry("anna", oldest.id)
    assert stage.traces(film, "first", "second") == {}
    with pytest.raises(NotFound):
        stage.playback.forget_entry("anna", oldest.id)


def test_a_profile_that_is_deleted_takes_everything_along(stage: Stage) -> None:
    film = stage.catalog.film("film")
    before = stage.rows()
    session_id = stage.play(film, 10)
    stage.playback.add_to_watchlist("anna", film)
    stage.playback.rate("anna", film, Thumb.UP)
    stage.playback.set_languages("anna", Languages(audio_language="de"))
    stage.playback.forget_profile("anna")
    assert stage.rows() | {"forgotten": []} == before | {"forgotten": []}
    stage.playback.record([stage.event(film, 3000, session_id=session_id)])
    assert stage.traces("anna") == {}


# Private


def test_private_leaves_nothing(stage: Stage) -> None:
    film = stage.catalog.film("film")
    stage.watch(film, 3000)
    before, heard = stage.rows(), len(stage.heard)
    session_id = stage.play(film, 60, private=True)
    late = stage.event(film, 4000, kind=WatchKind.STOP, session_id=session_id)
    changed = {name for name, rows in stage.rows().items() if rows != before[name]}
    assert changed == {"sessions"}  # while it lasts
    stage.playback.end(session_id)
    stage.playback.record([late])
    assert stage.rows() == before
    assert {type(event).__name__ for event in stage.heard[heard:]} == {"StreamsChanged"}
    assert resume_s(stage, film) == 3000


def test_a_private_session_that_is_renewed_goes_on_where_it_was(stage: Stage) -> None:
    film = stage.catalog.film("film")
    stage.watch(film, 3000)

    def start(profile_id: str = "anna", *, private: bool = True) -> float:
        return stage.playback.start(
            title_id=film, profile_id=profile_id, device_id="tv", private=private
        ).resume_s

    stage.play(film, 10, private=True)
    assert start() == 600
    assert start("ben") == 0
    stage.play(film, 10, private=True)
    assert start(private=False) == 3000
    assert start() == 3000


def test_a_private_session_that_just_stops_is_gone_with_its_lease(stage: Stage) -> None:
    film = stage.catalog.film("film")
    before = stage.rows()
    stage.playback.start(title_id=film, profile_id="anna", device_id="tv", private=True)
    stage.clock.forward(61)
    stage.playback.announce_streams()
    assert stage.rows() == before


# Minutes


def test_two_devices_at_once_are_watched_once(stage: Stage) -> None:
    film, start = stage.catalog.film("film"), stage.clock()
    tv = stage.playback.start(title_id=film, profile_id="anna", device_id="tv").session_id
    phone = stage.playback.start(title_id=film, profile_id="anna", device_id="phone").session_id
    for step in range(21):
        events = [
            stage.event(film, 30.0 * step, session_id=tv),
            stage.event(film, 30.0 * step, session_id=phone, at=stage.clock() - timedelta(days=3)),
        ]
        stage.playback.record(events)
        stage.playback.record(events)
        stage.clock.forward(30)
    assert stage.playback.watched_minutes("anna", start, stage.clock()) == 10
    middle = start + timedelta(minutes=4)
    assert stage.playback.watched_minutes("anna", start, middle) == 4
    assert stage.playback.watched_minutes("anna", middle, stage.clock()) == 6
    assert stage.playback.watched_minutes("ben", start, stage.clock()) == 0


def test_what_was_begun_since_a_moment_was_never_played_before(stage: Stage) -> None:
    old, new, secret = (stage.catalog.film(name) for name in ("old", "new", "secret"))
    stage.play(old, 5)
    since = stage.clock()
    stage.play(old, 5)
    stage.play(new, 5)
    stage.play(secret, 5, private=True)
    assert stage.playback.begun("anna", since) == (new,)
    assert stage.playback.begun("anna", since - timedelta(hours=1)) == (new, old)
    assert stage.playback.begun("ben", since) == ()
    stage.playback.forget_title("anna", new)
    assert stage.playback.begun("anna", since) == ()
