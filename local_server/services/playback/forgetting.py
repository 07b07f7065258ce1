"""Taking history back: nothing of it is left, and late copies of it are not taken again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from local_server.contracts import WatchEvent
from local_server.services.playback.standings import SittingKey
from local_server.services.playback.tables import (
    Base,
    ForgottenRow,
    HiddenRow,
    LanguagesRow,
    MarkRow,
    RatingRow,
    ResumePointRow,
    SessionRow,
    SittingRow,
    SpanRow,
    UnmatchedRow,
    WatchEventRow,
    WatchlistRow,
)

FOR_EVER = datetime(9999, 1, 1, tzinfo=UTC)

_HISTORY = (WatchEventRow, SittingRow, SpanRow)
_STATE = (MarkRow, ResumePointRow, HiddenRow)
_CHOICES = (WatchlistRow, RatingRow, LanguagesRow, UnmatchedRow)


def forgotten(session: Session, events: Sequence[WatchEvent]) -> set[str]:
    """Ids of those events that are of before their history was deleted.

    A device whose clock is behind is believed when its session began after that.
    """
    keys = {key for event in events for key in _keys(event)}
    if not keys:
        return set()
    rows = session.scalars(select(ForgottenRow).where(ForgottenRow.key.in_(keys)))
    before = {row.key: row.before for row in rows}
    if not before:
        return set()
    starts = _session_starts(session, events)
    return {
        event.id
        for event in events
        if any(
            max(event.at, starts.get(event.session_id, event.at)) <= before[key]
            for key in _keys(event)
            if key in before
        )
    }


def forget_sitting(session: Session, key: SittingKey, *, now: datetime) -> None:
    """Delete one entry of the history and all it was made of."""
    profile_id, session_id, title_id = key
    for table in _HISTORY:
        session.execute(
            delete(table).where(
                table.profile_id == profile_id,
                table.session_id == session_id,
                table.title_id == title_id,
            )
        )
    of_sitting = (SessionRow.id == session_id, SessionRow.title_id == title_id)
    _forget_sessions(session, *of_sitting, now=now)
    _refuse(session, _digest(profile_id, "sitting", session_id, title_id), before=now)


def forget_titles(
    session: Session, profile_id: str, title_ids: Sequence[str], *, now: datetime
) -> None:
    """Delete all that a profile watched of some titles, and where it stands in them."""
    for title_id in title_ids:
        for table in (*_HISTORY, *_STATE):
            session.execute(
                delete(table).where(table.profile_id == profile_id, table.title_id == title_id)
            )
        of_title = (SessionRow.profile_id == profile_id, SessionRow.title_id == title_id)
        _forget_sessions(session, *of_title, now=now)
        _refuse(session, _digest(profile_id, "title", title_id), before=now)


def forget_all(session: Session, profile_id: str, *, now: datetime) -> None:
    """Delete all that a profile watched, and where it stands in anything."""
    _delete_of(session, profile_id, (*_HISTORY, *_STATE))
    _forget_sessions(session, SessionRow.profile_id == profile_id, now=now)
    _refuse(session, _digest(profile_id, "everything"), before=now)


def forget_profile(session: Session, profile_id: str) -> None:
    """Delete everything of a profile that is gone for good."""
    _delete_of(session, profile_id, (*_HISTORY, *_STATE, *_CHOICES, SessionRow))
    _refuse(session, _digest(profile_id, "everything"), before=FOR_EVER)


def _forget_sessions(session: Session, *conditions: ColumnElement[bool], now: datetime) -> None:
    """Delete what is over; what still plays goes when it ends, as private ones do."""
    over = or_(SessionRow.ended_at.is_not(None), SessionRow.lease_until <= now)
    session.execute(delete(SessionRow).where(*conditions, over))
    session.execute(update(SessionRow).where(*conditions).values(private=True))


def _delete_of(session: Session, profile_id: str, tables: Iterable[type[Base]]) -> None:
    for table in tables:
        of_profile: ColumnElement[bool] = table.__table__.c.profile_id == profile_id
        session.execute(delete(table).where(of_profile))


def _session_starts(session: Session, events: Sequence[WatchEvent]) -> dict[str, datetime]:
    ids = {event.session_id for event in events}
    rows = session.execute(
        select(SessionRow.id, SessionRow.started_at).where(SessionRow.id.in_(ids))
    )
    return {row[0]: row[1] for row in rows}


def _keys(event: WatchEvent) -> tuple[str, str, str]:
    return (
        _digest(event.profile_id, "everything"),
        _digest(event.profile_id, "title", event.title_id),
        _digest(event.profile_id, "sitting", event.session_id, event.title_id),
    )


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _refuse(session: Session, key: str, *, before: datetime) -> None:
    session.merge(ForgottenRow(key=key, before=before))
