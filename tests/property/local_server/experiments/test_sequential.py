"""Evidence and interval say the same thing."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from local_server.services.recommendation.experiments.sequential import (
    log_evidence_of_mean,
    log_evidence_of_preference,
    mean_interval,
    preference_interval,
)

alphas = st.sampled_from([0.001, 0.01, 0.05, 0.2])
positive = st.floats(0.001, 1000.0)
counts = st.integers(0, 400)


@given(
    effect=st.floats(-50, 50),
    variance=positive,
    mixing_sd=positive,
    alpha=alphas,
    freedom=st.integers(1, 40).map(float) | st.just(math.inf),
)
def test_the_interval_leaves_out_0_when_the_evidence_reaches_the_boundary(
    effect: float, variance: float, mixing_sd: float, alpha: float, freedom: float
) -> None:
    evidence = log_evidence_of_mean(effect, variance=variance, mixing_sd=mixing_sd, freedom=freedom)
    assume(abs(evidence + math.log(alpha)) > 1e-6)
    interval = mean_interval(
        effect, variance=variance, mixing_sd=mixing_sd, alpha=alpha, freedom=freedom
    )
    assert (not interval.low <= 0.0 <= interval.high) == (evidence > -math.log(alpha))


@given(effect=st.floats(-50, 50), variance=positive, freedom=st.integers(4, 40), scale=positive)
def test_the_unit_of_measurement_does_not_matter(
    effect: float, variance: float, freedom: int, scale: float
) -> None:
    plain, scaled = (
        log_evidence_of_mean(
            effect * s, variance=variance * s**2, mixing_sd=2.0 * s, freedom=freedom
        )
        for s in (1.0, scale)
    )
    assert scaled == pytest.approx(plain, rel=1e-6, abs=1e-9)


@given(wins=counts, losses=counts, alpha=alphas)
def test_an_interval_of_preference_ends_where_the_evidence_reaches_the_boundary(
    wins: int, losses: int, alpha: float
) -> None:
    interval = preference_interval(wins, losses, alpha=alpha)
    inside = wins / (wins + losses) if wins + losses else 0.5
    assert 0.0 <= interval.low <= inside <= interval.high <= 1.0
    for edge, may_be_open in ((interval.low, wins == 0), (interval.high, losses == 0)):
        if may_be_open:
            assert edge in {0.0, 1.0}
        else:
            within = edge + 1e-6 * (inside - edge)
            outer, inner = (
                log_evidence_of_preference(wins, losses, share=share) for share in (edge, within)
            )
            assert inner < -math.log(alpha) <= outer


@given(wins=counts, losses=counts, alpha=alphas)
def test_swapping_wins_and_losses_mirrors(wins: int, losses: int, alpha: float) -> None:
    assert log_evidence_of_preference(wins, losses) == pytest.approx(
        log_evidence_of_preference(losses, wins), abs=1e-9
    )
    one, other = (
        preference_interval(*pair, alpha=alpha) for pair in ((wins, losses), (losses, wins))
    )
    assert one.low == pytest.approx(1.0 - other.high, abs=1e-9)
    assert one.high == pytest.approx(1.0 - other.low, abs=1e-9)
