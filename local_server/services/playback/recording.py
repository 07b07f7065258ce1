"""Watch events that count once, marks, and where everyone stands."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from local_server.contracts import ResumePoint, TitleKind, WatchEvent
from local_server.errors import Conflict, Forbidden
from local_server.runtime.events import ResumePointMoved
from local_server.services.playback.forgetting import forgotten
from local_server.services.playback.privacy import is_private
from local_server.services.playback.rules import Standing, marked, resume_point, standing
from local_server.services.playback.sessions import Sessions, refresh
from local_server.services.playback.standings import (
    Key,
    SittingKey,
    insert_event,
    insert_mark,
    move,
    moved,
    settle_sittings,
    standing_of,
)
from local_server.services.playback.tables import (
    ResumePointRow,
    SessionRow,
    SittingRow,
    WatchEventRow,
)


class Recording(Sessions):
    """Takes what players tell and what profiles say themselves."""

    def record(self, events: Sequence[WatchEvent], *, known_sessions: bool = False) -> None:
        """Keep ``events``; durable once this returns. An event delivered before counts once.

        Events, resume points and history are one transaction. Sessions of these events keep their
        streams for as long as their profiles may watch. Of a private session nothing is kept.
        Raises :class:`~local_server.errors.Forbidden`, and keeps none, when an event names another
        profile than its session's, or with ``known_sessions`` a session that there never was.
        """
        now = self._now()
        with self._database.write() as session:
            _require_own(session, events, known=known_sessions)
            self._remember_private(session, events, now)
            public = [event for event in events if not is_private(event.session_id)]
            changes = self._keep(session, public, now)
        self._renew(events, now)
        self._publish(changes)
        self.announce_streams()

    def _renew(self, events: Sequence[WatchEvent], now: datetime) -> None:
        """Let sessions keep their streams; after their events, which count for what is left."""
        leases = {p: self._lease_until(p, now) for p in {event.profile_id for event in events}}
        max_streams = self._plans.entitlements().max_streams
        with self._database.write() as session:
            for session_id in sorted({event.session_id for event in events}):
                refresh(session, session_id, now=now, max_streams=max_streams, leases=leases)

    def mark(
        self, profile_id: str, title_id: str, *, watched: bool, season: int | None = None
    ) -> int:
        """Say that a title was watched, or not; the number of titles this is said of.

        ``title_id`` is a film, an episode, or a series, of which ``season`` picks one. What was
        watched before stays in the history; what is watched later counts again.

        Raises :class:`~local_server.errors.NotFound` for an unknown profile or title and
        :class:`~local_server.errors.Conflict` when there is no such season.
        """
        self._require_profile(profile_id)
        facts = self._require_title(title_id)
        title_ids = [title_id]
        if facts.kind is TitleKind.SERIES:
            episodes = self._titles.episodes(title_id)
            title_ids = [e.id for e in episodes if season is None or e.season == season]
            if not title_ids:
                raise Conflict("no_episodes", "There are no episodes to mark")
        now = self._now()
        changes: dict[Key, Standing] = {}
        with self._database.write() as session:
            for marked_id in title_ids:
                key, mark_id = (profile_id, marked_id), self._new_id()
                insert_mark(session, key, watched=watched, at=now, mark_id=mark_id)
                candidate = marked(watched=watched, at=now, mark_id=mark_id)
                if move(session, key, candidate):
                    changes[key] = candidate
        self._publish(changes)
        return len(title_ids)

    def resume_points(self, profile_id: str, title_ids: Sequence[str]) -> dict[str, ResumePoint]:
        """Where the profile stands in those of the titles it has begun or watched."""
        with self._database.read() as session:
            rows = session.scalars(
                select(ResumePointRow).where(
                    ResumePointRow.profile_id == profile_id, ResumePointRow.title_id.in_(title_ids)
                )
            )
            points = {row.title_id: resume_point(standing_of(row), self._rules) for row in rows}
            return {title_id: point for title_id, point in points.items() if point is not None}

    def all_resume_points(self) -> tuple[ResumePointMoved, ...]:
        """Everyone's, as the events that would have announced them."""
        with self._database.read() as session:
            return tuple(
                moved((row.profile_id, row.title_id), standing_of(row), self._rules)
                for row in session.scalars(select(ResumePointRow))
            )

    def catch_up(self) -> int:
        """Make the history of events that an older version kept; how many entries it made."""
        of_event = (
            SittingRow.profile_id == WatchEventRow.profile_id,
            SittingRow.session_id == WatchEventRow.session_id,
            SittingRow.title_id == WatchEventRow.title_id,
        )
        without = select(
            WatchEventRow.profile_id, WatchEventRow.session_id, WatchEventRow.title_id
        ).where(~exists().where(*of_event))
        with self._database.read() as session:
            keys = {(row[0], row[1], row[2]) for row in session.execute(without.distinct())}
        if keys:
            with self._database.write() as session:
                settle_sittings(session, keys, self._rules)
        return len(keys)

    def _keep(
        self, session: Session, events: Sequence[WatchEvent], now: datetime
    ) -> dict[Key, Standing]:
        gone = forgotten(session, events)
        changes: dict[Key, Standing] = {}
        sittings: set[SittingKey] = set()
        for event in events:
            if event.id in gone or not insert_event(session, event, received_at=now):
                continue
            sittings.add((event.profile_id, event.session_id, event.title_id))
            key = (event.profile_id, event.title_id)
            candidate = standing(event, received_at=now, rules=self._rules)
            if move(session, key, candidate):
                changes[key] = candidate
        settle_sittings(session, sittings, self._rules)
        return changes

    def _publish(self, changes: dict[Key, Standing]) -> None:
        for key, now_at in changes.items():
            self._bus.publish(moved(key, now_at, self._rules))

    def _remember_private(
        self, session: Session, events: Sequence[WatchEvent], now: datetime
    ) -> None:
        for event in events:
            if not is_private(event.session_id):
                continue
            if session.get(SessionRow, event.session_id) is not None:
                at = min(event.at, now)
                self._private.move(event.session_id, event.title_id, event.position_s, at)


def _require_own(session: Session, events: Collection[WatchEvent], *, known: bool) -> None:
    ids = {event.session_id for event in events}
    rows = session.execute(
        select(SessionRow.id, SessionRow.profile_id).where(SessionRow.id.in_(ids))
    )
    profiles = {row.id: row.profile_id for row in rows}
    for event in events:
        unknown = "" if known else event.profile_id
        if profiles.get(event.session_id, unknown) != event.profile_id:
            raise Forbidden(
                "session_of_another_profile",
                "A playback session tells what its own profile watched, nobody else's",
                hint="Start a session for this profile.",
            )
