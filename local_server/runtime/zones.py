"""The time zone of the machine, by its IANA name."""

from __future__ import annotations

import os
from pathlib import Path
from zoneinfo import ZoneInfo

_LOCALTIME = Path("/etc/localtime")
_DEBIAN = Path("/etc/timezone")


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
