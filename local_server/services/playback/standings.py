"""Events, marks, standings and sittings in the database: statements over one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from local_server.contracts import WatchEvent, WatchKind
from local_server.runtime.events import ResumePointMoved
from local_server.services.playback.rules import (
    ResumeRules,
    Standing,
    marked,
    newer,
    resume_point,
    standing,
)
from local_server.services.playback.sittings import Happening, Sitting, sitting
from local_server.services.playback.tables import (
    MarkRow,
    ResumePointRow,
    SessionRow,
    SittingRow,
    SpanRow,
    WatchEventRow,
)

Key = tuple[str, str]  # profile, title
SittingKey = tuple[str, str, str]  # profile, session, title


def insert_event(session: Session, event: WatchEvent, *, received_at: datetime) -> bool:
    """Keep an event; whether it is new."""
    statement = insert(WatchEventRow).on_conflict_do_nothing()
    inserted = session.execute(
        statement.returning(WatchEventRow.id),
        {**event.model_dump(), "kind": str(event.kind), "received_at": received_at},
    )
    return inserted.first() is not None


def insert_mark(session: Session, key: Key, *, watched: bool, at: datetime, mark_id: str) -> bool:
    """Keep a mark if it is the newest of its title; whether it is."""
    row = session.get(MarkRow, key)
    if row is not None and (row.at, row.id) >= (at, mark_id):
        return False
    values = {"profile_id": key[0], "title_id": key[1], "watched": watched, "at": at, "id": mark_id}
    session.merge(MarkRow(**values))
    return True


def move(session: Session, key: Key, candidate: Standing) -> bool:
    """Let the newer of ``candidate`` and what is known hold; whether that is ``candidate``."""
    row = session.get(ResumePointRow, key)
    if row is None:
        row = ResumePointRow(profile_id=key[0], title_id=key[1])
        session.add(row)
    elif newer(standing_of(row), candidate) is not candidate:
        return False
    row.position_s = candidate.position_s
    row.duration_s = candidate.duration_s
    row.finished = candidate.finished
    row.watched_at = candidate.watched_at
    row.event_id = candidate.event_id
    return True


def standing_of(row: ResumePointRow) -> Standing:
    """What a row says."""
    return Standing(
        position_s=row.position_s,
        duration_s=row.duration_s,
        finished=row.finished,
        watched_at=row.watched_at,
        event_id=row.event_id,
    )


def settle_anew(session: Session, key: Key, rules: ResumeRules) -> Standing | None:
    """Make the standing anew from what is left of events and marks."""
    session.execute(
        delete(ResumePointRow).where(
            ResumePointRow.profile_id == key[0], ResumePointRow.title_id == key[1]
        )
    )
    session.expire_all()
    rows = session.scalars(
        select(WatchEventRow).where(
            WatchEventRow.profile_id == key[0], WatchEventRow.title_id == key[1]
        )
    )
    candidates = [standing(event_of(row), received_at=row.received_at, rules=rules) for row in rows]
    mark = session.get(MarkRow, key)
    if mark is not None:
        candidates.append(marked(watched=mark.watched, at=mark.at, mark_id=mark.id))
    for candidate in candidates:
        move(session, key, candidate)
        session.flush()
    row = session.get(ResumePointRow, key)
    return None if row is None else standing_of(row)


def event_of(row: WatchEventRow) -> WatchEvent:
    """The event a row keeps."""
    return WatchEvent(
        id=row.id,
        session_id=row.session_id,
        profile_id=row.profile_id,
        title_id=row.title_id,
        kind=WatchKind(row.kind),
        position_s=row.position_s,
        duration_s=row.duration_s,
        at=row.at,
    )


def moved(key: Key, now_at: Standing, rules: ResumeRules) -> ResumePointMoved:
    """The announcement of a standing, as the rules see it."""
    point = resume_point(now_at, rules)
    return ResumePointMoved(
        profile_id=key[0],
        title_id=key[1],
        position_s=point.position_s if point else 0.0,
        duration_s=now_at.duration_s,
        finished=now_at.finished,
        watched_at=now_at.watched_at,
    )


def settle_sittings(
    session: Session,
    keys: Collection[SittingKey],
    rules: ResumeRules,
    *,
    starts: Mapping[str, datetime] = MappingProxyType({}),
) -> None:
    """Make these sittings anew from their events.

    ``starts``: when sessions began of which this server knows nothing itself.
    """
    session.flush()
    for key in sorted(keys):
        happenings = _happenings(session, key)
        known = session.get(SittingRow, key)
        session.execute(delete(SpanRow).where(*_is_key(SpanRow, key)))
        if not happenings:
            session.execute(delete(SittingRow).where(*_is_key(SittingRow, key)))
            session.expire_all()
            continue
        of = session.get(SessionRow, key[1])
        started_at = of.started_at if of else known.session_started_at if known else None
        started_at = started_at or starts.get(key[1])
        device_id = of.device_id if of else known.device_id if known else ""
        made = sitting(happenings, session_started_at=started_at, rules=rules)
        session.merge(_sitting_row(key, made, device_id=device_id, session_started_at=started_at))
        session.add_all(_span_rows(key, made))
        session.flush()


def entry_id(key: SittingKey) -> str:
    """The name of a history entry."""
    return hashlib.sha256("\n".join(key).encode()).hexdigest()[:32]


def _happenings(session: Session, key: SittingKey) -> list[Happening]:
    rows = session.execute(
        select(
            WatchEventRow.id,
            WatchEventRow.kind,
            WatchEventRow.position_s,
            WatchEventRow.duration_s,
            WatchEventRow.at,
            WatchEventRow.received_at,
        ).where(*_is_key(WatchEventRow, key))
    )
    return [
        Happening(
            id=row.id,
            kind=WatchKind(row.kind),
            position_s=row.position_s,
            duration_s=row.duration_s,
            at=row.at,
            received_at=row.received_at,
        )
        for row in rows
    ]


def _is_key(
    table: type[WatchEventRow | SittingRow | SpanRow], key: SittingKey
) -> tuple[ColumnElement[bool], ...]:
    return (table.profile_id == key[0], table.session_id == key[1], table.title_id == key[2])


def _sitting_row(
    key: SittingKey, made: Sitting, *, device_id: str, session_started_at: datetime | None
) -> SittingRow:
    return SittingRow(
        profile_id=key[0],
        session_id=key[1],
        title_id=key[2],
        entry_id=entry_id(key),
        device_id=device_id,
        session_started_at=session_started_at,
        started_at=made.started_at,
        ended_at=made.ended_at,
        played_s=made.played_s,
        position_s=made.position_s,
        duration_s=made.duration_s,
        finished=made.finished,
    )


def _span_rows(key: SittingKey, made: Sitting) -> Iterable[SpanRow]:
    return [
        SpanRow(
            profile_id=key[0],
            session_id=key[1],
            title_id=key[2],
            started_at=span.start,
            ended_at=span.end,
        )
        for span in made.spans
    ]
