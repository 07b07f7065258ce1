"""What was imported for titles that are not here yet."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from local_server.contracts import PortableEntry, PortableTitle, TitleParts, Wire
from local_server.services.playback.tables import UnmatchedRow

_PartT = TypeVar("_PartT", bound=Wire)

_OF_HISTORY = {"events": (), "mark": None, "resume": None, "hidden": None}


def title_key(title: PortableTitle) -> str:
    """The same for the same words about a title."""
    return hashlib.sha256(title.model_dump_json().encode()).hexdigest()[:32]


def keep(session: Session, profile_id: str, entry: PortableEntry) -> int:
    """Keep an entry until its title comes; how much of it is new."""
    key = title_key(entry.title)
    parts = merged(TitleParts.model_validate(dict(entry)), TitleParts())
    row = session.get(UnmatchedRow, (profile_id, key))
    if row is None:
        title = entry.title.model_dump(mode="json")
        session.add(
            UnmatchedRow(
                profile_id=profile_id, key=key, title=title, parts=parts.model_dump(mode="json")
            )
        )
        session.flush()
        return _size(parts)
    before = TitleParts.model_validate(row.parts)
    after = merged(before, parts)
    if after == before:
        return 0
    row.parts = after.model_dump(mode="json")
    return max(1, _size(after) - _size(before))


def merged(a: TitleParts, b: TitleParts) -> TitleParts:
    """Everything of both; of two words about one thing the newer, and ``a``'s of equal ones."""
    events = {event.id: event for event in (*b.events, *a.events)}
    return TitleParts(
        events=tuple(sorted(events.values(), key=lambda e: (e.session_id, e.at, e.id))),
        mark=_newer(a.mark, b.mark, "at"),
        resume=_newer(a.resume, b.resume, "watched_at"),
        rating=_newer(a.rating, b.rating, "at"),
        listing=_newer(a.listing, b.listing, "added_at"),
        hidden=_newer(a.hidden, b.hidden, "hidden_at"),
        languages=_newer(a.languages, b.languages, "at"),
        not_interested=a.not_interested or b.not_interested,
    )


def entries(session: Session, profile_id: str) -> tuple[PortableEntry, ...]:
    """All that waits, in the order of its keys."""
    rows = session.scalars(
        select(UnmatchedRow).where(UnmatchedRow.profile_id == profile_id).order_by(UnmatchedRow.key)
    )
    return tuple(PortableEntry.model_validate({**row.parts, "title": row.title}) for row in rows)


def forget_unmatched(session: Session, profile_id: str) -> None:
    """Delete the history of what waits; ratings and the like go on waiting."""
    rows: Iterable[UnmatchedRow] = session.scalars(
        select(UnmatchedRow).where(UnmatchedRow.profile_id == profile_id)
    ).all()
    for row in rows:
        left = TitleParts.model_validate({**row.parts, **_OF_HISTORY})
        if left == TitleParts():
            session.delete(row)
        else:
            row.parts = left.model_dump(mode="json")


def _size(parts: TitleParts) -> int:
    rest = (parts.mark, parts.resume, parts.rating, parts.listing, parts.hidden, parts.languages)
    return len(parts.events) + sum(part is not None for part in rest) + parts.not_interested


def _newer(a: _PartT | None, b: _PartT | None, moment: str) -> _PartT | None:
    if a is None or b is None:
        return b if a is None else a
    return b if getattr(b, moment) > getattr(a, moment) else a
