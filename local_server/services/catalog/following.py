"""What is played after a title."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select
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


def following_ids(session: Session, title_ids: Sequence[str]) -> dict[str, str]:
    """For those of the titles that something ready follows, what; see :func:`following_row`.

    Films and episodes, which are nearly all, cost a few questions however many they are.
    """
    known = _placed(session, title_ids)
    parted = _with_parts(session, known)
    after = _episodes_after(session, {series for _, series in known.values() if series})
    found = {}
    for title_id, (kind, _) in known.items():
        if title_id in parted or kind in _STANDS_FOR:
            following = following_row(session, session.get_one(TitleRow, title_id))
            if following is not None:
                found[title_id] = following.id
        elif title_id in after:
            found[title_id] = after[title_id]
    return found


def _placed(session: Session, title_ids: Sequence[str]) -> dict[str, tuple[str, str | None]]:
    """Kind and series of those of the titles that exist."""
    found: dict[str, tuple[str, str | None]] = {}
    for some in queries.portions(title_ids):
        rows = session.execute(
            select(TitleRow.id, TitleRow.kind, TitleRow.series_id).where(TitleRow.id.in_(some))
        )
        found |= {title_id: (kind, series_id) for title_id, kind, series_id in rows}
    return found


def _with_parts(session: Session, title_ids: Collection[str]) -> set[str]:
    found: set[str] = set()
    for some in queries.portions(title_ids):
        parts = select(TitleRow.parent_id).where(
            TitleRow.parent_id.in_(some), TitleRow.kind == TitleKind.PART
        )
        found |= {parent for parent in session.scalars(parts) if parent is not None}
    return found


def _episodes_after(session: Session, series_ids: Collection[str]) -> dict[str, str]:
    """For each episode of these series the ready one that comes next."""
    found: dict[str, str] = {}
    for some in queries.portions(series_ids):
        episodes = session.execute(
            select(TitleRow.id, TitleRow.series_id, TitleRow.availability)
            .where(TitleRow.series_id.in_(some), TitleRow.kind == TitleKind.EPISODE)
            .order_by(
                TitleRow.series_id,
                TitleRow.season.desc(),
                TitleRow.episode.desc(),
                TitleRow.sort_key.desc(),
                TitleRow.id.desc(),
            )
        )
        coming: tuple[str | None, str] | None = None  # series and episode, from the last backwards
        for episode_id, series_id, availability in episodes:
            if coming is not None and coming[0] == series_id:
                found[episode_id] = coming[1]
            if availability == Availability.READY:
                coming = series_id, episode_id
    return found


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
