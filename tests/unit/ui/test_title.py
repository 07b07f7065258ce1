from __future__ import annotations

from local_server.contracts import Availability, TitleDetail
from tests.helpers.screens import NOON, episode, job, resumed, title
from tests.helpers.view_stage import Stage
from ui.viewmodel.title import Action, following, next_to_watch


def open_title(stage: Stage, title_id: str) -> None:
    stage.app.navigator.open_title(title_id)
    stage.settle()


def test_a_film_can_be_resumed_or_started_over(stage: Stage) -> None:
    open_title(stage, "bunny")
    state = stage.app.title.state
    assert (state.action.label, state.action.title_id) == ("Resume", "bunny")
    assert state.action.can_restart
    assert {line.label: line.text for line in state.particulars} == {
        "Audio": "English and German",
        "Subtitles": "English",
        "Picture": "Up to 720p",
        "On disk": "48 MB",
        "Added": "22 November 2025",
        "Credit": "Blender Foundation",
    }


def test_a_series_goes_on_where_it_was_left(stage: Stage) -> None:
    open_title(stage, "harbour")
    state = stage.app.title.state
    assert state.action.label == "Resume S1 E4"
    assert (state.seasons, state.season, state.upcoming_index) == ((1, 2), 1, 3)
    assert state.facts.plain == ("2008", "2 seasons", "6 episodes")


def test_another_season_shows_its_episodes(stage: Stage) -> None:
    open_title(stage, "harbour")
    stage.app.title.choose_season(2)
    assert [card.id for card in stage.app.title.state.episodes] == ["harbour-s2e1", "harbour-s2e2"]
    stage.app.title.choose_season(9)
    assert stage.app.title.state.season == 2


def test_an_episodes_page_is_its_series(stage: Stage) -> None:
    open_title(stage, "harbour-s2e1")
    assert stage.app.title.state.id == "harbour"


def test_what_is_prepared_has_no_action_until_it_is_ready(stage: Stage) -> None:
    open_title(stage, "soon")
    assert stage.app.title.state.action == Action()
    ready = title("soon", "Coming Soon")
    stage.catalog.details["soon"] = TitleDetail(summary=ready, added_at=NOON)
    stage.catalog.work = (job("soon", 1.0, state="done"),)
    stage.pass_time(1.0)
    assert stage.app.title.state.action.label == "Play"
    asked = stage.catalog.requests["title"]
    stage.pass_time(60.0)
    assert stage.catalog.requests["title"] == asked


def test_a_page_that_was_closed_asks_no_more(stage: Stage) -> None:
    open_title(stage, "soon")
    stage.app.back()
    asked = stage.catalog.requests["title"]
    stage.pass_time(10.0)
    assert stage.catalog.requests["title"] == asked
    assert not stage.app.title.state.loaded


def test_trouble_is_told(stage: Stage) -> None:
    stage.catalog.error = OSError("refused")
    open_title(stage, "bunny")
    assert stage.app.title.state.trouble is not None
    stage.catalog.error = None
    stage.app.title.refresh()
    stage.settle()
    assert stage.app.title.state.loaded
    assert stage.app.title.state.trouble is None


def test_after_the_last_finished_episode_comes_the_next() -> None:
    seen = [episode(n, resume=resumed(1.0)) for n in (1, 2)]
    upcoming = next_to_watch((*seen, episode(3), episode(4)))
    assert upcoming is not None
    assert upcoming.episode == 3


def test_a_series_seen_to_its_end_begins_again() -> None:
    upcoming = next_to_watch(tuple(episode(n, resume=resumed(1.0)) for n in (1, 2)))
    assert upcoming is not None
    assert upcoming.episode == 1


def test_of_two_begun_the_one_watched_last_counts() -> None:
    older = episode(3, resume=resumed(0.5, minutes_ago=90.0))
    newer = episode(1, resume=resumed(0.5, minutes_ago=2.0))
    assert next_to_watch((newer, episode(2), older)) == newer


def test_a_series_without_a_playable_episode_has_none_to_watch() -> None:
    assert next_to_watch((episode(1, availability=Availability.PREPARING),)) is None


def test_following_crosses_seasons_and_stops_at_the_end() -> None:
    episodes = (episode(1, season=2), episode(2), episode(1))
    after = following(episodes, "harbour-s1e2")
    assert after is not None
    assert after.id == "harbour-s2e1"
    assert following(episodes, "harbour-s2e1") is None
    assert following(episodes, "unknown") is None
