"""What holds for every run of samples."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abr.context import TransferSample
from abr.throughput import ThroughputEstimator, sample_rate_bps
from tests.helpers.films import transfer
from tests.helpers.strategies import broken_samples, samples


@given(st.lists(samples() | broken_samples(), min_size=1, max_size=30))
def test_the_estimate_lies_within_the_range_of_its_samples(seen: list[TransferSample]) -> None:
    estimator = ThroughputEstimator()
    for sample in seen:
        estimator.add(sample)
    rates = [rate for sample in seen if (rate := sample_rate_bps(sample)) is not None]

    found = estimator.estimate()

    if not rates:
        assert found is None
        return
    assert found is not None
    assert min(rates) * (1 - 1e-9) <= found.throughput_bps <= max(rates) * (1 + 1e-9)
    assert found.samples == len(rates)


@given(samples())
def test_a_sample_speaks_for_the_rate_at_which_its_bytes_flowed(sample: TransferSample) -> None:
    flow_s = sample.duration_s - sample.ttfb_s

    assert sample_rate_bps(sample) == pytest.approx(sample.transferred_bytes * 8 / flow_s)


@given(
    st.floats(1e6, 1e8),
    st.lists(st.tuples(st.integers(2_000, 20_000_000), st.floats(0, 0.2)), min_size=1, max_size=40),
)
def test_a_constant_network_is_estimated_as_it_is_however_it_is_cut(
    rate_bps: float, transfers: list[tuple[int, float]]
) -> None:
    estimator = ThroughputEstimator()
    for size, ttfb_share in transfers:
        ttfb_s = ttfb_share * size * 8 / rate_bps
        estimator.add(transfer(rate_bps, size=size, ttfb_s=ttfb_s))

    found = estimator.estimate()

    assert found is not None
    assert found.throughput_bps == pytest.approx(rate_bps)


@given(st.lists(samples(), min_size=1, max_size=20), st.lists(broken_samples(), max_size=10))
def test_samples_from_a_store_leave_no_trace(
    seen: list[TransferSample], stored: list[TransferSample]
) -> None:
    with_store, without = ThroughputEstimator(), ThroughputEstimator()
    for sample in seen:
        with_store.add(sample)
        without.add(sample)
    for sample in stored:
        if sample.from_store:
            with_store.add(sample)

    assert with_store.estimate() == without.estimate()
