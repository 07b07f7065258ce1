"""What profiles ask their parents for: more minutes today, or one title."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from local_server.contracts import AskParent, AskState, Decision, ParentRequest
from local_server.errors import Conflict, NotFound
from local_server.runtime.database import Database
from local_server.runtime.events import Announcer, ViewersChanged
from local_server.services.users import profiles
from local_server.services.users.clock import accept_clock, zone_of
from local_server.services.users.schedule import Stretch, day_of, day_stretch
from local_server.services.users.tables import ProfileRow, RequestRow

WAITS = timedelta(hours=24)  # then a request nobody answered expires
TITLE_FOR = timedelta(hours=24)
KEPT = timedelta(days=30)
WAITING_MAX = 5


class Requests:
    """Requests and their answers. Any method from any thread."""

    def __init__(
        self,
        database: Database,
        *,
        server_zone: ZoneInfo,
        bus: Announcer,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._database = database
        self._server_zone = server_zone
        self._bus = bus
        self._now = now
        self._new_id = new_id

    def ask(self, profile_id: str, wish: AskParent) -> ParentRequest:
        """Ask; NotFound without such a profile, a Conflict while too many requests wait."""
        now = self._now()
        with self._database.write() as session:
            profile = profiles.profile_row(session, profile_id)
            session.execute(delete(RequestRow).where(RequestRow.asked_at < now - KEPT))
            waiting = [
                row for row in _rows(session, profile_id) if _state(row, now) == AskState.PENDING
            ]
            same = [r for r in waiting if (r.minutes, r.title_id) == (wish.minutes, wish.title_id)]
            if same:
                return _request(same[0], profile, now)
            if len(waiting) >= WAITING_MAX:
                raise Conflict(
                    "too_many_requests",
                    f"{WAITING_MAX} requests wait for an answer already",
                    hint="Ask whoever decides to look at them.",
                )
            row = RequestRow(
                id=self._new_id(),
                profile_id=profile_id,
                minutes=wish.minutes,
                title_id=wish.title_id,
                asked_at=now,
                until=now + WAITS,
            )
            session.add(row)
            session.flush()
            return _request(row, profile, now)

    def listed(self, profile_id: str | None = None) -> tuple[ParentRequest, ...]:
        """Requests of a month, newest first; those of one profile, or of all."""
        now = self._now()
        with self._database.read() as session:
            names = {row.id: row for row in profiles.profile_rows(session)}
            return tuple(
                _request(row, names[row.profile_id], now)
                for row in _rows(session, profile_id)
                if row.asked_at > now - KEPT
            )

    def decide(self, request_id: str, decision: Decision) -> ParentRequest:
        """Grant or deny; NotFound, or a Conflict once it was answered or has expired.

        Granted minutes count for today, and open hours for as long; a title for a day and night.
        """
        now = self._now()
        with self._database.write() as session:
            row = session.get(RequestRow, request_id)
            if row is None:
                raise NotFound("request_not_found", "There is no such request")
            if _state(row, now) != AskState.PENDING:
                raise Conflict("request_over", "This request was answered already, or has expired")
            row.approved, row.decided_at = decision.approve, now
            if decision.approve:
                accept_clock(session, now)
                self._grant(session, row, decision, now)
            profile = profiles.profile_row(session, row.profile_id)
            answer = _request(row, profile, now)
        self._bus.publish(ViewersChanged())
        return answer

    def _grant(self, session: Session, row: RequestRow, decision: Decision, now: datetime) -> None:
        if row.title_id is not None:
            row.until = now + TITLE_FOR
            return
        zone = zone_of(profiles.the_household(session), self._server_zone)
        row.minutes = decision.minutes or row.minutes
        row.day = day_of(now, zone).isoformat()
        row.until = day_stretch(day_of(now, zone), zone).end


def allowed_titles(session: Session, profile_id: str, *, at: datetime) -> tuple[str, ...]:
    """Titles granted to a profile that it may see at ``at``."""
    return tuple(
        row.title_id
        for row in _rows(session, profile_id)
        # Before it was granted nothing is: a clock set back makes no grant last longer.
        if row.title_id and row.approved and row.decided_at and row.decided_at <= at < row.until
    )


def granted_minutes(session: Session, profile_id: str, day: str) -> tuple[int, tuple[Stretch, ...]]:
    """Minutes granted on top of a day's, and the hours they open."""
    rows = [r for r in _rows(session, profile_id) if r.approved and r.day == day]
    hours = tuple(
        Stretch(start=row.decided_at, end=row.decided_at + timedelta(minutes=row.minutes))
        for row in rows
        if row.decided_at is not None and row.minutes is not None
    )
    return sum(row.minutes or 0 for row in rows), hours


def _rows(session: Session, profile_id: str | None) -> Sequence[RequestRow]:
    newest_first = select(RequestRow).order_by(RequestRow.asked_at.desc(), RequestRow.id)
    if profile_id is not None:
        newest_first = newest_first.where(RequestRow.profile_id == profile_id)
    return session.scalars(newest_first).all()


def _state(row: RequestRow, now: datetime) -> AskState:
    if row.approved is not None:
        return AskState.APPROVED if row.approved else AskState.DENIED
    return AskState.PENDING if now < row.until else AskState.EXPIRED


def _request(row: RequestRow, profile: ProfileRow, now: datetime) -> ParentRequest:
    return ParentRequest(
        id=row.id,
        profile_id=row.profile_id,
        profile_name=profile.name,
        minutes=row.minutes,
        title_id=row.title_id,
        state=_state(row, now),
        asked_at=row.asked_at,
        until=row.until,
    )
