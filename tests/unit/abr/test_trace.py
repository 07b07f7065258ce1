"""Traces: reading them, and arithmetic in continuous time."""

from __future__ import annotations

import pytest

from abr.trace import DEFAULT_LATENCY_S, Trace, TraceError, parse

# 1 MB/s for a second, nothing for two, 0.5 MB/s for a second; then again.
GAPPED = parse("1000,8000\n2000,0\n1000,4000\n")


def test_rates_repeat_after_the_end() -> None:
    assert GAPPED.duration_s == 4.0
    assert [GAPPED.rate_bps_at(t) for t in (0, 0.99, 1, 2.5, 3, 4, 9)] == [
        8e6, 8e6, 0, 0, 4e6, 8e6, 0,
    ]  # fmt: skip
    assert GAPPED.mean_bps == pytest.approx(3e6)
    assert GAPPED.lowest_bps == 0


def test_bytes_between_two_moments() -> None:
    assert GAPPED.bytes_between(0.5, 1.5) == pytest.approx(500_000)
    assert GAPPED.bytes_between(1.0, 3.0) == 0
    assert GAPPED.bytes_between(0.0, 8.5) == pytest.approx(3_500_000)


@pytest.mark.parametrize(
    ("start_s", "size", "arrival_s"),
    [
        (0.0, 500_000, 0.5),
        (0.0, 1_000_000, 1.0),  # ends with the interval, does not wait out the gap
        (0.0, 1_000_001, 3.000002),
        (0.5, 750_000, 3.5),
        (1.5, 1, 3.000002),  # begins in the gap
        (0.0, 1_500_000, 4.0),  # exactly a round
        (0.0, 3_250_000, 8.25),
        (41.0, 500_000, 44.0),
        (2.0, 0, 2.0),
    ],
)
def test_arrival_is_exact_across_gaps_and_rounds(
    start_s: float, size: int, arrival_s: float
) -> None:
    assert GAPPED.arrival_s(start_s, size) == pytest.approx(arrival_s)


def test_latency_is_the_trace_s_own_or_the_default() -> None:
    assert parse("1000,5,30").latency_s == pytest.approx(0.03)
    assert parse("1000,5\n1000,5,40\n").latency_s == pytest.approx(0.04)
    assert parse("1000,5").latency_s == DEFAULT_LATENCY_S


def test_comments_and_empty_lines_are_skipped() -> None:
    assert parse("# a tram\n\n 500 , 100 \r\n").duration_s == 0.5
    assert parse("duration_ms,kbps,latency_ms\n500,100,30\n").duration_s == 0.5


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "empty"),
        ("# nothing\n", "empty"),
        ("1000,5\n1000\n", "line 2"),
        ("1000,5,6,7", "line 1"),
        ("1000,5\nfoo,5", "line 2"),
        ("nan,5", "line 1: a duration"),
        ("inf,5", "line 1: a duration"),
        ("0,5", "line 1: a duration"),
        ("-3,5", "line 1: a duration"),
        ("1000,nan", "line 1: a rate"),
        ("1000,inf", "line 1: a rate"),
        ("1000,-1", "line 1: a rate"),
        ("1000,5,-1", "line 1: a latency"),
        ("1000,5,1e300", "line 1: a latency"),
        ("1000,5\nduration_ms,kbps", "line 2"),
        ("1000,0\n500,0", "nothing"),
        ("\x00\x01", "line 1"),
    ],
)
def test_what_is_no_trace_is_refused_with_its_line(text: str, complaint: str) -> None:
    with pytest.raises(TraceError, match=complaint):
        parse(text)


@pytest.mark.parametrize(
    "intervals", [[], [(0.0, 1.0)], [(1.0, -1.0)], [(1.0, float("nan"))], [(1.0, 0.0)]]
)
def test_a_trace_made_in_code_is_checked_alike(intervals: list[tuple[float, float]]) -> None:
    with pytest.raises(TraceError):
        Trace(intervals)
