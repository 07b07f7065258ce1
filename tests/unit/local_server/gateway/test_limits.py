"""Token buckets: how often one caller may ask."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_server.gateway.limits import USUAL, Buckets, Limits, address_caller
from tests.helpers.people import Seconds


def test_a_burst_and_then_as_many_as_flow_in() -> None:
    seconds = Seconds()
    buckets = Buckets(Limits(per_s=2, burst=3), monotonic_s=seconds)
    assert [buckets.take("a") for _ in range(5)] == [0, 0, 0, 0.5, 0.5]
    assert buckets.take("b") == 0
    seconds.at_s += 0.5
    assert [buckets.take("a") for _ in range(2)] == [0, 0.5]
    seconds.at_s += 1e6
    assert [buckets.take("a") for _ in range(4)] == [0, 0, 0, 0.5]


def test_usual_limits_are_for_screens_not_for_floods() -> None:
    assert (USUAL.per_s, USUAL.burst) == (50, 200)


@given(pauses=st.lists(st.floats(0, 2), max_size=300))
def test_nobody_gets_more_than_burst_and_flow(pauses: list[float]) -> None:
    seconds, begun_s, taken = Seconds(), Seconds().at_s, 0
    buckets = Buckets(Limits(per_s=3, burst=5), monotonic_s=seconds)
    for pause_s in pauses:
        seconds.at_s += pause_s
        taken += buckets.take("a") == 0
    assert taken <= 5 + 3 * (seconds.at_s - begun_s) + 1e-6


def test_no_more_callers_are_remembered_than_fit() -> None:
    buckets = Buckets(Limits(per_s=1, burst=1, callers=10), monotonic_s=Seconds())
    for number in range(1000):
        buckets.take("steady")
        buckets.take(f"caller {number}")
    assert len(buckets) == 10
    assert buckets.take("steady") > 0


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("", "nonsense", True),
    ],
)
def test_who_shares_a_bucket(one: str, other: str, same: bool) -> None:
    assert (address_caller(one) == address_caller(other)) is same
