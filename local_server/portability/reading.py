"""Values out of other programs' files: what is not as it should be counts as not told. Pure."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from local_server.contracts import (
    PortableEntry,
    PortableEvent,
    PortableMark,
    PortableRating,
    PortableTitle,
    Thumb,
    WatchKind,
)
from local_server.errors import Refusal

NAME_MAX = 512
LENGTH_MAX_S = 1e7
# What has no date is older than everything that has one.
UNDATED = datetime(1970, 1, 1, tzinfo=UTC)

_SOURCE_NAME = re.compile(r"[a-z][a-z0-9]{0,31}")
_SOURCES = {"themoviedb": "tmdb", "thetvdb": "tvdb"}


def unreadable(what: str, *, hint: str) -> Refusal:
    """The refusal of a file that cannot be taken in."""
    return Refusal("import_unreadable", what, hint=hint)


def text(value: Any) -> str:
    """A name of at most :data:`NAME_MAX` characters."""
    return str(value).strip()[:NAME_MAX] if isinstance(value, str | int) else ""


def number(value: Any) -> float | None:
    """A finite number, also out of a text."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def count(value: Any) -> int | None:
    """A whole number between 0 and 100 000."""
    found = number(value)
    return int(found) if found is not None and 0 <= found <= 100_000 else None


def seconds(value: Any, *, per_s: float = 1.0) -> float:
    """A length of film, in ``per_s`` parts of a second; 0 when it is not told."""
    found = number(value)
    return min(LENGTH_MAX_S, found / per_s) if found is not None and found > 0 else 0.0


def moment(value: Any) -> datetime | None:
    """A moment in ISO 8601 with or without its zone, then UTC."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
        if found is None:
            return None
        found = found if found.tzinfo else found.replace(tzinfo=UTC)
        return _sensible(found.astimezone(UTC))
    except (ValueError, OverflowError):
        return None


def unix_moment(value: Any) -> datetime | None:
    """A moment in seconds since 1970."""
    found = number(value)
    try:
        return None if found is None else _sensible(datetime.fromtimestamp(found, UTC))
    except (ValueError, OverflowError, OSError):
        return None


def external_ids(found: Mapping[str, Any]) -> dict[str, str]:
    """Ids by source, sources by the names this server uses."""
    ids = {}
    for source, value in list(found.items())[:32]:
        name = source.strip().lower() if isinstance(source, str) else ""
        known = text(value)
        if known and len(known) <= 256 and _SOURCE_NAME.fullmatch(name):
            ids[_SOURCES.get(name, name)] = known
    return ids


def thumb(rating: float | None) -> Thumb | None:
    """What a rating from 0 to 10 means: 9 and more love, from 6 up, to 4 down, between nothing.

    0 means that nothing was said.
    """
    if rating is None or rating <= 0:
        return None
    if rating >= 9:
        return Thumb.LOVE
    if rating >= 6:
        return Thumb.UP
    return Thumb.DOWN if rating <= 4 else None


def made_id(*parts: object) -> str:
    """The same id for the same words, so that a file that comes again adds nothing."""
    told = "\n".join(map(str, parts))
    return "import-" + hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:32]


def entry(
    source: str,
    key: str,
    title: PortableTitle,
    *,
    watched: bool,
    position_s: float,
    length_s: float,
    at: datetime | None,
    opinion: Thumb | None,
) -> PortableEntry | None:
    """What a program remembers of a title; ``None`` when that is nothing.

    Watched at a known moment is an event of then. Watched at no known moment, or before a viewing
    that is under way, is a mark that yields to everything dated.
    """
    events = []
    if position_s > 0 and at is not None:
        events.append(
            _stopped(
                WatchKind.STOP, at, told_by=(source, key), position_s=position_s, length_s=length_s
            )
        )
    elif watched and at is not None:
        events.append(_ended(at, told_by=(source, key), length_s=length_s))
    mark = None
    if watched and (at is None or position_s > 0):
        mark = PortableMark(id=made_id(source, key, "mark"), watched=True, at=UNDATED)
    rating = None
    if opinion is not None:
        rating = PortableRating(thumb=opinion, at=at or UNDATED)
    if not events and mark is None and rating is None:
        return None
    return PortableEntry(title=title, events=tuple(events), mark=mark, rating=rating)


def viewing(
    source: str, key: str, title: PortableTitle, *, length_s: float, at: datetime
) -> PortableEntry:
    """A viewing that reached its end."""
    told = _ended(at, told_by=(source, key), length_s=length_s)
    return PortableEntry(title=title, events=(told,))


def _ended(at: datetime, *, told_by: tuple[str, str], length_s: float) -> PortableEvent:
    return _stopped(WatchKind.END, at, told_by=told_by, position_s=length_s, length_s=length_s)


def _stopped(
    kind: WatchKind, at: datetime, *, told_by: tuple[str, str], position_s: float, length_s: float
) -> PortableEvent:
    event_id = made_id(*told_by, kind, at.isoformat())
    return PortableEvent(
        id=event_id,
        session_id=event_id,
        kind=kind,
        position_s=position_s,
        duration_s=length_s,
        at=at,
        received_at=at,
    )


def _sensible(found: datetime) -> datetime | None:
    return found if found > UNDATED else None
