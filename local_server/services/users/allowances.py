"""Whether a profile may watch now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from local_server.contracts import Allowance, WatchTimes
from local_server.runtime.database import Database
from local_server.services.users import profiles
from local_server.services.users.clock import look_at_clock, zone_of
from local_server.services.users.ports import Watched
from local_server.services.users.requests import granted_minutes
from local_server.services.users.schedule import Used, allowance, counted_stretch, day_of


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
        now = self._now() if at is None else at
        seen = look_at_clock(self._database, now) if at is None else at
        return allowance(times, zone, seen, self._used(profile_id, zone, now, seen))

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
            watched_min=self._watched.watched_minutes(profile_id, counted.start, counted.end),
            extra_min=extra_min,
            granted=hours,
        )
