"""Leave to play: sessions with leases, a stream of the plan each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from local_server.contracts import Languages, PlaybackGrant, PrefetchGrant, ResumePoint
from local_server.errors import Conflict, NotFound
from local_server.runtime.events import StreamsChanged
from local_server.services.playback.base import Part
from local_server.services.playback.languages import languages_for
from local_server.services.playback.ports import PlayableTitle
from local_server.services.playback.privacy import private_id
from local_server.services.playback.rules import resume_point
from local_server.services.playback.standings import standing_of
from local_server.services.playback.tables import ResumePointRow, SessionRow

_log = structlog.get_logger(__name__)

# A player tells its position every few seconds; this long a silence means that it is gone.
LEASE = timedelta(seconds=60)
# A beginning is read within seconds; a token that was for it alone should not outlive the screen.
PREFETCH_LIFETIME_S = 15 * 60


class Sessions(Part):
    """Who plays what, now."""

    def start(
        self, *, title_id: str, profile_id: str, device_id: str, private: bool = False
    ) -> PlaybackGrant:
        """Leave to play; what is played in ``private`` leaves no trace.

        A device plays one title at a time: its earlier session ends. Raises
        :class:`~local_server.errors.NotFound` for an unknown title or profile and
        :class:`~local_server.errors.Conflict` when the title cannot be played or all of the
        plan's streams are in use.
        """
        title = self._titles.playable(title_id)
        self._require_profile(profile_id)
        entitlements = self._plans.entitlements()
        made, now = self._new_id(), self._now()
        session_id = private_id(made) if private else made
        with self._database.write() as session:
            earlier_s = self._private_position_s(session, device_id, profile_id, title_id)
            self._end_sessions(session, SessionRow.device_id == device_id, now=now)
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
                    private=private,
                )
            )
        if private and earlier_s is not None:
            self._private.move(session_id, title_id, earlier_s, now)
        self.announce_streams()
        return self._grant(session_id, title, profile_id, resume_s=earlier_s if private else None)

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
            self._end_sessions(session, SessionRow.id == session_id, now=self._now())
        self.announce_streams()

    def end_device(self, device_id: str) -> None:
        """A device may play no more: its session ends."""
        with self._database.write() as session:
            self._end_sessions(session, SessionRow.device_id == device_id, now=self._now())
        self.announce_streams()

    def announce_streams(self) -> None:
        """Publish how many sessions hold a stream if that has changed, as when leases lapse."""
        now = self._now()
        lapsed = SessionRow.lease_until <= now
        with self._database.read() as session:
            active = _active(session, now)
            private = session.scalars(select(SessionRow.id).where(SessionRow.private, lapsed))
            found = private.first()
        if found is not None:
            with self._database.write() as session:
                self._end_private(session, lapsed)
        if active != self._announced:
            self._announced = active
            _log.info("playback.streams", active=active)
            self._bus.publish(StreamsChanged(active=active))

    def _grant(
        self, session_id: str, title: PlayableTitle, profile_id: str, *, resume_s: float | None
    ) -> PlaybackGrant:
        resume = self._resume_point(profile_id, title.summary.id)
        media_url, expires_at = self._media.folder(title.presentation_id)
        languages = self._languages(profile_id, title)
        return PlaybackGrant(
            session_id=session_id,
            title=title.summary.model_copy(update={"resume": resume}),
            manifest_url=media_url + "manifest.json",
            media_url=media_url,
            resume_s=_start_s(resume) if resume_s is None else resume_s,
            entitlements=self._plans.entitlements(),
            next_title_id=title.next_title_id,
            expires_at=expires_at,
            presentation_id=title.presentation_id,
            audio_language=languages.audio_language,
            subtitle_language=languages.subtitle_language,
            subtitles_mode=languages.subtitles_mode,
        )

    def _languages(self, profile_id: str, title: PlayableTitle) -> Languages:
        group = title.summary.series_id or title.summary.parent_id or title.summary.id
        with self._database.read() as session:
            return languages_for(session, profile_id, group)

    def _resume_point(self, profile_id: str, title_id: str) -> ResumePoint | None:
        with self._database.read() as session:
            row = session.get(ResumePointRow, (profile_id, title_id))
            return None if row is None else resume_point(standing_of(row), self._rules)

    def _lease_until(self, profile_id: str, now: datetime) -> datetime:
        """How far a lease of the profile may be renewed: not at all once it may not watch."""
        try:
            allowance = self._allowances.may_watch(profile_id)
        except NotFound:
            return now
        if not allowance.allowed:
            return now
        return now + LEASE if allowance.until is None else min(now + LEASE, allowance.until)

    def _private_position_s(
        self, session: Session, device_id: str, profile_id: str, title_id: str
    ) -> float | None:
        """Where the device's private session of the same title stands: it goes on with another."""
        before = session.scalars(
            select(SessionRow.id).where(
                SessionRow.private,
                SessionRow.device_id == device_id,
                SessionRow.profile_id == profile_id,
            )
        ).first()
        return None if before is None else self._private.position_s(before, title_id)

    def _end_sessions(
        self, session: Session, condition: ColumnElement[bool], *, now: datetime
    ) -> None:
        self._end_private(session, condition)
        session.execute(
            update(SessionRow).where(condition, SessionRow.ended_at.is_(None)).values(ended_at=now)
        )

    def _end_private(self, session: Session, condition: ColumnElement[bool]) -> None:
        ended = session.scalars(
            delete(SessionRow).where(SessionRow.private, condition).returning(SessionRow.id)
        ).all()
        for session_id in ended:
            self._private.drop(session_id)


def refresh(
    session: Session,
    session_id: str,
    *,
    now: datetime,
    max_streams: int,
    leases: Mapping[str, datetime],
) -> None:
    """Let a session that was heard of keep its stream, until what ``leases`` say of its profile."""
    row = session.get(SessionRow, session_id)
    if row is None or row.ended_at is not None:
        return
    lease_until = leases.get(row.profile_id, now)
    # A lease that has lapsed comes back only while there is room: another may have the stream.
    if lease_until > now and (row.lease_until > now or _active(session, now) < max_streams):
        row.lease_until = lease_until
        session.flush()


def _start_s(resume: ResumePoint | None) -> float:
    return 0.0 if resume is None or resume.finished else resume.position_s


def _active(session: Session, now: datetime) -> int:
    count = session.scalar(
        select(func.count()).where(SessionRow.ended_at.is_(None), SessionRow.lease_until > now)
    )
    return count or 0


def _all_streams_used(max_streams: int) -> Conflict:
    return Conflict(
        "too_many_streams",
        f"All {max_streams} streams of your plan are in use",
        hint="Stop playing on another device; a device that is switched off counts a minute more.",
        retryable=True,
    )
