"""Good lists: varied, true to all a profile likes, and now and then a try."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from local_server.services.recommendation.taste.arrange import Choice, Pool, arranged
from local_server.services.recommendation.taste.explore import chances, draw
from local_server.services.recommendation.taste.values import TasteSettings

NOTHING = replace(TasteSettings(), diversity=0.0, calibration=0.0, exploration=0.0)
SIX = Pool(
    scores=np.array([1.0, 0.9, 0.8, 0.7, 0.6, 0.5]),
    points=np.array([[1.0, 0.0]] * 3 + [[0.0, 1.0]] * 3),
    genres=np.array([[1.0, 0.0]] * 4 + [[0.0, 1.0]] * 2),
    wanted_genres=np.array([0.5, 0.5]),
)


def order(pool: Pool, settings: TasteSettings, limit: int = 4) -> list[int]:
    chosen = arranged(pool, limit=limit, settings=settings, random=np.random.default_rng(0))
    return [choice.candidate for choice in chosen]


def test_without_any_rule_the_best_come_first() -> None:
    assert order(SIX, NOTHING) == [0, 1, 2, 3]


def test_for_diversity_what_is_like_the_list_waits() -> None:
    """By hand, half and half: 1 and 0.7 are unlike; then all are like one of them."""
    assert order(SIX, replace(NOTHING, diversity=0.5)) == [0, 3, 1, 2]


def test_for_calibration_both_genres_come_as_often_as_they_are_wanted() -> None:
    chosen = order(SIX, replace(NOTHING, calibration=0.98))
    assert sorted(chosen[:2]) == [0, 4]
    assert sorted(chosen) == [0, 1, 4, 5]


def test_a_profile_whose_genres_are_unknown_is_not_calibrated() -> None:
    pool = replace(SIX, wanted_genres=np.zeros(2))
    assert order(pool, replace(NOTHING, calibration=0.9)) == [0, 1, 2, 3]


def test_a_list_ends_when_there_is_nothing_left() -> None:
    assert sorted(order(SIX, TasteSettings(), limit=50)) == [0, 1, 2, 3, 4, 5]


def test_what_is_shown_comes_as_often_as_its_propensity_says() -> None:
    """Ten thousand first places, a third of them drawn: 1/18 for each and 2/3 more for the best."""
    settings = replace(NOTHING, exploration=1 / 3)
    random = np.random.default_rng(7)
    firsts: list[Choice] = [
        arranged(SIX, limit=1, settings=settings, random=random)[0] for _ in range(10_000)
    ]
    said = {choice.candidate: choice.propensity for choice in firsts}
    assert said == pytest.approx({0: 13 / 18, **dict.fromkeys(range(1, 6), 1 / 18)})
    for candidate, propensity in said.items():
        counted = sum(choice.candidate == candidate for choice in firsts) / len(firsts)
        assert counted == pytest.approx(propensity, abs=0.02)  # five standard deviations


def test_what_has_no_chance_is_not_drawn() -> None:
    likely = chances(1, np.array([0.0, 1.0, 0.0]), share=0.5)
    random = np.random.default_rng(1)
    assert {draw(likely, random) for _ in range(50)} == {1}
