"""What is played after a title."""

from __future__ import annotations

from sqlalchemy.orm import Session

from local_server.contracts import EVERYTHING, Availability, TitleKind, Visibility
from local_server.services.catalog import queries
from local_server.services.catalog.tables import TitleRow


def following_row(
    session: Session, row: TitleRow, visibility: Visibility = EVERYTHING
) -> TitleRow | None:
    """The next part of the same film, then the ready episode after it.

    A part that is not ready is not passed over: the film would go on without it.
    """
    part = _next_part(session, row, visibility)
    if part is not None:
        return part if part.availability == Availability.READY else None
    whole = session.get(TitleRow, row.parent_id) if row.kind in _STANDS_FOR else row
    if whole is not None and whole.parent_id is not None:  # a part of an edition
        whole = session.get(TitleRow, whole.parent_id)
    if whole is None or whole.series_id is None or whole.kind != TitleKind.EPISODE:
        return None
    return _episode_after(session, whole, visibility)


_STANDS_FOR = (TitleKind.PART, TitleKind.EDITION)


def _next_part(session: Session, row: TitleRow, visibility: Visibility) -> TitleRow | None:
    first_id = row.parent_id if row.kind == TitleKind.PART else row.id
    place = row.position if row.kind == TitleKind.PART else 0
    if first_id is None:
        return None
    parts = queries.children_of(session, first_id, visibility)
    after = (p for p in parts if p.kind == TitleKind.PART and p.position > place)
    return next(after, None)


def _episode_after(session: Session, row: TitleRow, visibility: Visibility) -> TitleRow | None:
    episodes = queries.episodes_of(session, [row.series_id or ""], visibility)
    listed = episodes.get(row.series_id or "", [])
    place = next((i for i, episode in enumerate(listed) if episode.id == row.id), None)
    if place is None:
        return None
    ready = (e for e in listed[place + 1 :] if e.availability == Availability.READY)
    return next(ready, None)
