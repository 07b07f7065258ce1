"""Transfers that share a network, by hand."""

from __future__ import annotations

import math

import pytest

from abr.link import Link, Transfer
from abr.trace import Trace

STEADY = Trace([(1.0, 8_000_000)], latency_s=0.5)  # a megabyte per second


def run(link: Link) -> None:
    """Until nothing more will come."""
    while not math.isinf(link.next_s):
        link.advance(link.next_s)


def ended(transfer: Transfer) -> float:
    """When it did."""
    assert transfer.finished_at_s is not None
    return transfer.finished_at_s


def test_alone_a_transfer_waits_for_the_latency_and_then_has_it_all() -> None:
    link = Link(STEADY)
    transfer = link.ask(2_000_000)
    run(link)

    assert transfer.first_byte_at_s == 0.5
    assert ended(transfer) == pytest.approx(2.5)


def test_two_have_half_each_until_the_smaller_one_is_there() -> None:
    link = Link(STEADY)
    large, small = link.ask(3_000_000), link.ask(1_000_000)
    run(link)

    assert ended(small) == pytest.approx(0.5 + 2.0)
    assert ended(large) == pytest.approx(0.5 + 4.0)


def test_one_that_comes_later_shares_what_is_left() -> None:
    link = Link(STEADY)
    first = link.ask(2_000_000)
    link.advance(0.5)
    link.advance(1.0)  # half a megabyte is there
    second = link.ask(1_000_000)  # flows from 1.5 on, when half of the first one is missing
    run(link)

    assert ended(first) == pytest.approx(1.5 + 2.0)
    assert ended(second) == pytest.approx(3.5)


def test_what_is_given_up_leaves_the_network_to_the_others() -> None:
    link = Link(STEADY)
    kept, dropped = link.ask(2_000_000), link.ask(2_000_000)
    link.advance(0.5)
    link.advance(1.5)
    link.give_up(dropped)
    run(link)

    assert dropped.received_bytes == 500_000
    assert ended(kept) == pytest.approx(1.5 + 1.5)


def test_the_first_byte_comes_with_the_first_packet_and_packets_are_whole() -> None:
    link = Link(STEADY, head_bytes=1_000, packet_bytes=100_000)
    transfer = link.ask(499_000)
    link.advance(link.next_s)  # begins to flow
    link.advance(link.next_s)  # a packet

    assert transfer.first_byte_at_s == pytest.approx(0.6)
    assert transfer.received_bytes == 99_000
    link.advance(0.75)
    assert transfer.received_bytes == 199_000
    run(link)
    assert transfer.received_bytes == 499_000
    assert ended(transfer) == pytest.approx(1.0)


def test_an_outage_is_waited_out() -> None:
    link = Link(Trace([(1.0, 8_000_000), (9.0, 0.0)], latency_s=0.0))
    transfer = link.ask(1_500_000)
    run(link)

    assert ended(transfer) == pytest.approx(10.5)
