"""The time zone of the machine and the clock on the household's wall."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

_LOCALTIME = Path("/etc/localtime")
_DEBIAN = Path("/etc/timezone")
ASKED_EVERY_S = 30.0


def server_zone() -> ZoneInfo:
    """What TZ or the system's configuration names; UTC when neither names any."""
    for name in (os.environ.get("TZ", "").removeprefix(":"), _linked(), _written()):
        if name:
            try:
                return ZoneInfo(name)
            except (OSError, ValueError, KeyError):
                continue
    return ZoneInfo("UTC")


def _linked() -> str:
    try:
        target = _LOCALTIME.resolve(strict=True).as_posix()
    except OSError:
        return ""
    return target.partition("zoneinfo/")[2]


def _written() -> str:
    try:
        return _DEBIAN.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


class WallClock:
    """The clock on the household's wall. Any thread.

    ``zone_name`` is asked again after a while: somebody may move house.
    """

    def __init__(self, zone_name: Callable[[], str], *, monotonic_s: Callable[[], float]) -> None:
        self._zone_name = zone_name
        self._monotonic_s = monotonic_s
        self._zone: ZoneInfo | None = None
        self._asked_s = 0.0

    def local(self, moment: datetime) -> datetime:
        """``moment`` as this clock shows it."""
        return moment.astimezone(self._known_zone())

    def moment(self, shown: datetime) -> datetime:
        """The moment, in UTC, at which this clock shows ``shown``."""
        return shown.replace(tzinfo=self._known_zone()).astimezone(UTC)

    def _known_zone(self) -> ZoneInfo:
        now_s = self._monotonic_s()
        if self._zone is None or now_s - self._asked_s > ASKED_EVERY_S:
            self._zone, self._asked_s = ZoneInfo(self._zone_name()), now_s
        return self._zone
