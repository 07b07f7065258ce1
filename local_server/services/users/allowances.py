"""Whether a profile may watch now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete

from local_server.contracts import Allowance, WatchTimes
from local_server.runtime.database import Database
from local_server.services.users import profiles
from local_server.services.users.clock import look_at_clock, zone_of
from local_server.services.users.ports import Watched
from local_server.services.users.requests import granted_minutes
from local_server.services.users.schedule import (
    Stretch,
    Used,
    allowance,
    counted_stretch,
    day_of,
)
from local_server.services.users.tables import UsedRow

_KEPT = timedelta(days=40)  # longer than any clock is set back by mistake
# What can be won by deleting history just before it is counted is not worth a write each time.
_COARSE_MIN = 0.5


class Allowances:
    """Schedules and daily minutes. Any method from any thread."""

    def __init__(
        self,
        database: Database,
        *,
        server_zone: ZoneInfo,
        watched: Watched,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._server_zone = server_zone
        self._watched = watched
        self._now = now

    def may_watch(self, profile_id: str, at: datetime | None = None) -> Allowance:
        """Whether the profile may watch at ``at`` (``None``: now).

        A clock set back brings no hour and no minute a second time: it counts from the latest
        time it has shown, until it gets there again or a parent decides anything. Raises
        :class:`~local_server.errors.NotFound`.
        """
        times, zone = self._times(profile_id)
        if not times.days:
            return Allowance(allowed=True)
        if at is not None:
            return allowance(times, zone, at, self._used(profile_id, zone, at, at))
        now = self._now()
        seen = look_at_clock(self._database, now)
        used = self._used(profile_id, zone, now, seen)
        return allowance(times, zone, seen, used)

    def _times(self, profile_id: str) -> tuple[WatchTimes, ZoneInfo]:
        with self._database.read() as session:
            row = profiles.profile_row(session, profile_id)
            zone = zone_of(profiles.the_household(session), self._server_zone)
            return profiles.restrictions_of(row).times, zone

    def _used(self, profile_id: str, zone: ZoneInfo, now: datetime, seen: datetime) -> Used:
        counted = counted_stretch(now, seen, zone)
        with self._database.read() as session:
            day = day_of(seen, zone).isoformat()
            extra_min, hours = granted_minutes(session, profile_id, day)
        return Used(
            watched_min=self._minutes(profile_id, counted), extra_min=extra_min, granted=hours
        )

    def _minutes(self, profile_id: str, stretch: Stretch) -> float:
        """Minutes watched in a stretch, with those whose history was deleted since."""
        watched_min = self._watched.watched_minutes(profile_id, stretch.start, stretch.end)
        key = (profile_id, f"{stretch.start.isoformat()}/{stretch.end.isoformat()}")
        with self._database.read() as session:
            if not _is_news(session.get(UsedRow, key), watched_min):
                return _total(session.get(UsedRow, key), watched_min)
        with self._database.write() as session:
            row = session.get(UsedRow, key)
            if row is None:
                old = (stretch.start - _KEPT).isoformat()
                session.execute(delete(UsedRow).where(UsedRow.stretch < old))
                row = UsedRow(
                    profile_id=profile_id, stretch=key[1], counted_min=0.0, forgotten_min=0.0
                )
                session.add(row)
            row.forgotten_min = _total(row, watched_min) - watched_min
            row.counted_min = watched_min
            return row.forgotten_min + watched_min


def _is_news(row: UsedRow | None, watched_min: float) -> bool:
    if row is None:
        return watched_min > 0
    return watched_min < row.counted_min or watched_min >= row.counted_min + _COARSE_MIN


def _total(row: UsedRow | None, watched_min: float) -> float:
    """All minutes: deleting the history of a day does not give the day back."""
    if row is None:
        return watched_min
    return row.forgotten_min + max(row.counted_min, watched_min)
