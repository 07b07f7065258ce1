"""What the screens tell the prefetcher, and when."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from abr.likelihood import Signal
from tests.helpers.view_stage import Stage
from ui.viewmodel.navigation import Screen


@dataclass
class Told:
    """A prefetcher that remembers."""

    shown: list[tuple[Signal, ...]] = field(default_factory=list)

    def show(self, signals: tuple[Signal, ...]) -> None:
        self.shown.append(signals)

    @property
    def now(self) -> list[tuple[str, str, int]]:
        return [(str(s.kind), s.title_id, s.rank) for s in self.shown[-1]]


HOME = [
    ("continue", "bunny", 0),
    ("continue", "harbour-s1e4", 1),
    ("top", "bunny", 0),
]


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def stage(told: Told) -> Stage:
    stage = Stage(prefetcher=told)
    stage.app.start()
    stage.settle()
    return stage


def test_the_home_screen_speaks_for_what_was_begun(stage: Stage, told: Told) -> None:
    assert stage.app.navigator.place.screen is Screen.HOME
    assert told.now == HOME
    groups = {signal.title_id: signal.group for signal in told.shown[-1]}
    assert groups == {"bunny": "bunny", "harbour-s1e4": "harbour"}


def test_a_card_speaks_while_it_is_looked_at(stage: Stage, told: Told) -> None:
    stage.app.likely.look("film-3", at=True)
    assert told.now == [*HOME, ("focus", "film-3", 3)]
    stage.app.likely.look("film-4", at=True)
    stage.app.likely.look("film-3", at=False)  # the old one says so after the new one
    assert told.now == [*HOME, ("focus", "film-4", 4)]
    stage.app.likely.look("film-4", at=False)
    assert told.now == HOME


@pytest.mark.parametrize("title_id", ["harbour", "soon", "nothing"])
def test_what_cannot_be_played_does_not_speak(stage: Stage, told: Told, title_id: str) -> None:
    stage.app.likely.look(title_id, at=True)
    assert told.now == HOME


def test_an_open_page_speaks_for_what_it_would_play(stage: Stage, told: Told) -> None:
    stage.app.navigator.open_title("harbour")
    stage.settle()
    assert told.now == [("page", "harbour-s1e4", 0)]
    assert told.shown[-1][0].group == "harbour"
    stage.app.likely.look("harbour-s1e2", at=True)
    assert told.now[1:] == [("focus", "harbour-s1e2", 1)]
    stage.app.back()
    assert told.now == HOME


def test_searching_speaks_for_the_find_in_focus_alone(stage: Stage, told: Told) -> None:
    stage.app.navigator.go(Screen.SEARCH)
    stage.app.search.type("film")
    stage.pass_time(1.0)
    assert told.now == []
    stage.app.likely.look("film-2", at=True)
    assert told.now == [("focus", "film-2", 1)]


def test_the_library_speaks_for_the_card_in_focus_alone(stage: Stage, told: Told) -> None:
    stage.app.navigator.go(Screen.LIBRARY)
    stage.settle()
    stage.app.likely.look("bunny", at=True)
    assert told.now == [("focus", "bunny", 0)]


def test_while_an_episode_plays_the_next_one_speaks(stage: Stage, told: Told) -> None:
    stage.app.play("harbour-s1e1")
    assert told.now == []
    stage.settle()
    assert told.now == [("next", "harbour-s1e2", 1)]
    stage.control.show(duration_s=600.0, position_s=500.0)
    stage.settle()
    assert told.now == [("next", "harbour-s1e2", 0)]  # its viewer is nearly through
    stage.app.back()
    assert told.now == HOME


def test_the_same_is_not_told_twice(stage: Stage, told: Told) -> None:
    count = len(told.shown)
    stage.app.home.refresh()
    stage.settle()
    stage.control.show(position_s=3.0)
    stage.settle()
    assert len(told.shown) == count


def test_without_a_prefetcher_nothing_is_told() -> None:
    stage = Stage()
    stage.app.start()
    stage.settle()
    stage.app.likely.look("film-3", at=True)
    assert [str(signal.kind) for signal in stage.app.likely.signals][-1] == "focus"
