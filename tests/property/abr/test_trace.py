"""Arithmetic of traces against its own definition."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from abr.trace import Trace, TraceError, parse

traces = (
    st.lists(
        st.tuples(st.floats(0.01, 100.0), st.one_of(st.just(0.0), st.floats(1e3, 1e9))),
        min_size=1,
        max_size=12,
    )
    .filter(lambda intervals: any(rate for _, rate in intervals))
    .map(Trace)
)


@given(traces, st.floats(0, 1000), st.floats(1, 1e8))
def test_exactly_the_bytes_asked_for_have_come_at_their_arrival(
    trace: Trace, start_s: float, size: float
) -> None:
    arrival_s = trace.arrival_s(start_s, size)

    assume(arrival_s < 1e7)  # beyond, a float second is coarser than a byte
    assert arrival_s >= start_s
    grain = trace.mean_bps * trace.duration_s / 8 * 1e-9 + 1e9 / 8 * arrival_s * 1e-14 + 1e-6
    assert trace.bytes_between(start_s, arrival_s) == pytest.approx(size, rel=1e-6, abs=grain)


@given(traces, st.floats(0, 500), st.floats(1, 1e7), st.floats(1, 1e7))
def test_more_bytes_never_come_sooner(
    trace: Trace, start_s: float, size: float, more: float
) -> None:
    assert trace.arrival_s(start_s, size + more) >= trace.arrival_s(start_s, size)


@given(traces, st.floats(0, 500), st.floats(0, 500), st.floats(0, 500))
def test_bytes_add_up_over_time(
    trace: Trace, start_s: float, first_s: float, then_s: float
) -> None:
    middle_s, end_s = start_s + first_s, start_s + first_s + then_s

    parts = trace.bytes_between(start_s, middle_s) + trace.bytes_between(middle_s, end_s)

    assert parts == pytest.approx(trace.bytes_between(start_s, end_s), rel=1e-6, abs=1)


@given(st.text(max_size=60) | st.text("0123456789.,-\nnaif", max_size=60))
def test_any_text_is_a_trace_or_refused_as_none(text: str) -> None:
    try:
        trace = parse(text)
    except TraceError:
        return
    assert 0 < trace.mean_bps < math.inf
    assert math.isfinite(trace.arrival_s(0.0, 1.0))
