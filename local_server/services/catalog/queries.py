"""Questions asked of the catalog's tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from local_server.contracts import Availability, TitleKind
from local_server.services.catalog.names import fold
from local_server.services.catalog.tables import AssetRow, TitleRow


def page(
    session: Session, query: str | None, kind: TitleKind | None, *, limit: int, offset: int
) -> tuple[Sequence[TitleRow], int]:
    """Titles by name and how many there are in all.

    Without ``kind``, a search covers everything and a list leaves episodes to their series.
    """
    statement = select(TitleRow)
    if kind is not None:
        statement = statement.where(TitleRow.kind == kind)
    elif not query:
        statement = statement.where(TitleRow.kind != TitleKind.EPISODE)
    if query:
        statement = statement.where(TitleRow.folded.contains(fold(query), autoescape=True))
    total = session.scalar(select(func.count()).select_from(statement.subquery()))
    rows = session.scalars(
        statement.order_by(TitleRow.folded, TitleRow.id).limit(limit).offset(offset)
    ).all()
    return rows, total or 0


def newest(session: Session, *, limit: int) -> Sequence[TitleRow]:
    """Films, and series by their newest episode, that are ready or will be; newest first."""
    episode_added = (
        select(TitleRow.series_id.label("series_id"), func.max(TitleRow.added_at).label("added"))
        .where(TitleRow.kind == TitleKind.EPISODE, _alive())
        .group_by(TitleRow.series_id)
        .subquery()
    )
    added = func.coalesce(episode_added.c.added, TitleRow.added_at)
    return session.scalars(
        select(TitleRow)
        .outerjoin(episode_added, episode_added.c.series_id == TitleRow.id)
        .where(
            or_(
                and_(TitleRow.kind == TitleKind.MOVIE, _alive()),
                and_(TitleRow.kind == TitleKind.SERIES, episode_added.c.added.is_not(None)),
            )
        )
        .order_by(added.desc(), TitleRow.folded, TitleRow.id)
        .limit(limit)
    ).all()


def episodes_of(session: Session, series_ids: Collection[str]) -> dict[str, list[TitleRow]]:
    """Episodes by series, in the order they are told."""
    found: defaultdict[str, list[TitleRow]] = defaultdict(list)
    rows = session.scalars(
        select(TitleRow)
        .where(TitleRow.series_id.in_(series_ids))
        .order_by(TitleRow.season, TitleRow.episode, TitleRow.folded, TitleRow.id)
    )
    for row in rows:
        found[str(row.series_id)].append(row)
    return found


def by_ids(session: Session, ids: Collection[str]) -> dict[str, TitleRow]:
    """The titles of these ids that exist."""
    rows = session.scalars(select(TitleRow).where(TitleRow.id.in_(ids)))
    return {row.id: row for row in rows}


def series_named(session: Session, name: str) -> TitleRow | None:
    """The series of that name, however it is written."""
    return session.scalars(
        select(TitleRow).where(TitleRow.kind == TitleKind.SERIES, TitleRow.folded == fold(name))
    ).first()


def asset_like(session: Session, path: bytes, size_bytes: int, mtime_ns: int) -> AssetRow | None:
    """An asset made of this very file, unchanged since."""
    return session.scalars(
        select(AssetRow).where(
            AssetRow.path == path, AssetRow.size_bytes == size_bytes, AssetRow.mtime_ns == mtime_ns
        )
    ).first()


def asset_with(session: Session, fingerprint: str) -> AssetRow | None:
    """An asset of the same content."""
    return session.scalars(select(AssetRow).where(AssetRow.fingerprint == fingerprint)).first()


def with_state(session: Session, *states: Availability) -> Sequence[TitleRow]:
    """Films and episodes in one of these states, oldest first."""
    return session.scalars(
        select(TitleRow)
        .where(TitleRow.kind != TitleKind.SERIES, TitleRow.availability.in_(states))
        .order_by(TitleRow.added_at, TitleRow.id)
    ).all()


def _alive() -> ColumnElement[bool]:
    return TitleRow.availability.in_((Availability.READY, Availability.PREPARING))
