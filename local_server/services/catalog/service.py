"""What can be asked of the catalog."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from local_server.contracts import (
    Availability,
    PortableTitle,
    Problem,
    TitleDetail,
    TitleFacts,
    TitleKind,
    TitlePage,
    TitleSummary,
)
from local_server.errors import Conflict, NotFound
from local_server.runtime.database import Database
from local_server.services.catalog import queries
from local_server.services.catalog.facts import facts_of, identified, identity_of
from local_server.services.catalog.tables import TitleRow
from local_server.services.catalog.views import Views


@dataclass(frozen=True, slots=True, kw_only=True)
class Playable:
    """A title that may be played now. ``next_title_id``: the ready episode after it."""

    summary: TitleSummary
    presentation_id: str
    next_title_id: str | None


class Catalog:
    """Reads the catalog; :class:`~.library.Library` writes it. Any method from any thread."""

    def __init__(self, database: Database, *, views: Views) -> None:
        self._database = database
        self._views = views

    def titles(
        self, query: str | None, kind: TitleKind | None, *, limit: int, offset: int
    ) -> TitlePage:
        """A page of titles by name; see :func:`~.queries.page`."""
        with self._database.read() as session:
            rows, total = queries.page(session, query, kind, limit=limit, offset=offset)
            return TitlePage(items=self._summaries(session, rows), total=total)

    def newest(self, *, limit: int) -> tuple[TitleSummary, ...]:
        """Films and series added last, newest first."""
        with self._database.read() as session:
            return self._summaries(session, queries.newest(session, limit=limit))

    def summaries(self, ids: Sequence[str]) -> dict[str, TitleSummary]:
        """The titles of these ids that exist."""
        with self._database.read() as session:
            rows = list(queries.by_ids(session, ids).values())
            return {title.id: title for title in self._summaries(session, rows)}

    def facts(self, ids: Sequence[str]) -> dict[str, TitleFacts]:
        """What other services know of those of the titles that exist."""
        with self._database.read() as session:
            return {row.id: facts_of(row) for row in queries.by_ids(session, ids).values()}

    def episodes(self, series_id: str) -> tuple[TitleFacts, ...]:
        """The series' episodes in the order they are told; none for anything else."""
        with self._database.read() as session:
            rows = queries.episodes_of(session, [series_id]).get(series_id, [])
            return tuple(map(facts_of, rows))

    def identities(self, ids: Sequence[str]) -> dict[str, PortableTitle]:
        """Those of the titles that exist, in words that another server understands."""
        with self._database.read() as session:
            rows = queries.by_ids(session, ids)
            series = queries.by_ids(session, {r.series_id for r in rows.values() if r.series_id})
            return {
                row.id: identity_of(row, series.get(row.series_id or "")) for row in rows.values()
            }

    def identify(self, candidates: Sequence[PortableTitle]) -> tuple[str | None, ...]:
        """The title each candidate means; ``None`` where it is none of this library's."""
        with self._database.read() as session:
            return tuple(identified(session, candidate) for candidate in candidates)

    def detail(self, title_id: str) -> TitleDetail:
        """Everything about a title; :class:`~local_server.errors.NotFound`."""
        with self._database.read() as session:
            row = _existing(session, title_id)
            episodes = queries.episodes_of(session, [title_id]).get(title_id, [])
            (summary,) = self._summaries(session, [row])
            return self._views.detail(row, summary, episodes)

    def playable(self, title_id: str) -> Playable:
        """The title, if it can be played now.

        Raises :class:`~local_server.errors.NotFound`, or :class:`~local_server.errors.Conflict`
        for a series and for what is not ready.
        """
        with self._database.read() as session:
            row = _existing(session, title_id)
            if row.availability != Availability.READY or row.presentation_id is None:
                raise _not_ready(row)
            (summary,) = self._summaries(session, [row])
            following = self._episode_after(session, row)
            return Playable(
                summary=summary,
                presentation_id=row.presentation_id,
                next_title_id=following.id if following else None,
            )

    def episode_after(self, title_id: str) -> str | None:
        """The ready episode that follows; ``None`` after the last one and for films."""
        with self._database.read() as session:
            row = session.get(TitleRow, title_id)
            following = self._episode_after(session, row) if row else None
            return following.id if following else None

    def _episode_after(self, session: Session, row: TitleRow) -> TitleRow | None:
        if row.series_id is None:
            return None
        episodes = queries.episodes_of(session, [row.series_id])[row.series_id]
        place = next(i for i, episode in enumerate(episodes) if episode.id == row.id)
        ready = (e for e in episodes[place + 1 :] if e.availability == Availability.READY)
        return next(ready, None)

    def _summaries(self, session: Session, rows: Sequence[TitleRow]) -> tuple[TitleSummary, ...]:
        series = [row.id for row in rows if row.kind == TitleKind.SERIES]
        episodes = queries.episodes_of(session, series) if series else {}
        names = _names(session, {row.series_id for row in rows if row.series_id})
        return tuple(
            self._views.series(row, episodes.get(row.id, []))
            if row.kind == TitleKind.SERIES
            else self._views.summary(row, names.get(row.series_id or ""))
            for row in rows
        )


def _names(session: Session, ids: Collection[str]) -> dict[str, str]:
    return {row.id: row.name for row in queries.by_ids(session, ids).values()} if ids else {}


def _existing(session: Session, title_id: str) -> TitleRow:
    row = session.get(TitleRow, title_id)
    if row is None:
        raise NotFound(
            "title_not_found",
            "There is no such title in the library",
            hint="It may have been removed; go back to the list.",
        )
    return row


def _not_ready(row: TitleRow) -> Conflict:
    if row.kind == TitleKind.SERIES:
        return Conflict(
            "title_is_series",
            "A series cannot be played as a whole",
            hint="Choose one of its episodes.",
        )
    if row.availability == Availability.PREPARING:
        return Conflict(
            "title_preparing",
            f"“{row.name}” is still being prepared",
            hint="It can be played as soon as that is done.",
            retryable=True,
        )
    if row.problem is not None:
        problem = Problem.model_validate(row.problem)
        return Conflict(
            "title_failed",
            f"“{row.name}” could not be prepared: {problem.message}",
            hint=problem.hint,
        )
    return Conflict(
        "title_missing", f"The files of “{row.name}” are gone", hint="Add its original file again."
    )
