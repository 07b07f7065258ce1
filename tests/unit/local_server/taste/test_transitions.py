"""What follows what, counted by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from local_server.services.recommendation.taste.histories import History
from local_server.services.recommendation.taste.transitions import Transitions
from local_server.services.recommendation.taste.values import FloatArray, TasteSettings

SETTINGS = replace(
    TasteSettings(),
    transition_lags=2,
    transition_lag_decay=0.5,
    transition_backward=0.25,
    transition_pseudo_count=1.0,
)


def history(*titles: int) -> History:
    return History(
        titles=np.array(titles, dtype=np.int64),
        weights=np.ones(len(titles)),
        at_s=np.arange(len(titles), dtype=float),
    )


def after(model: Transitions, title: int) -> FloatArray:
    return model.scores(np.array([title]), np.ones(1))


def test_the_next_counts_one_the_one_after_half_and_what_came_before_a_quarter_of_that() -> None:
    """Each title was seen once, and one is added below: all counts are halved."""
    model = Transitions.fit([history(0, 1, 2)], titles=4, settings=SETTINGS)
    assert after(model, 0).tolist() == pytest.approx([0, 0.5, 0.25, 0])
    assert after(model, 1).tolist() == pytest.approx([0.125, 0, 0.5, 0])
    assert after(model, 2).tolist() == pytest.approx([0.0625, 0.125, 0, 0])


def test_a_title_that_is_often_watched_leads_less_to_each_that_followed() -> None:
    model = Transitions.fit([history(0, 1), history(0, 2)], titles=3, settings=SETTINGS)
    assert after(model, 0)[1] == pytest.approx(1 / 3)
    assert after(model, 1)[0] == pytest.approx(0.25 / 2)


def test_what_each_title_adds_adds_up() -> None:
    model = Transitions.fit([history(0, 1, 2), history(2, 3)], titles=5, settings=SETTINGS)
    titles, weights = np.array([0, 2]), np.array([0.5, 1.0])
    wanted = np.arange(5)
    shares = model.shares(titles, weights, wanted)
    assert shares.sum(axis=1) == pytest.approx(model.scores(titles, weights))
    assert shares[3].tolist() == pytest.approx([0.0, 1 / 3])


def test_one_title_alone_leads_nowhere() -> None:
    model = Transitions.fit([history(0)], titles=2, settings=SETTINGS)
    assert after(model, 0).tolist() == [0.0, 0.0]
