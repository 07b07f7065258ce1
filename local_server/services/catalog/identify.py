"""Finds the title that another program means, and says which one is meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from local_server.contracts import PortableTitle, TitleKind
from local_server.services.catalog import queries
from local_server.services.catalog.names import fold
from local_server.services.catalog.tables import TitleIdRow, TitleRow

OWN_ID = "matinee"  # the source of ids that this server made itself
_YEARS_OFF = 1  # programs differ on whether the festival or the release counts


def identities(session: Session, ids: Sequence[str]) -> dict[str, PortableTitle]:
    """Those of the titles that exist, in words that another server understands."""
    rows = queries.by_ids(session, ids)
    series = queries.by_ids(session, {row.series_id for row in rows.values() if row.series_id})
    external = _external_ids(session, [*rows, *series])
    return {
        row.id: _identity(row, series.get(row.series_id or ""), external) for row in rows.values()
    }


def identify(session: Session, wanted: PortableTitle) -> str | None:
    """The id of the title; ``None`` when none fits or several do.

    By identifiers first, then an episode by its series and numbers, then by name and year.
    """
    fits = dict.fromkeys(_by_id(session, wanted.kind, wanted.external_ids))
    if len(fits) == 1:
        return next(iter(fits))
    if wanted.kind is TitleKind.EPISODE and (wanted.series or wanted.series_external_ids):
        return _only(_episodes(session, wanted))
    return _only(_named(session, wanted.kind, wanted.name, wanted.year))


def _identity(
    row: TitleRow, series: TitleRow | None, external: Mapping[str, Mapping[str, str]]
) -> PortableTitle:
    return PortableTitle(
        kind=TitleKind(row.kind),
        name=row.name,
        year=row.year,
        external_ids=external[row.id],
        series=None if series is None else series.name,
        series_year=None if series is None else series.year,
        series_external_ids={} if series is None else external[series.id],
        season=row.season,
        episode=row.episode,
    )


def _external_ids(session: Session, ids: Iterable[str]) -> dict[str, dict[str, str]]:
    found = {title_id: {OWN_ID: title_id} for title_id in ids}
    for part in queries.portions(found):
        rows = session.scalars(
            select(TitleIdRow)
            .where(TitleIdRow.title_id.in_(part))
            .order_by(TitleIdRow.title_id, TitleIdRow.provider, TitleIdRow.value)
        )
        for row in rows:
            found[row.title_id].setdefault(row.provider, row.value)
    return found


def _by_id(session: Session, kind: TitleKind, ids: Mapping[str, str]) -> Iterator[str]:
    for provider, value in ids.items():
        if provider == OWN_ID:
            yield from session.scalars(
                select(TitleRow.id).where(TitleRow.id == value, TitleRow.kind == kind)
            )
            continue
        yield from session.scalars(
            select(TitleRow.id)
            .join(TitleIdRow, TitleIdRow.title_id == TitleRow.id)
            .where(
                TitleIdRow.provider == provider,
                TitleIdRow.value == value,
                TitleRow.kind == kind,
            )
        )


def _episodes(session: Session, wanted: PortableTitle) -> list[str]:
    if wanted.season is None or wanted.episode is None:
        return []
    series = list(dict.fromkeys(_by_id(session, TitleKind.SERIES, wanted.series_external_ids)))
    series = series or _named(session, TitleKind.SERIES, wanted.series or "", wanted.series_year)
    if len(series) != 1:
        return []
    rows = session.scalars(
        select(TitleRow)
        .where(
            TitleRow.kind == TitleKind.EPISODE,
            TitleRow.series_id == series[0],
            TitleRow.season == wanted.season,
            TitleRow.episode <= wanted.episode,
        )
        .order_by(TitleRow.episode.desc())
    )
    return [row.id for row in rows if (row.episode_end or row.episode or 0) >= wanted.episode]


def _named(session: Session, kind: TitleKind, name: str, year: int | None) -> list[str]:
    """Titles of that name, those of the same year if there are any."""
    folded = fold(name)
    if not folded or kind in queries.UNDER:
        return []
    rows = session.scalars(
        select(TitleRow).where(TitleRow.kind == kind, TitleRow.folded == folded)
    ).all()
    if year is None:
        return [row.id for row in rows]
    exact = [row.id for row in rows if row.year == year]
    near = [row.id for row in rows if row.year is None or abs(row.year - year) <= _YEARS_OFF]
    return exact or near


def _only(ids: list[str]) -> str | None:
    return ids[0] if len(ids) == 1 else None
