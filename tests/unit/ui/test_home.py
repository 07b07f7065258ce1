from __future__ import annotations

from dataclasses import replace

import pytest

from local_server.contracts import Availability, Row, RowKind, TitleKind
from tests.helpers.screens import FakeCatalog, episode, job, resumed, title
from tests.helpers.view_stage import Stage
from ui.viewmodel.home import HomeState, Phase, choose_featured, present
from ui.viewmodel.ports import ServerPhase


def home_phase(stage: Stage) -> Phase:
    return stage.app.home.state.phase


def shown(catalog: FakeCatalog) -> HomeState:
    featured = choose_featured(catalog.rows)
    detail = None if featured is None else catalog.title(featured.id)
    return present(catalog.home("anna"), catalog.jobs(), detail, catalog.absolute)


def test_what_was_begun_last_is_featured_with_its_facts(stage: Stage) -> None:
    hero = shown(stage.catalog).hero
    assert hero is not None
    assert (hero.card.id, hero.action) == ("bunny", "Resume")
    assert hero.synopsis == "A giant rabbit takes the gentlest revenge."
    assert hero.facts.plain == ("2008", "10 min")
    assert [mark for mark, _ in hero.facts.badges] == ["720p", "2 languages", "CC"]


def test_without_anything_begun_the_first_film_is_featured_under_its_rows_name() -> None:
    series = title("s", "Harbour", kind=TitleKind.SERIES)
    row = Row(id="new", name="Newest", items=(series, title("a", "A")))
    hero = shown(FakeCatalog(rows=(row,))).hero
    assert hero is not None
    assert (hero.card.id, hero.eyebrow, hero.action) == ("a", "Newest", "Play")


def test_a_lone_series_is_featured_with_its_episodes() -> None:
    series = title("s", "Harbour", kind=TitleKind.SERIES)
    hero = shown(FakeCatalog(rows=(Row(id="new", name="Newest", items=(series,)),))).hero
    assert hero is not None
    assert (hero.action, hero.card.playable) == ("Episodes", False)


def test_a_featured_episode_names_itself_under_its_series() -> None:
    items = (episode(4, name="The Fog", resume=resumed(0.5)),)
    hero = shown(FakeCatalog(rows=(Row(id="continue", name="Continue", items=items),))).hero
    assert hero is not None
    assert hero.card.name == "The Salt Harbour"
    assert hero.line == "S1 E4 · The Fog · 5 min left"


def test_only_rows_of_begun_titles_are_wide(stage: Stage) -> None:
    rows = {row.id: row for row in shown(stage.catalog).rows}
    assert rows["continue"].wide
    assert not rows["new"].wide
    assert rows["new"].reason == "added this week"


def test_a_picked_title_says_why_where_others_say_what_they_are() -> None:
    item = title("a", "A").model_copy(update={"reason": "With Maria Schell, like Cinderella"})
    picked = Row(id="top-picks", name="Top picks", kind=RowKind.TOP_PICKS, items=(item,))
    new = Row(id="new", name="New here", kind=RowKind.NEW, items=(item,))
    why, what = (row.cards[0] for row in shown(FakeCatalog(rows=(picked, new))).rows)
    assert why.line == "With Maria Schell, like Cinderella"
    assert "Maria Schell" in why.spoken
    assert "Maria Schell" not in what.line


def test_rows_without_titles_are_not_shown() -> None:
    assert shown(FakeCatalog(rows=(Row(id="x", name="Empty", items=()),))).phase is Phase.EMPTY


def test_a_first_start_shows_work_before_there_is_anything_to_play() -> None:
    catalog = FakeCatalog(work=(job("a", 0.1), job("b", 0.6)))
    state = shown(catalog)
    assert state.phase is Phase.PREPARING
    assert [card.id for card in state.preparing] == ["b", "a"]


def test_work_on_a_listed_title_is_on_its_card_and_not_shown_twice() -> None:
    coming = title("a", "A", availability=Availability.PREPARING, progress=0.1)
    row = Row(id="new", name="Newest", items=(coming,))
    state = shown(FakeCatalog(rows=(row,), work=(job("a", 0.3),)))
    assert [card.line for card in state.preparing] == ["Encoding · 30 %"]
    assert state.rows[0].cards[0].line == "Encoding · 30 %"


def test_the_screen_loads_at_the_start_and_asks_for_the_profile_once(stage: Stage) -> None:
    stage.app.start()
    assert home_phase(stage) is Phase.LOADING
    stage.settle()
    assert home_phase(stage) is Phase.READY
    stage.app.home.refresh()
    stage.settle()
    assert stage.catalog.requests["household"] == 1
    assert stage.catalog.requests["home"] == 2


def test_while_titles_are_prepared_the_screen_refreshes_every_second(stage: Stage) -> None:
    stage.app.start()
    stage.settle()
    for _ in range(3):
        stage.pass_time(1.0)
    assert stage.catalog.requests["home"] == 4
    done = Availability.READY
    row = stage.catalog.rows[1]
    items = tuple(item.model_copy(update={"availability": done}) for item in row.items)
    stage.catalog.rows = (stage.catalog.rows[0], row.model_copy(update={"items": items}))
    stage.catalog.work = ()
    stage.pass_time(1.0)
    stage.pass_time(10.0)
    assert stage.catalog.requests["home"] == 5


def test_nothing_is_asked_before_the_server_runs(stage: Stage) -> None:
    stage.server.become(ServerPhase.STARTING)
    stage.app.start()
    stage.settle()
    assert stage.app.home.state.status == "Starting your server"
    assert stage.catalog.requests == {}
    stage.server.become(ServerPhase.RUNNING)
    stage.settle()
    assert home_phase(stage) is Phase.READY


def test_a_server_that_does_not_answer_is_tried_again_by_itself(stage: Stage) -> None:
    stage.catalog.error = OSError("refused")
    stage.app.start()
    stage.settle()
    trouble = stage.app.home.state.trouble
    assert home_phase(stage) is Phase.AWAY
    assert trouble is not None
    assert "safe" in trouble.detail
    stage.catalog.error = None
    stage.pass_time(1.0)
    assert home_phase(stage) is Phase.READY


def test_what_is_known_stays_while_the_server_is_away(stage: Stage) -> None:
    stage.app.start()
    stage.settle()
    rows = stage.app.home.state.rows
    stage.catalog.error = OSError("refused")
    stage.server.become(ServerPhase.RESTARTING)
    stage.settle()
    state = stage.app.home.state
    assert state.rows == rows
    assert state.notice is not None
    assert state.notice.title == "Your server is coming back"
    stage.catalog.error = None
    stage.server.become(ServerPhase.RUNNING)
    stage.settle()
    assert stage.app.home.state == replace(state, notice=None)


def test_a_server_that_will_not_come_back_says_why(stage: Stage) -> None:
    stage.server.become(ServerPhase.FAILED, title="No space left", detail="/home is full", hint="x")
    stage.app.start()
    stage.settle()
    trouble = stage.app.home.state.trouble
    assert trouble is not None
    assert (trouble.title, trouble.detail, trouble.hint) == ("No space left", "/home is full", "x")


def test_retries_slow_down(stage: Stage) -> None:
    stage.catalog.error = OSError("refused")
    stage.app.start()
    stage.settle()
    counts = []
    for _ in range(6):
        before = stage.catalog.requests["household"]
        stage.pass_time(8.0)
        counts.append(stage.catalog.requests["household"] - before)
    assert counts[0] > counts[-1]
    assert counts[-1] == 1


@pytest.mark.parametrize("away", [True, False])
def test_an_answer_to_an_older_question_never_wins(stage: Stage, away: bool) -> None:
    stage.app.start()
    stage.settle()
    if away:
        stage.catalog.error = OSError("refused")
    stage.app.home.refresh()
    stage.elsewhere.run()
    stage.catalog.error = None
    stage.catalog.rows = ()
    stage.catalog.work = ()
    stage.app.home.refresh()
    stage.settle()
    assert home_phase(stage) is Phase.EMPTY
