"""What a person with a keyboard can do in the window."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from abr.media import AdaptationSetId, RepresentationId
from abr.profiles import QualityProfileId
from player.snapshot import PlayerProblem, PlayerState
from tests.helpers.desk import Desk, desk
from tests.helpers.screens import film_snapshot, household_catalog


@pytest.fixture
def window() -> Iterator[Desk]:
    """At home, everything loaded, the focus on the featured title's button."""
    with desk(catalog=household_catalog()) as opened:
        opened.focus_is("Resume")
        yield opened


@pytest.fixture
def cinema(window: Desk) -> Desk:
    """A film is playing."""
    window.press("enter")
    window.control.snapshot = film_snapshot()
    window.control.show()
    window.sees("1:47  /  5:00")
    window.control.calls.clear()
    return window


def test_enter_on_a_card_plays_it_and_escape_comes_back_to_it(window: Desk) -> None:
    window.press("down")
    window.focus_is("Big Buck Bunny")
    window.press("right")
    window.focus_is("The Salt Harbour")
    window.press("enter")
    assert window.control.calls == [("play", "harbour-s1e4", None)]
    window.press("esc")
    assert window.control.calls[-1] == ("stop",)
    window.focus_is("The Salt Harbour")


def test_rows_remember_where_one_was(window: Desk) -> None:
    window.press("down", "down", "right", "right")
    window.focus_is("Film 2")
    window.press("up")
    window.focus_is("Big Buck Bunny")
    window.press("down")
    window.focus_is("Film 2")


def test_a_series_shows_its_episodes_and_plays_one(window: Desk) -> None:
    window.press("down", "down", "enter")
    window.focus_is("Resume S1 E4")
    window.press("down")
    window.focus_is("Tide 4")
    window.press("up", "enter")
    assert window.control.calls == [("play", "harbour-s1e3", None)]
    window.press("esc")
    window.focus_is("Tide 3")
    window.press("esc")
    window.focus_is("The Salt Harbour")


def test_seasons_are_chosen_with_the_keyboard(window: Desk) -> None:
    window.press("down", "down", "enter")
    window.focus_is("Resume S1 E4")
    window.press("down", "up", "up", "up", "up")
    window.focus_is("Season 1")
    window.press("right", "enter", "down")
    window.focus_is("Tide 1")
    window.press("enter")
    assert window.control.calls == [("play", "harbour-s2e1", None)]


def test_search_as_you_type(window: Desk) -> None:
    window.press("/", "film 3")
    window.sees("Film 3")
    window.press("down")
    window.focus_is("Film 3")
    window.press("enter")
    assert window.control.calls == [("play", "film-3", None)]


def test_one_backspace_too_many_does_not_leave_the_search(window: Desk) -> None:
    window.press("/", "a", "backspace", "backspace", "b")
    assert window.main.bridge.property("screen") == "search"
    window.press("esc")
    assert window.main.bridge.property("screen") == "home"


def test_the_rail_leads_everywhere(window: Desk) -> None:
    window.press("left")
    window.focus_is("Home")
    window.press("down", "down")
    window.focus_is("Library")
    window.press("enter")
    window.sees("11 titles")
    window.focus_is("Big Buck Bunny")
    window.press("up")
    window.focus_is("All")
    window.press("right", "right", "enter")
    window.sees("1 title")
    window.press("left", "left", "left")
    window.focus_is("Library")


def test_about_a_title_shows_who_made_it(window: Desk) -> None:
    window.press("down", "i")
    window.sees("Blender Foundation")


def test_the_sheet_of_keys_opens_and_closes_anywhere(window: Desk) -> None:
    window.press("?")
    window.focus_is("Close")
    window.sees("Big Buck Bunny, © 2008 Blender Foundation")
    window.press("esc")
    window.focus_is("Resume")


KEYS_OF_THE_PLAYER: dict[str, tuple[Any, ...]] = {
    "space": ("pause",),
    "k": ("pause",),
    "enter": ("pause",),
    "left": ("seek", 102.0),
    "right": ("seek", 112.0),
    "j": ("seek", 97.0),
    "l": ("seek", 117.0),
    "5": ("seek", 150.0),
    "0": ("seek", 0.0),
    "down": ("volume", 95.0),
    "m": ("muted", True),
    "c": ("subtitle", AdaptationSetId("s-en")),
    "a": ("audio", AdaptationSetId("a-de")),
    "]": ("speed", 1.25),
    "[": ("speed", 0.75),
}


def test_the_keys_of_the_player(cinema: Desk) -> None:
    done = {}
    for key in KEYS_OF_THE_PLAYER:
        cinema.press(key)
        (done[key],) = cinema.control.calls
        cinema.control.calls.clear()
        cinema.control.snapshot = film_snapshot()
        cinema.control.show(state=PlayerState.SEEKING)  # a seek asked for has arrived now
        cinema.control.show(state=PlayerState.PLAYING)
        player, newest = cinema.main.model.player, cinema.control.snapshot
        cinema.until(lambda p=player, n=newest: p._snapshot is n, "the film is where it was")  # type: ignore[misc]
    assert done == KEYS_OF_THE_PLAYER


def test_the_stats_panel_gives_its_reason(cinema: Desk) -> None:
    cinema.press("i")
    cinema.sees("Stayed at 720p")
    cinema.sees("throughput 3.1 ± 0.6 Mbit/s")
    for words in ("stood still", "given up", "fetched again", "quality 2.10 now, stall risk 1 %"):
        cinema.sees(words)
    cinema.sees("screen or plan allow 720p at most")
    cinema.press("i")
    assert not any("Stayed at" in text for text in cinema.texts())


def test_a_quality_is_chosen_with_the_keyboard(cinema: Desk) -> None:
    cinema.press("tab")
    cinema.focus_is("Pause")
    cinema.press("right", "right", "right", "right", "right", "right")
    cinema.focus_is("Quality: Auto")
    cinema.press("enter")
    cinema.focus_is("Auto")
    cinema.sees("Your plan shows up to 720p")
    cinema.press("down")  # over 1080p, which the plan leaves out
    cinema.focus_is("720p · 2.4 Mbit/s")
    cinema.press("enter")
    assert cinema.control.calls == [("quality", RepresentationId("v720"))]


def test_a_profile_is_chosen_beside_the_ladder(cinema: Desk) -> None:
    cinema.press("tab", "right", "right", "right", "right", "right", "right", "enter")
    cinema.focus_is("Auto")
    cinema.press("right")
    cinema.focus_is("Balanced")
    cinema.press("left")
    cinema.focus_is("Auto")
    cinema.press("right", "down", "enter")
    assert cinema.control.calls == [("profile", QualityProfileId.DATA_SAVER)]


def test_audio_and_subtitles_stand_side_by_side(cinema: Desk) -> None:
    cinema.press("tab", "right", "right", "right", "right", "right", "enter")
    cinema.focus_is("English")
    cinema.press("right")
    cinema.focus_is("Off")
    cinema.press("down", "enter")
    assert cinema.control.calls == [("subtitle", AdaptationSetId("s-en"))]
    cinema.press("esc")
    assert cinema.main.bridge.property("screen") == "player"


def test_an_open_menu_keeps_the_arrows_to_itself(cinema: Desk) -> None:
    cinema.press("tab", "right", "right", "right", "right", "enter")
    cinema.focus_is("Normal")
    cinema.press("down", "down", "right", "left")
    assert cinema.control.calls == []


def test_the_bar_seeks_with_the_arrows(cinema: Desk) -> None:
    cinema.press("tab", "up", "right", "right")
    assert cinema.control.calls == [("seek", 112.0), ("seek", 117.0)]


def test_the_film_keeps_playing_under_the_sheet_of_keys(cinema: Desk) -> None:
    cinema.press("?", "space")
    assert cinema.control.calls == []


def test_a_failure_says_what_happened_and_can_be_tried_again(cinema: Desk) -> None:
    problem = PlayerProblem(code="x", title="Damaged", detail="Segment 12.", hint="Choose another.")
    cinema.control.show(state=PlayerState.FAILED, problem=problem)
    cinema.focus_is("Try again")
    cinema.sees("Segment 12.")
    cinema.press("enter")
    assert cinema.control.calls == [("play", "bunny", 107.0)]


def test_waiting_for_the_network_is_said_over_the_film(cinema: Desk) -> None:
    waiting = PlayerProblem(code="x", title="The network is away", detail="27 s left.", hint="")
    cinema.control.show(waiting=waiting)
    cinema.sees("The network is away")


def watch_an_episode_to_its_end(window: Desk) -> None:
    window.press("down", "right", "enter")
    window.until(lambda: window.main.model.player.upcoming_id, "what follows is known")
    window.control.snapshot = film_snapshot(title_id="harbour-s1e4")
    window.control.show(state=PlayerState.ENDED)
    window.focus_is("Play now")


def test_the_end_of_an_episode_offers_the_next(window: Desk) -> None:
    watch_an_episode_to_its_end(window)
    window.press("enter")
    assert window.control.calls[-1] == ("play", "harbour-s2e1", 0.0)


def test_the_offer_of_a_next_episode_can_be_declined(window: Desk) -> None:
    watch_an_episode_to_its_end(window)
    window.press("right", "enter")
    assert window.control.calls[-1] == ("stop",)
    window.focus_is("The Salt Harbour")


def test_full_screen_and_back(cinema: Desk) -> None:
    visibility = cinema.window.visibility
    before = visibility()
    cinema.press("f")
    assert visibility() == cinema.window.Visibility.FullScreen
    cinema.press("esc")
    assert visibility() == before
    assert cinema.main.bridge.property("screen") == "player"


def test_controls_leave_a_playing_film_and_no_other(cinema: Desk) -> None:
    page = next(item for item in cinema.items() if item.property("restMs") is not None)
    page.setProperty("restMs", 20)
    cinema.press("right")
    cinema.until(lambda: not page.property("controlsShown"), "the controls leave")
    page.setProperty("restMs", 60_000)
    cinema.press("tab")
    assert page.property("controlsShown")
    cinema.press("right", "right", "right", "right", "enter")
    cinema.focus_is("Normal")
    page.setProperty("restMs", 20)
    cinema.until(lambda: page.property("resting"), "time passes under an open menu")
    assert page.property("controlsShown")
    cinema.press("esc")
    cinema.until(lambda: not page.property("controlsShown"), "the controls leave again")
    cinema.press("space")
    cinema.until(lambda: page.property("resting"), "time passes during a pause")
    assert page.property("controlsShown")


def test_a_click_on_a_card_plays_it_without_a_focus_ring(window: Desk) -> None:
    window.click(window.button("The Salt Harbour"))
    assert window.control.calls == [("play", "harbour-s1e4", None)]
    assert not window.main.bridge.property("keyboard")
