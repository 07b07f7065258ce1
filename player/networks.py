"""What each network carried last time, so that the next film starts in the quality it deserves.

A network is known by the server's host and the gateway's hardware address, hashed with a secret
of this device: the file tells nobody where it has been. One that cannot be told from others (no
gateway, or one without a hardware address) is neither remembered nor recalled.
"""

from __future__ import annotations

import dataclasses
import hashlib
import ipaddress
import json
import secrets
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog

from abr.context import ThroughputEstimate
from abr.prior import Remembered, prior, worth_remembering
from player.files import write_whole

log = structlog.get_logger()

MOST_NETWORKS = 50  # the least recently used go first
_BEYOND_JSON = (ArithmeticError, RecursionError)  # numbers and nesting nobody writes
_LOOPBACK = "loopback"
_UP_TO_A_GATEWAY = 0x3  # RTF_UP and RTF_GATEWAY of <linux/route.h>


class NetworkMemory:
    """Estimates by network, in a file.

    A file that cannot be read counts as empty. Networks are kept in the order of their use, so
    that a clock that jumps cannot make one stay or go. Threading: one thread at a time; the
    player uses it on its loop.
    """

    def __init__(
        self,
        file: Path,
        *,
        identify: Callable[[], str | None],
        wall_clock: Callable[[], datetime],
    ) -> None:
        """``identify`` names the network of this moment, see :func:`network_of`."""
        self._file, self._identify, self._wall_clock = file, identify, wall_clock
        self._salt, self._known = _read(file)
        self._here: str | None = None

    def recall(self) -> ThroughputEstimate | None:
        """What to expect of the network a session starts on; ``None``: nothing is known."""
        self._here = self._identify()
        found = self._known.get(self._key(self._here)) if self._here else None
        return None if found is None else prior(found, self._wall_clock().timestamp())

    def remember(self, estimate: ThroughputEstimate | None) -> None:
        """Keep what the session measured, unless it has moved to another network meanwhile."""
        if estimate is None or not worth_remembering(estimate):
            return
        if self._here is None or self._identify() != self._here:
            self._here = None  # part of it was measured elsewhere: for the rest of the session
            return
        key = self._key(self._here)
        self._known.pop(key, None)
        self._known[key] = Remembered(
            throughput_bps=estimate.throughput_bps,
            low_bps=estimate.low_bps,
            high_bps=estimate.high_bps,
            ttfb_s=estimate.ttfb_s,
            measured_at_s=self._wall_clock().timestamp(),
        )
        while len(self._known) > MOST_NETWORKS:
            del self._known[next(iter(self._known))]
        self._write()

    def _key(self, network: str) -> str:
        return hashlib.blake2b(network.encode(), key=self._salt, digest_size=16).hexdigest()

    def _write(self) -> None:
        known = {key: dataclasses.asdict(found) for key, found in self._known.items()}
        try:
            write_whole(self._file, json.dumps({"salt": self._salt.hex(), "networks": known}))
        except OSError as error:  # nobody's film fails over a first guess
            log.warning("networks.not_written", error=str(error))


def network_of(host: str, *, proc: Path = Path("/proc/net")) -> str | None:
    """A name for the network between this device and ``host``; ``None``: it cannot be told."""
    if _is_loopback(host):
        return _LOOPBACK
    gateway = _gateway(proc / "route")
    hardware = gateway and _hardware_address(proc / "arp", *gateway)
    return f"{host}|{hardware}" if hardware else None


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _gateway(route: Path) -> tuple[str, str] | None:
    """Interface and address of the default gateway with the lowest metric."""
    found = []
    for fields in _table(route, 8):
        interface, destination, gateway, flags, metric, mask = (
            fields[n] for n in (0, 1, 2, 3, 6, 7)
        )
        try:
            routed = int(flags, 16) & _UP_TO_A_GATEWAY == _UP_TO_A_GATEWAY
            address = ipaddress.IPv4Address(int(gateway, 16).to_bytes(4, sys.byteorder))
            if routed and int(destination, 16) == int(mask, 16) == 0:
                found.append((int(metric), interface, str(address)))
        except (ValueError, OverflowError):
            continue
    return min(found)[1:] if found else None


def _hardware_address(arp: Path, interface: str, address: str) -> str | None:
    for fields in _table(arp, 6):
        if fields[0] == address and fields[5] == interface and fields[3].strip("0:"):
            return fields[3].lower()
    return None


def _table(file: Path, columns: int) -> list[list[str]]:
    """Rows of a table of the kernel that have enough columns, the heading apart."""
    try:
        lines = file.read_text(encoding="ascii", errors="replace").splitlines()[1:]
    except OSError:  # another system than Linux
        return []
    return [fields for line in lines if len(fields := line.split()) >= columns]


def _read(file: Path) -> tuple[bytes, dict[str, Remembered]]:
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        salt = bytes.fromhex(document["salt"])
        if not 16 <= len(salt) <= hashlib.blake2b.MAX_KEY_SIZE:
            raise ValueError("the secret has another length")
        return salt, dict(list(_networks(document["networks"]))[-MOST_NETWORKS:])
    except FileNotFoundError:
        pass  # the first time
    except (OSError, ValueError, LookupError, TypeError, AttributeError, *_BEYOND_JSON) as error:
        log.warning("networks.not_read", error=str(error))
    return secrets.token_bytes(32), {}


def _networks(rows: dict[str, dict[str, Any]]) -> list[tuple[str, Remembered]]:
    names = [field.name for field in dataclasses.fields(Remembered)]
    return [
        (key, Remembered(**{name: float(row[name]) for name in names})) for key, row in rows.items()
    ]
