"""What an earlier session measured, whatever stands in the file and whatever the clock says."""

from __future__ import annotations

import math
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from abr.context import ThroughputEstimate
from abr.engine import AbrEngine
from abr.prior import CLOCK_SLACK_S, LONGEST_S, Remembered, held_against, prior
from tests.helpers.films import moment, transfer
from tests.helpers.strategies import estimates

NOW_S = 1.7e9
anything = st.floats(allow_nan=True, allow_infinity=True)


def kept(estimate: ThroughputEstimate, age_s: float) -> Remembered:
    return Remembered(
        throughput_bps=estimate.throughput_bps,
        low_bps=estimate.low_bps,
        high_bps=estimate.high_bps,
        ttfb_s=estimate.ttfb_s,
        measured_at_s=NOW_S - age_s,
    )


memories = st.builds(
    Remembered,
    throughput_bps=anything,
    low_bps=anything,
    high_bps=anything,
    ttfb_s=anything,
    measured_at_s=anything | st.just(NOW_S),
)


@given(memories, anything | st.just(NOW_S))
def test_garbage_is_ignored_or_harmless(remembered: Remembered, now_s: float) -> None:
    found = prior(remembered, now_s)
    if found is None:
        return
    assert found.samples == 0
    assert 0 < found.low_bps <= found.throughput_bps <= found.high_bps < math.inf
    assert 0 <= found.ttfb_s < math.inf
    engine = AbrEngine(prior=found)
    assert engine.estimate is not None
    decision = engine.decide(moment(estimate=engine.estimate))
    assert decision.representation in moment().ladder


@given(estimates(), st.floats(0, LONGEST_S), st.floats(0, LONGEST_S))
def test_the_older_the_lower_and_the_wider(
    estimate: ThroughputEstimate, one_s: float, other_s: float
) -> None:
    young_s, old_s = sorted((one_s, other_s))
    young, old = prior(kept(estimate, young_s), NOW_S), prior(kept(estimate, old_s), NOW_S)
    if young is None or old is None:
        return
    assert old.throughput_bps <= young.throughput_bps * (1 + 1e-9)
    assert old.low_bps <= young.low_bps * (1 + 1e-9)
    assert old.high_bps / old.low_bps >= young.high_bps / young.low_bps * (1 - 1e-9)
    assert young.throughput_bps <= estimate.throughput_bps * (1 + 1e-9)


@given(estimates(), st.floats(1.0, 1e12))
def test_neither_what_is_too_old_nor_what_is_yet_to_come_counts(
    estimate: ThroughputEstimate, beyond_s: float
) -> None:
    assert prior(kept(estimate, LONGEST_S + beyond_s), NOW_S) is None
    assert prior(kept(estimate, -CLOCK_SLACK_S - beyond_s), NOW_S) is None


@given(estimates(), st.floats(0.0, CLOCK_SLACK_S - 1))
def test_a_clock_that_was_set_right_by_a_little_changes_nothing(
    estimate: ThroughputEstimate, ahead_s: float
) -> None:
    fresh = kept(estimate, 0.0)
    assert prior(replace(fresh, measured_at_s=NOW_S + ahead_s), NOW_S) == prior(fresh, NOW_S)


@given(estimates(), st.floats(1e4, 1e9), st.integers(1, 300_000))
def test_what_came_first_may_lower_a_prior_and_never_raises_it(
    estimate: ThroughputEstimate, rate_bps: float, size: int
) -> None:
    held = held_against(estimate, [transfer(rate_bps, size=size)])

    assert 0 < held.low_bps <= held.throughput_bps <= held.high_bps
    assert held.high_bps <= estimate.high_bps
    assert held_against(estimate, []) == estimate
    assert held_against(estimate, [transfer(rate_bps, size=size, from_store=True)]) == estimate
