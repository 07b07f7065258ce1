"""Titles that go together: against the form the method was published in, and by hand."""

from __future__ import annotations

import numpy as np
import pytest

from local_server.services.recommendation.taste.ease import Ease
from local_server.services.recommendation.taste.histories import History
from local_server.services.recommendation.taste.values import FloatArray, IntArray

TITLES = 40


def history(*titles: int, weights: tuple[float, ...] | None = None) -> History:
    return History(
        titles=np.array(titles, dtype=np.int64),
        weights=np.array(weights or (1.0,) * len(titles)),
        at_s=np.arange(len(titles), dtype=float),
    )


def as_published(rows: FloatArray, regularisation: float) -> FloatArray:
    """The item-item matrix of Steck (2019): all titles by all titles."""
    inverse = np.linalg.inv(rows.T @ rows + regularisation * np.eye(rows.shape[1]))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0.0)
    return np.asarray(weights)


def house(seed: int) -> tuple[list[History], FloatArray, FloatArray]:
    """Histories, what is known beforehand, and both as rows."""
    random = np.random.default_rng(seed)
    histories = []
    for _ in range(9):
        count = int(random.integers(1, 12))
        titles = random.choice(TITLES, count, replace=False)
        histories.append(history(*titles, weights=tuple(random.uniform(0.1, 1.0, count))))
    known = random.standard_normal((TITLES, 3))
    rows = np.zeros((len(histories) + 3, TITLES))
    for row, one in enumerate(histories):
        rows[row, one.titles] = one.weights
    rows[len(histories) :] = known.T
    return histories, known, rows


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("regularisation", [0.5, 10.0, 800.0])
def test_scores_are_those_of_the_published_form(seed: int, regularisation: float) -> None:
    histories, known, rows = house(seed)
    model = Ease.fit(histories, known, regularisation=regularisation)
    random = np.random.default_rng(seed + 100)
    titles = random.choice(TITLES, 6, replace=False)
    weights = random.uniform(-1.0, 1.0, 6)
    expected = weights @ as_published(rows, regularisation)[titles]
    others = np.setdiff1d(np.arange(TITLES), titles)
    assert model.scores(titles, weights)[others] == pytest.approx(expected[others], abs=1e-8)


@pytest.mark.parametrize("seed", range(5))
def test_what_a_title_adds_is_its_weight_in_the_published_matrix(seed: int) -> None:
    histories, known, rows = house(seed)
    model = Ease.fit(histories, known, regularisation=10.0)
    titles, weights = np.array([3, 8, 20]), np.array([1.0, 0.5, -0.7])
    wanted: IntArray = np.array([0, 11, 39])
    published = as_published(rows, 10.0)
    expected = (published[np.ix_(titles, wanted)] * weights[:, None]).T
    assert model.shares(titles, weights, wanted) == pytest.approx(expected, abs=1e-8)


def test_two_films_that_one_person_watched_by_hand() -> None:
    """X = (1 1), λ = 1: X'X + λI = ((2 1) (1 2)), P = ((2 -1) (-1 2)) / 3, so B = 1/2."""
    model = Ease.fit([history(0, 1)], np.zeros((2, 0)), regularisation=1.0)
    assert model.scores(np.array([0]), np.array([1.0]))[1] == pytest.approx(0.5)


def test_the_more_watched_two_films_the_closer_to_one_they_come() -> None:
    """Of n people: P_12 / P_22 = -n / (n + λ)."""
    model = Ease.fit([history(0, 1)] * 7, np.zeros((2, 0)), regularisation=3.0)
    assert model.scores(np.array([0]), np.array([1.0]))[1] == pytest.approx(7 / 10)


def test_a_house_without_histories_knows_what_was_known_beforehand() -> None:
    known = np.array([[2.0, 0.0], [2.0, 0.0], [0.0, 2.0]])
    scores = Ease.fit([], known, regularisation=1.0).scores(np.array([0]), np.array([1.0]))
    assert scores[1] == pytest.approx(4 / 5)
    assert scores[2] == pytest.approx(0.0)


def test_with_nothing_known_nothing_is_said() -> None:
    scores = Ease.fit([], np.zeros((3, 0)), regularisation=1.0).scores(
        np.array([0]), np.array([1.0])
    )
    assert scores.tolist() == [0.0, 0.0, 0.0]


def test_a_library_without_titles_can_be_fitted() -> None:
    model = Ease.fit([], np.zeros((0, 4)), regularisation=1.0)
    assert len(model.scores(np.zeros(0, dtype=np.int64), np.zeros(0))) == 0


def test_together_means_in_one_history() -> None:
    model = Ease.fit([history(0, 1), history(1, 2)], np.zeros((4, 0)), regularisation=1.0)
    assert model.together(0, 1)
    assert not model.together(0, 2)
    assert not model.together(3, 3)
