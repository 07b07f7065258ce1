from __future__ import annotations

from local_server.contracts import TitleKind
from tests.helpers.screens import title
from tests.helpers.view_stage import Stage
from ui.viewmodel.library import PAGE, Filter
from ui.viewmodel.navigation import Screen


def open_library(stage: Stage) -> None:
    stage.app.navigator.go(Screen.LIBRARY)
    stage.settle()


def test_everything_is_fetched_page_by_page(stage: Stage) -> None:
    stage.catalog.everything = tuple(title(f"t{n}", f"T{n}") for n in range(2 * PAGE + 7))
    stage.catalog.work = ()
    open_library(stage)
    state = stage.app.library.state
    assert state.loaded
    assert len(state.cards) == 2 * PAGE + 7
    assert state.count == "207 titles"
    assert stage.catalog.requests["titles"] == 3


def test_the_wall_can_be_narrowed(stage: Stage) -> None:
    open_library(stage)
    stage.app.library.choose(Filter.SERIES)
    assert not stage.app.library.state.loaded
    stage.settle()
    assert {card.kind for card in stage.app.library.state.cards} == {TitleKind.SERIES}
    assert stage.app.library.state.count == "1 title"


def test_it_refreshes_while_something_is_prepared_and_someone_looks(stage: Stage) -> None:
    open_library(stage)
    stage.pass_time(1.5)
    assert stage.catalog.requests["titles"] == 2
    stage.app.navigator.go(Screen.SEARCH)
    stage.pass_time(10.0)
    assert stage.catalog.requests["titles"] == 2


def test_trouble_keeps_what_is_known_and_is_tried_again(stage: Stage) -> None:
    open_library(stage)
    cards = stage.app.library.state.cards
    stage.catalog.error = OSError("refused")
    stage.pass_time(1.5)
    assert stage.app.library.state.trouble is not None
    assert stage.app.library.state.cards == cards
    stage.catalog.error = None
    stage.pass_time(3.0)
    assert stage.app.library.state.trouble is None
