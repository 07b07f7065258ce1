"""The throughput estimator, by exact numbers."""

from __future__ import annotations

import math
from typing import Any

import pytest

from abr.throughput import Ewma, ThroughputEstimator, sample_rate_bps
from tests.helpers.films import estimate, transfer


def test_nothing_is_known_before_the_first_transfer() -> None:
    assert ThroughputEstimator().estimate() is None


def test_ewma_halves_the_weight_of_the_past_after_its_half_life() -> None:
    mean = Ewma(half_life=2.0)
    mean.add(2.0, 8.0)
    mean.add(2.0, 2.0)

    # 8 counts 1/2 x 1/2, 2 counts 1/2; together 3/4.
    assert mean.value == pytest.approx((8 * 0.25 + 2 * 0.5) / 0.75)


def test_one_transfer_is_its_own_rate_with_latency_apart() -> None:
    estimator = ThroughputEstimator()
    estimator.add(transfer(4e6, ttfb_s=0.5))

    found = estimator.estimate()

    assert found is not None
    assert found.throughput_bps == pytest.approx(4e6)
    assert found.ttfb_s == 0.5
    assert found.samples == 1


def test_a_drop_counts_at_once_and_a_rise_has_to_last() -> None:
    down, up = ThroughputEstimator(), ThroughputEstimator()
    for rate_bps in (8e6, 2e6):
        down.add(transfer(rate_bps, size=int(rate_bps * 4 / 8)))  # each takes 4 s
    for rate_bps in (2e6, 8e6):
        up.add(transfer(rate_bps, size=int(rate_bps * 4 / 8)))

    # With f = 1 - 2^(-4/h): (first (1-f) + second) / (2 - f), fast h = 3, slow h = 8.
    fast, slow = 2 ** (-4 / 3), 2 ** (-4 / 8)
    assert _bps(down) == pytest.approx((8e6 * fast + 2e6) / (1 + fast))
    assert _bps(up) == pytest.approx((2e6 * slow + 8e6) / (1 + slow))


@pytest.mark.parametrize(
    "nonsense",
    [
        {"from_store": True},
        {"transferred_bytes": 0},
        {"transferred_bytes": -5},
        {"duration_s": math.nan},
        {"duration_s": math.inf},
        {"duration_s": 0.0},
        {"duration_s": -1.0},
        {"ttfb_s": math.nan},
        {"ttfb_s": math.inf},
        {"ttfb_s": -0.1},
    ],
    ids=str,
)
def test_a_sample_that_cannot_be_true_changes_nothing(nonsense: dict[str, Any]) -> None:
    estimator = ThroughputEstimator()
    estimator.add(transfer(4e6))
    before = estimator.estimate()

    estimator.add(transfer(90e6, **nonsense))

    assert estimator.estimate() == before


def test_bytes_that_came_all_at_once_are_judged_by_the_whole_wait() -> None:
    sample = transfer(1e6, size=500_000, ttfb_s=2.0, duration_s=2.0)

    assert sample_rate_bps(sample) == pytest.approx(2e6)


def test_a_burst_out_of_a_proxy_is_no_hundredfold_network() -> None:
    sample = transfer(1e6, size=500_000, ttfb_s=2.0, duration_s=2.0001)

    assert sample_rate_bps(sample) == pytest.approx(500_000 * 8 / 0.100005)


def test_a_tiny_transfer_hardly_moves_the_estimate() -> None:
    estimator = ThroughputEstimator()
    estimator.add(transfer(4e6))
    estimator.add(transfer(100_000, size=2_000))

    assert _bps(estimator) == pytest.approx(4e6, rel=0.01)


def test_small_segments_on_a_slow_line_do_not_look_like_a_slow_network() -> None:
    estimator = ThroughputEstimator()
    for _ in range(5):
        estimator.add(transfer(10e6, size=100_000, ttfb_s=0.4))

    assert _bps(estimator) == pytest.approx(10e6)


def test_ttfb_is_the_median_so_that_one_slow_answer_moves_nothing() -> None:
    estimator = ThroughputEstimator()
    for ttfb_s in (0.1, 0.1, 5.0, 0.1):
        estimator.add(transfer(4e6, ttfb_s=ttfb_s))

    found = estimator.estimate()

    assert found is not None
    assert found.ttfb_s == pytest.approx(0.1)


def test_a_prior_answers_at_first_and_fades_within_a_few_seconds() -> None:
    estimator = ThroughputEstimator(prior=estimate(20e6))
    assert estimator.estimate() == estimate(20e6)

    estimator.add(transfer(1e6, size=1_000_000))  # 8 s

    assert _bps(estimator) < 2e6


@pytest.mark.parametrize("rate_bps", [0.0, -1.0, math.nan, math.inf])
def test_a_broken_prior_is_no_prior(rate_bps: float) -> None:
    assert ThroughputEstimator(prior=estimate(rate_bps)).estimate() is None


def test_the_band_is_wide_on_a_restless_network_and_narrow_on_a_calm_one() -> None:
    calm, restless = ThroughputEstimator(), ThroughputEstimator()
    for number in range(10):
        calm.add(transfer(4e6))
        restless.add(transfer(1e6 if number % 2 else 16e6))

    assert _band(calm) < 1.5
    assert _band(restless) > 3


def _bps(estimator: ThroughputEstimator) -> float:
    found = estimator.estimate()
    assert found is not None
    return found.throughput_bps


def _band(estimator: ThroughputEstimator) -> float:
    found = estimator.estimate()
    assert found is not None
    return found.high_bps / found.low_bps
