from __future__ import annotations

from tests.helpers.view_stage import Stage
from ui.viewmodel.search import MAX_QUERY, SearchPhase


def search_phase(stage: Stage) -> SearchPhase:
    return stage.app.search.state.phase


def found(stage: Stage) -> list[str]:
    return [card.id for card in stage.app.search.state.cards]


def type_and_wait(stage: Stage, text: str) -> None:
    stage.app.search.type(text)
    stage.pass_time(1.0)


def test_a_quick_typist_is_answered_once(stage: Stage) -> None:
    for text in ("b", "bu", "bun"):
        stage.app.search.type(text)
        stage.pass_time(0.05)
    stage.pass_time(1.0)
    assert found(stage) == ["bunny"]
    assert stage.catalog.requests["search"] == 1


def test_nothing_found_is_said(stage: Stage) -> None:
    type_and_wait(stage, "zzz")
    assert search_phase(stage) is SearchPhase.NOTHING


def test_an_empty_field_asks_nothing_and_shows_nothing(stage: Stage) -> None:
    type_and_wait(stage, "film")
    assert found(stage)
    type_and_wait(stage, "   ")
    assert search_phase(stage) is SearchPhase.IDLE
    assert found(stage) == []
    assert stage.catalog.requests["search"] == 1


def test_the_answer_to_older_words_is_dropped(stage: Stage) -> None:
    stage.app.search.type("bunny")
    stage.clock.advance(1.0)
    stage.elsewhere.run()  # answered, not yet home
    stage.app.search.type("harbour")
    stage.home_queue.run()
    assert found(stage) == []
    stage.pass_time(1.0)
    assert found(stage) == ["harbour"]


def test_trouble_is_told_and_asking_again_helps(stage: Stage) -> None:
    stage.catalog.error = OSError("refused")
    type_and_wait(stage, "bunny")
    assert search_phase(stage) is SearchPhase.AWAY
    stage.catalog.error = None
    stage.app.search.ask()
    stage.settle()
    assert search_phase(stage) is SearchPhase.FOUND


def test_a_pasted_book_is_cut_short(stage: Stage) -> None:
    type_and_wait(stage, "x" * 10_000)
    assert len(stage.app.search.state.query) == MAX_QUERY
