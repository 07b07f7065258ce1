from __future__ import annotations

from local_server.contracts import AddedPath, Problem
from player.snapshot import PlayerState
from tests.helpers.screens import film_snapshot
from tests.helpers.view_stage import Stage
from ui.viewmodel.navigation import Screen


def test_a_card_that_plays_plays_and_another_opens_its_page(stage: Stage) -> None:
    stage.app.activate("bunny", playable=True)
    assert stage.control.calls == [("play", "bunny", None)]
    stage.app.back()
    stage.app.activate("harbour", playable=False)
    stage.settle()
    assert stage.app.navigator.place.screen is Screen.TITLE
    assert stage.app.title.state.loaded


def test_leaving_the_player_stops_the_film_and_refreshes_the_screens(stage: Stage) -> None:
    stage.app.start()
    stage.settle()
    stage.app.play("bunny")
    stage.settle()
    stage.pass_time(60.0)
    asked = stage.catalog.requests["home"]
    stage.app.back()
    assert stage.control.calls[-1] == ("stop",)
    stage.pass_time(3.0)
    assert stage.catalog.requests["home"] > asked


def test_while_a_film_plays_home_does_not_ask(stage: Stage) -> None:
    stage.app.start()
    stage.settle()
    stage.app.play("bunny")
    stage.settle()
    asked = stage.catalog.requests["home"]
    stage.pass_time(120.0)
    assert stage.catalog.requests["home"] == asked


def test_a_film_gives_way_at_its_end(stage: Stage) -> None:
    stage.app.navigator.open_title("bunny")
    stage.app.play("bunny")
    stage.control.snapshot = film_snapshot()
    stage.control.show(state=PlayerState.ENDED)
    stage.settle()
    assert stage.app.navigator.place.screen is Screen.TITLE


def test_an_episode_stays_to_offer_the_next(stage: Stage) -> None:
    stage.app.play("harbour-s1e1")
    stage.settle()
    stage.control.snapshot = film_snapshot(title_id="harbour-s1e1")
    stage.control.show(state=PlayerState.ENDED)
    stage.settle()
    assert stage.app.navigator.place.screen is Screen.PLAYER
    assert stage.app.player.state.upcoming is not None


def test_what_is_to_be_played_at_once_may_take_its_time(stage: Stage) -> None:
    stage.app.start(lambda: "bunny", start_s=12.0)
    assert stage.control.calls == []
    stage.settle()
    assert stage.control.calls == [("play", "bunny", 12.0)]


def test_nothing_to_play_at_once_leaves_the_screen_alone(stage: Stage) -> None:
    stage.app.start(lambda: None)
    stage.settle()
    assert stage.app.navigator.place.screen is Screen.HOME


def test_added_files_are_counted_and_the_screens_refresh(stage: Stage) -> None:
    stage.app.start()
    stage.settle()
    asked = stage.catalog.requests["home"]
    stage.app.add_paths(["a.mkv", "b.mkv"])
    stage.settle()
    assert stage.catalog.added == ["a.mkv", "b.mkv"]
    assert stage.app.messages.state.text == "2 files added"
    assert stage.catalog.requests["home"] == asked + 1


def test_a_refused_file_is_named_with_the_reason(stage: Stage) -> None:
    problem = Problem(code="x", message="this is not a film", hint="Choose another.")
    stage.catalog.answers = (
        AddedPath(path="films/a\nb.txt", problem=problem),
        AddedPath(path="c.txt", problem=problem),
    )
    stage.app.add_paths(["films"])
    stage.settle()
    message = stage.app.messages.state
    assert message.text == "a b.txt and 1 more: this is not a film"
    assert (message.hint, message.trouble) == ("Choose another.", True)


def test_an_empty_folder_is_no_success(stage: Stage) -> None:
    stage.catalog.answers = ()
    stage.app.add_paths(["empty"])
    stage.settle()
    assert stage.app.messages.state.text == "No film in there"


def test_adding_nothing_asks_nothing(stage: Stage) -> None:
    stage.app.add_paths([])
    stage.settle()
    assert stage.catalog.requests == {}


def test_a_server_away_is_told_when_files_are_added(stage: Stage) -> None:
    stage.catalog.error = OSError("refused")
    stage.app.add_paths(["a.mkv"])
    stage.settle()
    assert stage.app.messages.state.trouble


def test_closing_ends_all_listening(stage: Stage) -> None:
    stage.app.close()
    stage.control.show(position_s=5.0)
    stage.settle()
    assert stage.app.player.state.time.position_s == 0.0
