"""The household's time: its zone, and the latest moment the server's clock has shown."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from local_server.runtime.database import Database
from local_server.services.users.tables import ClockRow, HouseholdRow

_THE_CLOCK = 1
# What is gained by setting the clock back by less is not worth a write at every request.
_COARSE = timedelta(minutes=1)


@lru_cache(maxsize=64)
def zone_named(name: str) -> ZoneInfo | None:
    """An IANA time zone; ``None`` when it is not known here."""
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # no such zone, a folder of zones, or no name at all
        return None


def zone_of(row: HouseholdRow, server_zone: ZoneInfo) -> ZoneInfo:
    """The household's zone; the server's when it names none that is still known."""
    named = None if row.time_zone is None else zone_named(row.time_zone)
    return named or server_zone


def look_at_clock(database: Database, now: datetime) -> datetime:
    """The latest moment the clock has shown, now or before; remembered across restarts."""
    with database.read() as session:
        row = session.get(ClockRow, _THE_CLOCK)
        seen = None if row is None else row.seen_at
    if seen is None or now >= seen + _COARSE:
        with database.write() as session:
            _put(session, now, only_forward=True)
    return now if seen is None else max(now, seen)


def accept_clock(session: Session, now: datetime) -> None:
    """Take the clock as right, even if it stands behind what it has shown before."""
    _put(session, now, only_forward=False)


def _put(session: Session, now: datetime, *, only_forward: bool) -> None:
    row = session.get(ClockRow, _THE_CLOCK)
    if row is None:
        session.add(ClockRow(id=_THE_CLOCK, seen_at=now))
    elif not only_forward or row.seen_at < now:
        row.seen_at = now
