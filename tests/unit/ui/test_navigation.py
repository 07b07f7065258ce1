from __future__ import annotations

import pytest

from ui.viewmodel.navigation import Navigator, Place, Screen


def test_back_leads_the_way_one_came_then_home_then_nowhere() -> None:
    navigator = Navigator()
    navigator.go(Screen.LIBRARY)
    navigator.open_title("harbour")
    navigator.open_player("e1")
    assert navigator.back()
    assert navigator.place == Place(screen=Screen.TITLE, title_id="harbour")
    assert navigator.back()
    assert navigator.state == (Place(screen=Screen.LIBRARY),)
    assert navigator.back()
    assert navigator.state == (Place(screen=Screen.HOME),)
    assert not navigator.back()


def test_a_next_episode_takes_the_place_of_the_one_before() -> None:
    navigator = Navigator()
    navigator.open_player("e1")
    navigator.open_player("e2")
    assert [place.title_id for place in navigator.state] == ["", "e2"]


def test_opening_the_page_that_is_open_adds_nothing() -> None:
    navigator = Navigator()
    navigator.open_title("a")
    navigator.open_title("a")
    assert len(navigator.state) == 2


def test_only_destinations_can_be_gone_to() -> None:
    with pytest.raises(ValueError, match="no destination"):
        Navigator().go(Screen.PLAYER)
