"""Questions asked of the catalog's tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import TypeVar

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from local_server.contracts import EVERYTHING, Availability, Problem, TitleKind, Visibility
from local_server.services.catalog.names import fold
from local_server.services.catalog.tables import AssetRow, FileRow, SidecarRow, TitleIdRow, TitleRow
from local_server.services.catalog.visible import seen_by

UNDER = (TitleKind.EDITION, TitleKind.PART, TitleKind.EXTRA)
"""Kinds that stand under another title, in no list of their own."""

ValueT = TypeVar("ValueT")

# SQLite takes 32766 values per statement; smaller portions are compiled once and cached.
_PORTION = 500


def portions(ids: Collection[ValueT]) -> Iterator[Sequence[ValueT]]:
    """``ids`` in portions that fit into a statement."""
    listed = list(ids)
    for start in range(0, len(listed), _PORTION):
        yield listed[start : start + _PORTION]


def page(
    session: Session,
    query: str | None,
    kind: TitleKind | None,
    visibility: Visibility = EVERYTHING,
    *,
    limit: int,
    offset: int,
) -> tuple[Sequence[str], int]:
    """Ids of titles by name and how many there are in all.

    Without ``kind``, a search covers everything and a list leaves episodes to their series; what
    stands under a title is listed by asking for its kind only.
    """
    wanted: list[ColumnElement[bool]] = [*seen_by(visibility)]
    if kind is not None:
        wanted.append(TitleRow.kind == kind)
    elif query:
        wanted.append(TitleRow.kind.not_in(UNDER))
    else:
        wanted.append(TitleRow.kind.not_in((*UNDER, TitleKind.EPISODE)))
    if query:
        wanted.append(TitleRow.folded.contains(fold(query), autoescape=True))
    total = session.scalar(select(func.count()).select_from(TitleRow).where(*wanted))
    statement = select(TitleRow.id).where(*wanted).order_by(TitleRow.sort_key, TitleRow.id)
    return session.scalars(statement.limit(limit).offset(offset)).all(), total or 0


def newest(session: Session, visibility: Visibility = EVERYTHING, *, limit: int) -> Sequence[str]:
    """Ids of films, and series by their newest episode, that are ready or will be; newest first."""
    seen = seen_by(visibility)
    episode_added = (
        select(TitleRow.series_id.label("series_id"), func.max(TitleRow.added_at).label("added"))
        .where(TitleRow.kind == TitleKind.EPISODE, _alive(), *seen)
        .group_by(TitleRow.series_id)
        .subquery()
    )
    added = func.coalesce(episode_added.c.added, TitleRow.added_at)
    alone = TitleRow.kind.in_((TitleKind.MOVIE, TitleKind.VIDEO))
    return session.scalars(
        select(TitleRow.id)
        .outerjoin(episode_added, episode_added.c.series_id == TitleRow.id)
        .where(
            or_(
                and_(alone, _alive()),
                and_(TitleRow.kind == TitleKind.SERIES, episode_added.c.added.is_not(None)),
            ),
            *seen,
        )
        .order_by(added.desc(), TitleRow.folded, TitleRow.id)
        .limit(limit)
    ).all()


def visible_ids(
    session: Session, visibility: Visibility, kinds: Sequence[TitleKind]
) -> Sequence[str]:
    """Ids of the titles of these kinds that may be shown, in the order of ids."""
    return session.scalars(
        select(TitleRow.id)
        .where(TitleRow.kind.in_(kinds), *seen_by(visibility))
        .order_by(TitleRow.id)
    ).all()


def episodes_of(
    session: Session, series_ids: Collection[str], visibility: Visibility = EVERYTHING
) -> dict[str, list[TitleRow]]:
    """Episodes by series, in the order they are told."""
    found: defaultdict[str, list[TitleRow]] = defaultdict(list)
    for part in portions(series_ids):
        rows = session.scalars(
            select(TitleRow)
            .where(
                TitleRow.series_id.in_(part),
                TitleRow.kind == TitleKind.EPISODE,
                *seen_by(visibility),
            )
            .order_by(TitleRow.season, TitleRow.episode, TitleRow.sort_key, TitleRow.id)
        )
        for row in rows:
            found[str(row.series_id)].append(row)
    return found


def children_of(
    session: Session, title_id: str, visibility: Visibility = EVERYTHING
) -> Sequence[TitleRow]:
    """What stands under a title, in order."""
    return session.scalars(
        select(TitleRow)
        .where(TitleRow.parent_id == title_id, *seen_by(visibility))
        .order_by(TitleRow.position, TitleRow.label, TitleRow.sort_key, TitleRow.id)
    ).all()


def under(session: Session, title_ids: Collection[str]) -> Sequence[str]:
    """Ids of all that stands under these titles, at any depth."""
    found: dict[str, None] = {}
    level: Collection[str] = title_ids
    while level:
        below: dict[str, None] = {}
        for part in portions(level):
            below |= dict.fromkeys(
                session.scalars(
                    select(TitleRow.id).where(
                        or_(TitleRow.series_id.in_(part), TitleRow.parent_id.in_(part))
                    )
                )
            )
        level = below.keys() - found.keys()
        found |= below
    return tuple(found)


def by_ids(
    session: Session, ids: Collection[str], visibility: Visibility = EVERYTHING
) -> dict[str, TitleRow]:
    """The titles of these ids that exist and may be seen."""
    found: dict[str, TitleRow] = {}
    for part in portions(ids):
        rows = session.scalars(select(TitleRow).where(TitleRow.id.in_(part), *seen_by(visibility)))
        found |= {row.id: row for row in rows}
    return found


def names_of(session: Session, ids: Collection[str]) -> dict[str, str]:
    """Names by id."""
    found: dict[str, str] = {}
    for part in portions(ids):
        rows = session.execute(select(TitleRow.id, TitleRow.name).where(TitleRow.id.in_(part)))
        found |= dict(rows.all())
    return found


def ids_of(session: Session, title_id: str) -> Sequence[TitleIdRow]:
    """What other catalogs call a title."""
    return session.scalars(
        select(TitleIdRow).where(TitleIdRow.title_id == title_id).order_by(TitleIdRow.provider)
    ).all()


def sidecars_of(session: Session, title_id: str) -> Sequence[SidecarRow]:
    """Subtitles and sound beside a title's file."""
    return session.scalars(
        select(SidecarRow).where(SidecarRow.title_id == title_id).order_by(SidecarRow.path)
    ).all()


def problems_of(session: Session, title_id: str) -> Sequence[Problem]:
    """What is wrong with files that belong to a title."""
    stored = session.scalars(
        select(FileRow.problem)
        .where(FileRow.title_id == title_id, FileRow.problem.isnot(None))
        .order_by(FileRow.path)
    )
    return [Problem.model_validate(problem) for problem in stored]


def series_named(session: Session, name: str, year: int | None, library_id: str) -> TitleRow | None:
    """The series of that name in a library, however it is written.

    Of several the one of ``year``; a series of another year is another series.
    """
    rows = session.scalars(
        select(TitleRow)
        .where(
            TitleRow.kind == TitleKind.SERIES,
            TitleRow.folded == fold(name),
            TitleRow.library_id == library_id,
        )
        .order_by(TitleRow.id)
    ).all()
    exact = (row for row in rows if row.year == year)
    near = (row for row in rows if row.year is None or year is None)
    return next(exact, None) or next(near, None)


def asset_like(session: Session, path: bytes, size_bytes: int, mtime_ns: int) -> AssetRow | None:
    """An asset made of this very file, unchanged since."""
    return session.scalars(
        select(AssetRow).where(
            AssetRow.path == path, AssetRow.size_bytes == size_bytes, AssetRow.mtime_ns == mtime_ns
        )
    ).first()


def asset_with(session: Session, *fingerprints: str) -> AssetRow | None:
    """An asset of the same content, by any of its fingerprints."""
    return session.scalars(select(AssetRow).where(AssetRow.fingerprint.in_(fingerprints))).first()


def assets_like(
    session: Session, paths: Collection[bytes], fingerprints: Collection[str]
) -> list[AssetRow]:
    """Assets in one of these places or of one of these contents, each once."""
    found: dict[str, AssetRow] = {}
    conditions = [
        *(AssetRow.path.in_(part) for part in portions(paths)),
        *(AssetRow.fingerprint.in_(part) for part in portions(fingerprints)),
    ]
    for condition in conditions:
        found |= {row.id: row for row in session.scalars(select(AssetRow).where(condition))}
    return list(found.values())


def claimed(session: Session, library_id: str, claims: Collection[str]) -> Sequence[TitleRow]:
    """Titles of a library that have made one of these claims."""
    found: list[TitleRow] = []
    for part in portions(claims):
        wanted = (TitleRow.library_id == library_id, TitleRow.claim.in_(part))
        found += session.scalars(select(TitleRow).where(*wanted))
    return found


def series_claimed(session: Session, library_id: str, claim: str) -> TitleRow | None:
    """The series of this claim; where a year is missing on one side, the only one of the name."""
    name = claim.rpartition("|")[0] + "|"
    rows = session.scalars(
        select(TitleRow)
        .where(TitleRow.library_id == library_id, TitleRow.claim.startswith(name, autoescape=True))
        .order_by(TitleRow.id)
    ).all()
    exact = [row for row in rows if row.claim == claim]
    near = rows if claim == name else [row for row in rows if row.claim == name]
    return exact[0] if exact else near[0] if len(near) == 1 else None


def asset_of(session: Session, title_id: str) -> AssetRow | None:
    """What a title is made from."""
    return session.scalars(select(AssetRow).where(AssetRow.title_id == title_id)).first()


def titles_with_missing_files(session: Session) -> Sequence[str]:
    """Ids of titles whose file a scan did not find."""
    return session.scalars(select(AssetRow.title_id).where(AssetRow.missing)).all()


def with_state(session: Session, *states: Availability) -> Sequence[TitleRow]:
    """Titles with media of their own in one of these states, oldest first."""
    return session.scalars(
        select(TitleRow)
        .where(TitleRow.kind != TitleKind.SERIES, TitleRow.availability.in_(states))
        .order_by(TitleRow.added_at, TitleRow.id)
    ).all()


def _alive() -> ColumnElement[bool]:
    return TitleRow.availability.in_((Availability.READY, Availability.PREPARING))
