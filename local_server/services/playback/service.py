"""Sessions with leases, watch events that count once, resume points."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from local_server.contracts import PlaybackGrant, PrefetchGrant, ResumePoint, WatchEvent
from local_server.errors import Conflict, NotFound
from local_server.runtime.database import Database
from local_server.runtime.events import EventBus, ResumePointMoved, StreamsChanged
from local_server.services.playback.minutes import watched_minutes
from local_server.services.playback.ports import Allowances, MediaAccess, Plans, Profiles, Titles
from local_server.services.playback.rules import Standing, newer, standing
from local_server.services.playback.tables import ResumePointRow, SessionRow, WatchEventRow

_log = structlog.get_logger(__name__)

# A player tells its position every few seconds; this long a silence means that it is gone.
LEASE = timedelta(seconds=60)
# A beginning is read within seconds; a token that was for it alone should not outlive the screen.
PREFETCH_LIFETIME_S = 15 * 60


class Playback:
    """Owns sessions and resume points. Any method from any thread."""

    def __init__(
        self,
        database: Database,
        *,
        titles: Titles,
        profiles: Profiles,
        plans: Plans,
        allowances: Allowances,
        media: MediaAccess,
        bus: EventBus,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._database = database
        self._titles = titles
        self._profiles = profiles
        self._plans = plans
        self._allowances = allowances
        self._media = media
        self._bus = bus
        self._now = now
        self._new_id = new_id
        self._announced = 0

    def start(self, *, title_id: str, profile_id: str, device_id: str) -> PlaybackGrant:
        """Leave to play.

        A device plays one title at a time: its earlier session ends. Raises
        :class:`~local_server.errors.NotFound` for an unknown title or profile and
        :class:`~local_server.errors.Conflict` when the title cannot be played or all of the
        plan's streams are in use.
        """
        title = self._titles.playable(title_id)
        self._require_profile(profile_id)
        entitlements = self._plans.entitlements()
        session_id, now = self._new_id(), self._now()
        with self._database.write() as session:
            _end(session, SessionRow.device_id == device_id, now=now)
            if _active(session, now) >= entitlements.max_streams:
                raise _all_streams_used(entitlements.max_streams)
            session.add(
                SessionRow(
                    id=session_id,
                    title_id=title_id,
                    profile_id=profile_id,
                    device_id=device_id,
                    started_at=now,
                    lease_until=now + LEASE,
                )
            )
        self.announce_streams()
        resume = self._resume_point(profile_id, title_id)
        media_url, expires_at = self._media.folder(title.presentation_id)
        return PlaybackGrant(
            session_id=session_id,
            title=title.summary.model_copy(update={"resume": resume}),
            manifest_url=media_url + "manifest.json",
            media_url=media_url,
            resume_s=_start_s(resume),
            entitlements=entitlements,
            next_title_id=title.next_title_id,
            expires_at=expires_at,
            presentation_id=title.presentation_id,
        )

    def prefetch(self, *, title_id: str, profile_id: str) -> PrefetchGrant:
        """Leave to read the beginning of a title ahead of a wish to see it.

        Takes no stream and ends no session. Raises :class:`~local_server.errors.NotFound` and
        :class:`~local_server.errors.Conflict` as :meth:`start` does, for the title and the profile.
        """
        title = self._titles.playable(title_id)
        self._require_profile(profile_id)
        media_url, expires_at = self._media.folder(
            title.presentation_id, lifetime_s=PREFETCH_LIFETIME_S
        )
        return PrefetchGrant(
            title_id=title_id,
            presentation_id=title.presentation_id,
            manifest_url=media_url + "manifest.json",
            media_url=media_url,
            resume_s=_start_s(self._resume_point(profile_id, title_id)),
            entitlements=self._plans.entitlements(),
            expires_at=expires_at,
        )

    def end(self, session_id: str) -> None:
        """Give the stream back; harmless when that has happened already."""
        with self._database.write() as session:
            if session.get(SessionRow, session_id) is None:
                raise NotFound("session_not_found", "There is no such playback session")
            _end(session, SessionRow.id == session_id, now=self._now())
        self.announce_streams()

    def record(self, events: Sequence[WatchEvent]) -> None:
        """Keep ``events``; durable once this returns. An event delivered before counts once.

        Event and resume point are one transaction. Sessions of these events keep their streams
        for as long as their profiles may watch.
        """
        now = self._now()
        moved: dict[tuple[str, str], Standing] = {}
        with self._database.write() as session:
            for event in events:
                if _insert_event(session, event, received_at=now):
                    key = (event.profile_id, event.title_id)
                    candidate = standing(event, received_at=now)
                    if _move(session, key, candidate):
                        moved[key] = candidate
        self._renew(events, now)
        for (profile_id, title_id), now_at in moved.items():
            self._bus.publish(_moved(profile_id, title_id, now_at))
        self.announce_streams()

    def resume_points(self, profile_id: str, title_ids: Collection[str]) -> dict[str, ResumePoint]:
        """Where the profile stands in those of the titles it has begun."""
        with self._database.read() as session:
            rows = session.scalars(
                select(ResumePointRow).where(
                    ResumePointRow.profile_id == profile_id, ResumePointRow.title_id.in_(title_ids)
                )
            )
            return {
                row.title_id: ResumePoint(
                    position_s=row.position_s,
                    duration_s=row.duration_s,
                    finished=row.finished,
                    watched_at=row.watched_at,
                )
                for row in rows
            }

    def all_resume_points(self) -> tuple[ResumePointMoved, ...]:
        """Everyone's, as the events that would have announced them."""
        with self._database.read() as session:
            return tuple(
                _moved(row.profile_id, row.title_id, _standing_of(row))
                for row in session.scalars(select(ResumePointRow))
            )

    def watched_minutes(self, profile_id: str, start: datetime, end: datetime) -> float:
        """Minutes the profile watched between two moments; see :mod:`.minutes`."""
        with self._database.read() as session:
            return watched_minutes(session, profile_id, start, end)

    def _renew(self, events: Sequence[WatchEvent], now: datetime) -> None:
        """Let sessions keep their streams; after their events, which count for what is left."""
        leases = {p: self._lease_until(p, now) for p in {event.profile_id for event in events}}
        max_streams = self._plans.entitlements().max_streams
        with self._database.write() as session:
            for session_id in sorted({event.session_id for event in events}):
                _refresh(session, session_id, now=now, max_streams=max_streams, leases=leases)

    def _lease_until(self, profile_id: str, now: datetime) -> datetime:
        """How far a lease of the profile may be renewed: not at all once it may not watch."""
        try:
            allowance = self._allowances.may_watch(profile_id)
        except NotFound:
            return now
        if not allowance.allowed:
            return now
        return now + LEASE if allowance.until is None else min(now + LEASE, allowance.until)

    def _require_profile(self, profile_id: str) -> None:
        if not self._profiles.has_profile(profile_id):
            raise NotFound(
                "profile_not_found",
                "There is no such profile",
                hint="Choose one of the household's profiles.",
            )

    def _resume_point(self, profile_id: str, title_id: str) -> ResumePoint | None:
        return self.resume_points(profile_id, [title_id]).get(title_id)

    def announce_streams(self) -> None:
        """Publish how many sessions hold a stream if that has changed, as when leases lapse."""
        with self._database.read() as session:
            active = _active(session, self._now())
        if active != self._announced:
            self._announced = active
            _log.info("playback.streams", active=active)
            self._bus.publish(StreamsChanged(active=active))


def _start_s(resume: ResumePoint | None) -> float:
    return 0.0 if resume is None or resume.finished else resume.position_s


def _active(session: Session, now: datetime) -> int:
    count = session.scalar(
        select(func.count()).where(SessionRow.ended_at.is_(None), SessionRow.lease_until > now)
    )
    return count or 0


def _end(session: Session, condition: ColumnElement[bool], *, now: datetime) -> None:
    session.execute(
        update(SessionRow).where(condition, SessionRow.ended_at.is_(None)).values(ended_at=now)
    )


def _refresh(
    session: Session,
    session_id: str,
    *,
    now: datetime,
    max_streams: int,
    leases: Mapping[str, datetime],
) -> None:
    row = session.get(SessionRow, session_id)
    if row is None or row.ended_at is not None or row.profile_id not in leases:
        return
    lease_until = leases[row.profile_id]
    # A lease that has lapsed comes back only while there is room: another may have the stream.
    if lease_until <= now:
        return
    if row.lease_until > now or _active(session, now) < max_streams:
        row.lease_until = lease_until
        session.flush()


def _insert_event(session: Session, event: WatchEvent, *, received_at: datetime) -> bool:
    statement = insert(WatchEventRow).on_conflict_do_nothing(index_elements=["id"])
    inserted = session.execute(
        statement.returning(WatchEventRow.id),
        {**event.model_dump(), "kind": str(event.kind), "received_at": received_at},
    )
    return inserted.first() is not None


def _move(session: Session, key: tuple[str, str], candidate: Standing) -> bool:
    row = session.get(ResumePointRow, key)
    if row is None:
        row = ResumePointRow(profile_id=key[0], title_id=key[1])
        session.add(row)
    elif newer(_standing_of(row), candidate) is not candidate:
        return False
    row.position_s = candidate.position_s
    row.duration_s = candidate.duration_s
    row.finished = candidate.finished
    row.watched_at = candidate.watched_at
    row.event_id = candidate.event_id
    return True


def _standing_of(row: ResumePointRow) -> Standing:
    return Standing(
        position_s=row.position_s,
        duration_s=row.duration_s,
        finished=row.finished,
        watched_at=row.watched_at,
        event_id=row.event_id,
    )


def _moved(profile_id: str, title_id: str, now_at: Standing) -> ResumePointMoved:
    return ResumePointMoved(
        profile_id=profile_id,
        title_id=title_id,
        position_s=now_at.position_s,
        duration_s=now_at.duration_s,
        finished=now_at.finished,
        watched_at=now_at.watched_at,
    )


def _all_streams_used(max_streams: int) -> Conflict:
    return Conflict(
        "too_many_streams",
        f"All {max_streams} streams of your plan are in use",
        hint="Stop playing on another device; a device that is switched off counts a minute more.",
        retryable=True,
    )
