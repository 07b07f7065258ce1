"""How often one caller may ask: token buckets, for no more callers than fit."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """``burst`` requests at once, ``per_s`` in the long run; ``callers`` remembered."""

    per_s: float = 50.0
    burst: float = 200.0
    callers: int = 2_048


USUAL = Limits()


class Buckets:
    """A bucket for each caller. Threading: one thread."""

    def __init__(self, limits: Limits, *, monotonic_s: Callable[[], float]) -> None:
        self._limits = limits
        self._monotonic_s = monotonic_s
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # level, at_s

    def take(self, caller: str) -> float:
        """Take one; 0 when there was one, else seconds until there is."""
        now_s, limits = self._monotonic_s(), self._limits
        level, at_s = self._buckets.pop(caller, (limits.burst, now_s))
        level = min(limits.burst, level + (now_s - at_s) * limits.per_s)
        wait_s = 0.0 if level >= 1 else (1 - level) / limits.per_s
        self._buckets[caller] = (level - 1 if wait_s == 0 else level, now_s)
        if len(self._buckets) > limits.callers:
            # Whoever asked longest ago has the fullest bucket: forgetting it gives away least.
            self._buckets.popitem(last=False)
        return wait_s

    def __len__(self) -> int:
        return len(self._buckets)


def address_caller(host: str) -> str:
    """The caller behind an address; a household of IPv6 has a whole /64 of them."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return "address unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return f"address {address.ipv4_mapped}"
        return f"address {ipaddress.ip_network((address, 64), strict=False)}"
    return f"address {address}"
