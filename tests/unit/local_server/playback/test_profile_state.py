"""What a profile keeps: where it stands, what it goes on with, its lists; and taking it back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from local_server.contracts import (
    ContinueKind,
    Languages,
    SubtitlesMode,
    Thumb,
    TitleKind,
)
from local_server.errors import Conflict, Forbidden, NotFound
from local_server.runtime.events import ThumbChanged
from local_server.services.playback.rules import ResumeRules
from tests.helpers.viewing import Stage, a_stage


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with a_stage(tmp_path) as stage:
        yield stage


def resume_s(stage: Stage, title_id: str) -> float:
    leave = stage.playback.prefetch(title_id=title_id, profile_id="anna")
    return leave.resume_s


def finished(stage: Stage, title_id: str) -> bool:
    point = stage.playback.resume_points("anna", [title_id]).get(title_id)
    return point is not None and point.finished


# Marks


def test_a_mark_is_newer_than_what_was_played_and_older_than_what_will_be(stage: Stage) -> None:
    film = stage.catalog.film("film")
    stage.watch(film, 3000)
    stage.clock.forward(1)
    stage.playback.mark("anna", film, watched=True)
    assert finished(stage, film)
    assert resume_s(stage, film) == 0
    stage.watch(film, 3000)
    assert resume_s(stage, film) == 3000
    stage.clock.forward(1)
    stage.playback.mark("anna", film, watched=False)
    assert stage.playback.resume_points("anna", [film]) == {}
    assert resume_s(stage, film) == 0


def test_an_event_that_comes_after_a_mark_but_is_older_changes_nothing(stage: Stage) -> None:
    film = stage.catalog.film("film")
    late = stage.event(film, 3000)
    stage.clock.forward(60)
    stage.playback.mark("anna", film, watched=True)
    stage.playback.record([late])
    assert finished(stage, film)


def test_marks_leave_the_history_alone(stage: Stage) -> None:
    film = stage.catalog.film("film")
    stage.watch(film, 3000)
    before = stage.playback.history("anna", limit=9, offset=0)
    events = stage.rows()["watch_events"]
    for watched in (True, False):
        stage.playback.mark("anna", film, watched=watched)
    assert stage.playback.history("anna", limit=9, offset=0) == before
    assert stage.rows()["watch_events"] == events


def test_a_season_and_a_series_are_marked_as_a_whole(stage: Stage) -> None:
    first, second = stage.catalog.show("s", season=1), stage.catalog.show("s", season=2)
    assert stage.playback.mark("anna", "s", watched=True, season=1) == 3
    assert [finished(stage, e) for e in (*first, *second)] == [True] * 3 + [False] * 3
    assert stage.going_on() == [second[0]]
    assert stage.playback.mark("anna", "s", watched=False) == 6
    assert stage.going_on() == []
    with pytest.raises(Conflict):
        stage.playback.mark("anna", "s", watched=True, season=7)
    for profile_id, title_id in (("nobody", "s"), ("anna", "nothing")):
        with pytest.raises(NotFound):
            stage.playback.mark(profile_id, title_id, watched=True)


# Events


def test_a_short_film_is_watched_or_not(stage: Stage) -> None:
    film = stage.catalog.film("short", duration_s=120.0)
    stage.playback.record([stage.event(film, 60, duration_s=120.0)])
    assert resume_s(stage, film) == 0
    assert stage.going_on() == []
    stage.playback.record([stage.event(film, 119, duration_s=120.0)])
    assert finished(stage, film)


def test_nobody_tells_what_another_profile_watched(stage: Stage) -> None:
    film = stage.catalog.film("film")
    grant = stage.playback.start(title_id=film, profile_id="anna", device_id="tv")
    good = stage.event(film, 3000, session_id=grant.session_id)
    wrong = stage.event(film, 4000, session_id=grant.session_id, profile_id="ben")
    before = stage.rows()
    with pytest.raises(Forbidden):
        stage.playback.record([good, wrong])
    assert stage.rows() == before
    stage.playback.record([good])
    assert resume_s(stage, film) == 3000


def test_history_of_an_older_version_is_made_at_the_next_start(stage: Stage) -> None:
    stage.play(stage.catalog.film("film"), 10)
    before = stage.rows()
    with stage.playback._database.write() as session:
        for table in ("sittings", "spans"):
            session.connection().exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608
    assert stage.playback.catch_up() == 1
    assert stage.rows() == before
    assert stage.playback.catch_up() == 0


# Going on


def test_each_film_and_series_once_newest_first(stage: Stage) -> None:
    one, two, _ = stage.catalog.show("s")
    film, seen = stage.catalog.film("film"), stage.catalog.film("seen")
    stage.watch(one, 3000)
    stage.watch(film, 3000)
    stage.watch(seen)
    stage.watch(two, 3000)
    stage.watch(one)
    items = stage.playback.continue_watching("anna", 40)
    assert [(i.title_id, i.kind, i.after_title_id) for i in items] == [
        (two, ContinueKind.NEXT, one),
        (film, ContinueKind.RESUME, None),
    ]
    assert items[0].resume is not None
    assert items[0].resume.position_s == 3000
    assert stage.playback.continue_watching("anna", 1) == items[:1]
    assert stage.playback.continue_watching("ben", 40) == ()


def test_a_series_that_is_watched_again_goes_on_again(stage: Stage) -> None:
    episodes = stage.catalog.show("s")
    for episode in episodes:
        stage.watch(episode)
    assert stage.going_on() == []
    stage.watch(episodes[0])
    assert stage.going_on() == [episodes[1]]


def test_a_new_season_brings_a_series_back_and_up(stage: Stage) -> None:
    for episode in stage.catalog.show("s"):
        stage.watch(episode)
    film = stage.catalog.film("film")
    stage.watch(film, 3000)
    assert stage.going_on() == [film]
    stage.clock.forward(86_400)
    first, *_ = stage.catalog.show("s", season=2)
    assert stage.going_on() == [first, film]


def test_editions_and_parts_go_on_as_their_film_and_trailers_never(stage: Stage) -> None:
    film = stage.catalog.film("film")
    cut = stage.catalog.film("cut", kind=TitleKind.EDITION, parent_id=film)
    trailer = stage.catalog.film("trailer", kind=TitleKind.EXTRA, parent_id=film)
    stage.watch(film, 1000)
    stage.watch(cut, 3000)
    stage.watch(trailer, 3000)
    (item,) = stage.playback.continue_watching("anna", 40)
    assert item.title_id == film
    assert item.resume is not None
    assert item.resume.position_s == 3000


def test_what_cannot_be_played_is_not_offered(stage: Stage) -> None:
    film = stage.catalog.film("film", available=False)
    stage.watch(film, 3000)
    stage.watch("gone", 3000)
    assert stage.going_on() == []


# Hiding


def test_hidden_until_restored(stage: Stage) -> None:
    one, two, _ = stage.catalog.show("s")
    stage.watch(one)
    stage.clock.forward(1)
    history = stage.rows()["watch_events"], stage.rows()["resume_points"]
    hidden = stage.playback.hide("anna", two)
    assert (hidden.title_id, hidden.until) == ("s", None)
    assert stage.going_on() == []
    assert stage.playback.hidden("anna") == (hidden,)
    assert stage.playback.hidden("ben") == ()
    stage.playback.restore("anna", one)
    stage.playback.restore("anna", one)
    assert stage.going_on() == [two]
    assert stage.playback.hidden("anna") == ()
    assert (stage.rows()["watch_events"], stage.rows()["resume_points"]) == history


def test_snoozed_for_a_week(stage: Stage) -> None:
    film = stage.catalog.film("film")
    stage.watch(film, 3000)
    stage.clock.forward(1)
    stage.playback.snooze("anna", film)
    stage.clock.forward(timedelta(days=7).total_seconds() - 1)
    assert stage.going_on() == []
    stage.clock.forward(1)
    assert stage.going_on() == [film]
    assert stage.playback.hidden("anna") == ()


def test_playing_it_again_brings_it_back(stage: Stage) -> None:
    one, two, three = stage.catalog.show("s")
    stage.watch(one)
    stage.clock.forward(1)
    stage.playback.hide("anna", "s")
    stage.playback.mark("anna", two, watched=True)
    assert stage.going_on() == []
    stage.watch(two)
    assert stage.going_on() == [three]


def test_a_new_episode_brings_it_back(stage: Stage) -> None:
    *_, last = stage.catalog.show("s")
    stage.watch(last, 3000)
    stage.clock.forward(1)
    stage.playback.hide("anna", "s")
    stage.clock.forward(60)
    stage.catalog.show("s", season=2, episodes=1)
    assert stage.going_on() == [last]


# Watchlist and ratings


def wanted(stage: Stage) -> list[str]:
    return [item.title_id for item in stage.playback.watchlist("anna")]


def test_the_list_keeps_its_order(stage: Stage) -> None:
    for name in "abcd":
        stage.playback.add_to_watchlist("anna", stage.catalog.film(name))
    stage.playback.add_to_watchlist("anna", "a")
    assert wanted(stage) == ["d", "c", "b", "a"]
    stage.playback.arrange_watchlist("anna", ["a", "nothing", "d", "a"])
    assert wanted(stage) == ["a", "d", "c", "b"]
    stage.playback.remove_from_watchlist("anna", "d")
    stage.playback.remove_from_watchlist("anna", "d")
    stage.playback.add_to_watchlist("anna", "d")
    assert wanted(stage) == ["d", "a", "c", "b"]
    with pytest.raises(NotFound):
        stage.playback.add_to_watchlist("anna", "nothing")


def test_the_list_is_full_at_last(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local_server.services.playback.lists.LIST_MAX", 3)
    for name in "abc":
        stage.playback.add_to_watchlist("anna", stage.catalog.film(name))
    with pytest.raises(Conflict):
        stage.playback.add_to_watchlist("anna", stage.catalog.film("d"))
    stage.playback.remove_from_watchlist("anna", "a")
    stage.playback.add_to_watchlist("anna", "d")
    assert wanted(stage) == ["d", "c", "b"]


def test_ratings_are_announced_when_they_change(stage: Stage) -> None:
    film = stage.catalog.film("film")
    stage.playback.rate("anna", film, Thumb.UP)
    stage.playback.rate("anna", film, Thumb.UP)
    stage.playback.rate("anna", film, Thumb.LOVE)
    (rating,) = stage.playback.ratings("anna", limit=9, offset=0).items
    assert rating.thumb is Thumb.LOVE
    assert [event.thumb for event in stage.playback.all_ratings()] == ["love"]
    stage.playback.take_rating_back("anna", film)
    stage.playback.take_rating_back("anna", film)
    assert stage.playback.ratings("anna", limit=9, offset=0).total == 0
    thumbs = [e.thumb for e in stage.heard if isinstance(e, ThumbChanged)]
    assert thumbs == ["up", "love", ""]


# Languages


def test_languages_of_a_series_go_before_the_usual_ones(stage: Stage) -> None:
    one, two, _ = stage.catalog.show("s")
    film = stage.catalog.film("film")
    usual = Languages(audio_language="de", subtitles_mode=SubtitlesMode.OFF)
    stage.playback.set_languages("anna", usual)
    stage.playback.set_languages("anna", Languages(audio_language="ja"), one)

    def granted(title_id: str) -> Languages:
        grant = stage.playback.start(title_id=title_id, profile_id="anna", device_id="tv")
        return Languages.model_validate(grant.model_dump())

    assert granted(film) == stage.playback.languages("anna", film) == usual
    of_series = Languages(audio_language="ja", subtitles_mode=SubtitlesMode.OFF)
    assert granted(two) == stage.playback.languages("anna", "s") == of_series
    assert stage.playback.languages("ben") == Languages()


def test_rules_are_the_services_own(tmp_path: Path) -> None:
    with a_stage(tmp_path, rules=ResumeRules(shortest_resumable_s=10)) as stage:
        film = stage.catalog.film("clip", duration_s=24.0)
        stage.playback.record([stage.event(film, 12, duration_s=24.0)])
        assert resume_s(stage, film) == 12
