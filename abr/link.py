"""Transfers that share a network which follows a trace.

Every transfer that flows gets the same share of what the trace carries, as a proxy does that lets
each pass in turn; one that was asked for waits for the trace's latency first. Exact in continuous
time between :meth:`Link.next_s` and the next.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from abr.trace import Trace

_NOTHING_LEFT_BYTES = 1e-3  # what rounding leaves of a transfer


@dataclass(slots=True, eq=False)
class Transfer:
    """One answer on its way, ``head_bytes`` of HTTP before ``size_bytes``.

    ``packet_bytes`` come at once: the first byte is seen with the first packet.
    """

    size_bytes: int
    head_bytes: int
    packet_bytes: int
    asked_at_s: float
    flows_from_s: float
    carried_bytes: float = 0.0
    first_byte_at_s: float | None = None
    finished_at_s: float | None = None

    @property
    def missing_bytes(self) -> float:
        """What is still to be carried, the head included."""
        return self.size_bytes + self.head_bytes - self.carried_bytes

    @property
    def until_first_bytes(self) -> float:
        """What is still to be carried before the first byte is seen; 0: it was."""
        if self.first_byte_at_s is not None:
            return 0.0
        first = min(self.packet_bytes, self.size_bytes + self.head_bytes)
        return max(first - self.carried_bytes, 0.0)

    @property
    def received_bytes(self) -> int:
        """Of the ``size_bytes``; a packet counts when all of it is there."""
        carried = self.carried_bytes
        if self.packet_bytes and self.finished_at_s is None:
            carried -= carried % self.packet_bytes
        return max(0, min(self.size_bytes, int(carried - self.head_bytes + _NOTHING_LEFT_BYTES)))


class Link:
    """The network of one session; its clock is the trace's. Belongs to its session."""

    def __init__(
        self,
        trace: Trace,
        *,
        head_bytes: int = 0,
        packet_bytes: int = 0,
        answers_after_s: float = 0.0,
    ) -> None:
        """``answers_after_s`` is what a request waits besides the trace's latency."""
        self.now_s = 0.0
        self._wait_s = trace.latency_s + answers_after_s
        self._trace, self._head, self._packet = trace, head_bytes, packet_bytes
        self._under_way: list[Transfer] = []

    def ask(self, size_bytes: int) -> Transfer:
        """Ask for so many bytes now."""
        flows_from_s = self.now_s + self._wait_s
        transfer = Transfer(
            size_bytes=size_bytes,
            head_bytes=self._head,
            packet_bytes=self._packet,
            asked_at_s=self.now_s,
            flows_from_s=flows_from_s,
            first_byte_at_s=None if self._packet else flows_from_s,
        )
        self._under_way.append(transfer)
        return transfer

    def give_up(self, transfer: Transfer) -> None:
        """Let no more of it come."""
        if transfer in self._under_way:
            self._under_way.remove(transfer)

    @property
    def next_s(self) -> float:
        """When a transfer begins to flow, shows its first byte or ends next; inf: none will."""
        flowing = self._flowing
        waiting = [t.flows_from_s for t in self._under_way if t not in flowing]
        least = min((t.until_first_bytes or t.missing_bytes for t in flowing), default=math.inf)
        ends_s = math.inf
        if flowing:
            ends_s = self._trace.arrival_s(self.now_s, max(0.0, least) * len(flowing))
        return min([ends_s, *waiting])

    def advance(self, to_s: float) -> None:
        """Let time pass, not beyond :attr:`next_s`."""
        flowing = self._flowing
        due = to_s >= self.next_s
        least = min((t.until_first_bytes or t.missing_bytes for t in flowing), default=math.inf)
        carried = self._trace.bytes_between(self.now_s, to_s)
        self.now_s = to_s
        for transfer in flowing:
            share = min(carried / len(flowing), least)
            if due and share > least - 1.0:
                share = least  # it is this one's moment, whatever rounding says
            transfer.carried_bytes += share
            if transfer.first_byte_at_s is None and transfer.until_first_bytes <= 0:
                transfer.first_byte_at_s = to_s
            if transfer.missing_bytes <= _NOTHING_LEFT_BYTES:
                transfer.finished_at_s = to_s
                self._under_way.remove(transfer)

    @property
    def _flowing(self) -> list[Transfer]:
        return [t for t in self._under_way if t.flows_from_s <= self.now_s]
