"""What the house watches."""

from __future__ import annotations

import numpy as np
import pytest

from local_server.services.recommendation.taste.histories import History
from local_server.services.recommendation.taste.popularity import TRENDING_S, Popularity
from local_server.services.recommendation.taste.values import DAY_S
from tests.helpers.tastes import NOW_S


def watched(*titles_and_ages: tuple[int, float]) -> History:
    """Titles and how many days ago they were watched."""
    titles, ages = zip(*titles_and_ages, strict=True)
    return History(
        titles=np.array(titles),
        weights=np.ones(len(titles)),
        at_s=NOW_S - np.array(ages) * DAY_S,
    )


def test_a_viewing_counts_half_after_a_half_life_and_whole_when_a_clock_is_ahead() -> None:
    model = Popularity.fit([watched((0, 0), (1, 30)), watched((1, 60), (2, -3))], titles=4)
    scores = model.scores(NOW_S, half_life_s=30 * DAY_S)
    assert scores.tolist() == pytest.approx([1.0, 0.75, 1.0, 0.0])


def test_rising_is_what_is_watched_more_than_before() -> None:
    fortnight = TRENDING_S / DAY_S
    model = Popularity.fit(
        [
            watched((0, 1), (1, fortnight + 1), (2, 1)),
            watched((0, 2), (1, fortnight + 2), (2, fortnight + 3)),
        ],
        titles=4,
    )
    rising = model.trending(NOW_S)
    assert rising[0] == pytest.approx(2 / 3**0.5)
    assert rising[1] == pytest.approx(-2 / 3**0.5)
    assert rising[2:].tolist() == [0.0, 0.0]


def test_a_house_that_watched_nothing_has_nothing_popular() -> None:
    model = Popularity.fit([], titles=2)
    assert model.scores(NOW_S, half_life_s=DAY_S).tolist() == [0.0, 0.0]
    assert model.trending(NOW_S).tolist() == [0.0, 0.0]
