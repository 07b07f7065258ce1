"""Finds the title that another program means."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from local_server.contracts import TitleCandidate, TitleKind
from local_server.services.catalog import queries
from local_server.services.catalog.names import fold
from local_server.services.catalog.tables import TitleIdRow, TitleRow

_YEARS_OFF = 1  # programs differ on whether the festival or the release counts


def identify(session: Session, candidate: TitleCandidate) -> str | None:
    """The id of the title; ``None`` when none fits or several do.

    By identifiers first, then an episode by its series and numbers, then by name and year.
    """
    fits = dict.fromkeys(_by_id(session, candidate))
    if len(fits) == 1:
        return next(iter(fits))
    if candidate.kind is TitleKind.EPISODE and candidate.series_name:
        return _only(_episodes(session, candidate))
    return _only(_named(session, candidate))


def _by_id(session: Session, candidate: TitleCandidate) -> Iterator[str]:
    for each in candidate.ids:
        yield from session.scalars(
            select(TitleRow.id)
            .join(TitleIdRow, TitleIdRow.title_id == TitleRow.id)
            .where(
                TitleIdRow.provider == each.provider,
                TitleIdRow.value == each.id,
                TitleRow.kind == candidate.kind,
            )
        )


def _episodes(session: Session, candidate: TitleCandidate) -> list[str]:
    if candidate.season is None or candidate.episode is None:
        return []
    series = select(TitleRow.id).where(
        TitleRow.kind == TitleKind.SERIES, TitleRow.folded == fold(candidate.series_name)
    )
    rows = session.scalars(
        select(TitleRow)
        .where(
            TitleRow.kind == TitleKind.EPISODE,
            TitleRow.series_id.in_(series),
            TitleRow.season == candidate.season,
            TitleRow.episode <= candidate.episode,
        )
        .order_by(TitleRow.episode.desc())
    )
    return [row.id for row in rows if (row.episode_end or row.episode or 0) >= candidate.episode]


def _named(session: Session, candidate: TitleCandidate) -> list[str]:
    name = fold(candidate.name)
    if not name or candidate.kind in queries.UNDER:
        return []
    rows = session.scalars(
        select(TitleRow).where(TitleRow.kind == candidate.kind, TitleRow.folded == name)
    ).all()
    if candidate.year is None:
        return [row.id for row in rows]
    exact = [row.id for row in rows if row.year == candidate.year]
    near = [
        row.id for row in rows if row.year is None or abs(row.year - candidate.year) <= _YEARS_OFF
    ]
    return exact or near


def _only(ids: list[str]) -> str | None:
    return ids[0] if len(ids) == 1 else None
