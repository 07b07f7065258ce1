"""What holds for the default rule and the other planners, whatever the moment and the history."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from abr.algorithms import ALGORITHMS
from abr.context import DecisionContext, TransferSample
from abr.qoe import Utility
from abr.regime import RegimeModel
from tests.helpers.strategies import broken_samples, contexts, samples

histories = st.lists(samples() | broken_samples(), max_size=12).map(tuple)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@given(contexts, histories, st.sampled_from(Utility))
def test_a_wish_stays_under_every_cap_and_is_made_of_numbers(
    algorithm: str,
    context: DecisionContext,
    history: tuple[TransferSample, ...],
    utility: Utility,
) -> None:
    if algorithm == "robust_mpc" and utility is Utility.VMAF:
        utility = Utility.LIN  # these films have no VMAF
    request = ALGORITHMS[algorithm](utility)(replace(context, history=history))
    if request is None:
        return
    assert request.representation in context.ladder
    assert [c.representation_id for c in request.considered] == [r.id for r in context.ladder]
    assert all(math.isfinite(entry.score) for entry in request.considered)
    assert "nan" not in request.because


@given(
    st.lists(st.tuples(st.floats(1e3, 1e11), st.floats(0.0, 1e4)), min_size=1, max_size=64),
    st.floats(0.0, 1e4),
)
def test_an_outlook_is_a_distribution_around_what_was_seen(
    seen: list[tuple[float, float]], within_s: float
) -> None:
    rates = np.array([rate for rate, _ in seen])
    model = RegimeModel()

    outlook = model.outlook(rates, np.array([elapsed for _, elapsed in seen]))

    chances = outlook.next_rate(np.array(within_s))
    assert np.isfinite(chances).all()
    assert (chances >= 0).all()
    assert chances.sum() == pytest.approx(1)
    assert outlook.rates_bps[0] == pytest.approx(rates.min() * math.exp(-model.below))
    assert outlook.rates_bps[-1] == pytest.approx(rates.max() * math.exp(model.above))
    assert rates.min() * 0.999 <= outlook.mean_bps <= rates.max() * 1.001
