"""What other services know of titles, and what tells titles apart on any server."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from local_server.contracts import Availability, PortableTitle, TitleFacts, TitleKind
from local_server.services.catalog.names import fold
from local_server.services.catalog.tables import TitleRow

OWN_ID = "matinee"  # the source of ids that this server made itself


def facts_of(row: TitleRow) -> TitleFacts:
    """A row as other services see it."""
    return TitleFacts(
        id=row.id,
        kind=TitleKind(row.kind),
        name=row.name,
        year=row.year,
        series_id=row.series_id,
        season=row.season,
        episode=row.episode,
        synopsis=row.synopsis,
        duration_s=row.duration_s,
        added_at=row.added_at,
        available=row.availability == Availability.READY,
    )


def identity_of(row: TitleRow, series: TitleRow | None) -> PortableTitle:
    """A row in words that another server understands."""
    return PortableTitle(
        kind=TitleKind(row.kind),
        name=row.name,
        year=row.year,
        external_ids={OWN_ID: row.id},
        series=None if series is None else series.name,
        series_year=None if series is None else series.year,
        series_external_ids={} if series is None else {OWN_ID: series.id},
        season=row.season,
        episode=row.episode,
    )


def identified(session: Session, wanted: PortableTitle) -> str | None:
    """The one title that ``wanted`` means; ``None`` for none, and where it might be several."""
    own = session.get(TitleRow, wanted.external_ids.get(OWN_ID, ""))
    if own is not None and own.kind == wanted.kind:
        return own.id
    if wanted.kind is TitleKind.EPISODE:
        return _episode(session, wanted)
    return _only(_named(session, wanted.kind, wanted.name, wanted.year))


def _episode(session: Session, wanted: PortableTitle) -> str | None:
    if wanted.season is None or wanted.episode is None:
        return None
    series = PortableTitle(
        kind=TitleKind.SERIES,
        name=wanted.series or "",
        year=wanted.series_year,
        external_ids=wanted.series_external_ids,
    )
    series_id = identified(session, series)
    rows = session.scalars(
        select(TitleRow).where(
            TitleRow.series_id == series_id,
            TitleRow.season == wanted.season,
            TitleRow.episode == wanted.episode,
        )
    ).all()
    return _only(rows) if series_id is not None else None


def _named(session: Session, kind: TitleKind, name: str, year: int | None) -> Sequence[TitleRow]:
    """Titles of that name, those of the same year if there are any."""
    rows = session.scalars(
        select(TitleRow).where(TitleRow.kind == kind, TitleRow.folded == fold(name))
    ).all()
    if year is None or not name:
        return rows if name else ()
    # Countries disagree by a year about when a film came out.
    near = [row for row in rows if row.year is None or abs(row.year - year) <= 1]
    return [row for row in near if row.year == year] or near


def _only(rows: Sequence[TitleRow]) -> str | None:
    return rows[0].id if len(rows) == 1 else None
