"""Histories as models read them."""

from __future__ import annotations

import pytest

from local_server.services.recommendation.taste import histories
from local_server.services.recommendation.taste.histories import histories_of, history_of
from local_server.services.recommendation.taste.values import Viewing

PLACES = {"a": 0, "b": 1, "c": 2}


def viewing(title_id: str, at_s: float, weight: float = 1.0, profile_id: str = "ann") -> Viewing:
    return Viewing(profile_id=profile_id, title_id=title_id, at_s=at_s, weight=weight)


def test_of_a_title_seen_twice_the_later_time_counts() -> None:
    history = history_of([viewing("a", 1), viewing("b", 2), viewing("a", 3, 0.5)], PLACES)
    assert history.titles.tolist() == [1, 0]
    assert history.weights.tolist() == [1.0, 0.5]


def test_titles_that_are_gone_are_left_out() -> None:
    assert history_of([viewing("a", 1), viewing("z", 2)], PLACES).titles.tolist() == [0]


def test_a_half_life_halves() -> None:
    titles, weights = history_of(
        [viewing("a", 1), viewing("b", 2), viewing("c", 3, 0.5)], PLACES
    ).faded(2.0)
    assert titles.tolist() == [0, 1, 2]
    assert weights.tolist() == pytest.approx([0.5, 0.5**0.5, 0.5])


def test_a_dislike_does_not_make_a_film_seem_long_ago() -> None:
    titles, weights = history_of([viewing("a", 1), viewing("b", 2, -1.0)], PLACES).faded(1.0)
    assert dict(zip(titles.tolist(), weights.tolist(), strict=True)) == {0: 1.0, 1: -1.0}


@pytest.mark.parametrize(
    ("at_s", "weight"), [(float("nan"), 1.0), (float("inf"), 1.0), (0.0, 1.1), (0.0, float("nan"))]
)
def test_a_viewing_has_a_time_and_a_weight(at_s: float, weight: float) -> None:
    with pytest.raises(ValueError, match="a viewing"):
        viewing("a", at_s, weight)


def test_the_house_hears_neither_who_keeps_to_themselves_nor_dislikes() -> None:
    found = histories_of(
        [
            viewing("a", 1),
            viewing("b", 2, -1.0),
            viewing("c", 1, profile_id="ben"),
            viewing("b", 1, -1.0, profile_id="cem"),
        ],
        PLACES,
        sharing=frozenset({"ann", "cem"}),
    )
    assert [history.titles.tolist() for history in found] == [[0]]


def test_of_too_many_histories_those_that_watched_last_are_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(histories, "MOST_HISTORIES", 2)
    found = histories_of(
        [
            viewing("a", 9, profile_id="ann"),
            viewing("b", 1, profile_id="ben"),
            viewing("c", 5, profile_id="cem"),
        ],
        PLACES,
        sharing=frozenset({"ann", "ben", "cem"}),
    )
    assert [history.titles.tolist() for history in found] == [[0], [2]]
