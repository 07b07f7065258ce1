"""What can be asked of the catalog."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from local_server.contracts import (
    EVERYTHING,
    Availability,
    PortableTitle,
    Problem,
    TitleDetail,
    TitleFacts,
    TitleKind,
    TitlePage,
    TitleSummary,
    Visibility,
)
from local_server.errors import Conflict, NotFound
from local_server.runtime.database import Database
from local_server.services.catalog import queries
from local_server.services.catalog.facts import FactsReader
from local_server.services.catalog.following import following_ids, following_row
from local_server.services.catalog.identify import identify, identities
from local_server.services.catalog.summaries import Summaries
from local_server.services.catalog.tables import TitleRow
from local_server.services.catalog.views import Around, Views


@dataclass(frozen=True, slots=True, kw_only=True)
class Playable:
    """A title that may be played now. ``next_title_id``: the ready part or episode after it."""

    summary: TitleSummary
    presentation_id: str
    next_title_id: str | None


WORKS = (TitleKind.MOVIE, TitleKind.SERIES, TitleKind.VIDEO)
"""Kinds that are chosen by themselves on a home screen."""


class Catalog:
    """Reads the catalog; :class:`~.library.Library` writes it. Any method from any thread.

    What ``visibility`` leaves out is, to whoever asks, not there.
    """

    def __init__(self, database: Database, *, views: Views) -> None:
        self._database = database
        self._views = views
        self._facts = FactsReader(database)
        self._summaries = Summaries(views)

    def titles(
        self,
        query: str | None,
        kind: TitleKind | None,
        *,
        limit: int,
        offset: int,
        visibility: Visibility = EVERYTHING,
    ) -> TitlePage:
        """A page of titles by name; see :func:`~.queries.page`."""
        with self._database.read() as session:
            ids, total = queries.page(session, query, kind, visibility, limit=limit, offset=offset)
            return TitlePage(items=self._summaries.of(session, ids, visibility), total=total)

    def newest(
        self, *, limit: int, visibility: Visibility = EVERYTHING
    ) -> tuple[TitleSummary, ...]:
        """Films, home videos and series added last, newest first."""
        with self._database.read() as session:
            ids = queries.newest(session, visibility, limit=limit)
            return self._summaries.of(session, ids, visibility)

    def summaries(
        self, ids: Sequence[str], visibility: Visibility = EVERYTHING
    ) -> dict[str, TitleSummary]:
        """The titles of these ids that exist."""
        with self._database.read() as session:
            return {title.id: title for title in self._summaries.of(session, ids, visibility)}

    def detail(self, title_id: str, visibility: Visibility = EVERYTHING) -> TitleDetail:
        """Everything about a title; :class:`~local_server.errors.NotFound`."""
        with self._database.read() as session:
            row = _existing(session, title_id, visibility)
            (summary,) = self._summaries.of(session, [row.id], visibility)
            return self._views.detail(
                row, summary, _around(session, row, summary.series_name, visibility)
            )

    def playable(self, title_id: str, visibility: Visibility = EVERYTHING) -> Playable:
        """The title, if it can be played now.

        Raises :class:`~local_server.errors.NotFound`, or :class:`~local_server.errors.Conflict`
        for a series and for what is not ready.
        """
        with self._database.read() as session:
            row = _existing(session, title_id, visibility)
            if row.availability != Availability.READY or row.presentation_id is None:
                raise _not_ready(row)
            (summary,) = self._summaries.of(session, [row.id], visibility)
            following = following_row(session, row, visibility)
            return Playable(
                summary=summary,
                presentation_id=row.presentation_id,
                next_title_id=following.id if following else None,
            )

    def visible(self, visibility: Visibility) -> tuple[str, ...]:
        """Ids of all films, series and home videos that may be shown, ordered."""
        with self._database.read() as session:
            return tuple(queries.visible_ids(session, visibility, WORKS))

    def episodes_after(self, title_ids: Sequence[str]) -> dict[str, str]:
        """The ready part or episode that follows each; nothing after the last one and for films."""
        with self._database.read() as session:
            return following_ids(session, title_ids)

    def facts(self, ids: Sequence[str] | None = None) -> tuple[TitleFacts, ...]:
        """What is known of these titles, or of all: enough to compare, order and filter them."""
        return self._facts.facts(ids)

    def facts_revision(self) -> int:
        """A number that grows with every change of what :meth:`facts` tells."""
        return self._facts.revision()

    def episodes(self, series_id: str) -> tuple[TitleFacts, ...]:
        """Facts of the series' episodes in the order they are told; none for anything else."""
        with self._database.read() as session:
            rows = queries.episodes_of(session, [series_id]).get(series_id, [])
        return self._facts.facts([row.id for row in rows])

    def identities(self, ids: Sequence[str]) -> dict[str, PortableTitle]:
        """Those of the titles that exist, in words that another server understands."""
        with self._database.read() as session:
            return identities(session, ids)

    def identify(self, candidates: Sequence[PortableTitle]) -> tuple[str | None, ...]:
        """For each, the id of the title it means, or ``None``; see :func:`~.identify.identify`."""
        with self._database.read() as session:
            return tuple(identify(session, candidate) for candidate in candidates)


def _around(
    session: Session, row: TitleRow, series_name: str | None, visibility: Visibility
) -> Around:
    is_series = row.kind == TitleKind.SERIES
    asset = queries.asset_of(session, row.id)
    return Around(
        series_name=series_name,
        episodes=queries.episodes_of(session, [row.id], visibility)[row.id] if is_series else (),
        children=queries.children_of(session, row.id, visibility),
        ids=queries.ids_of(session, row.id),
        sidecars=queries.sidecars_of(session, row.id),
        path=asset.path if asset else None,
        problems=queries.problems_of(session, row.id),
    )


def _existing(session: Session, title_id: str, visibility: Visibility) -> TitleRow:
    row = queries.by_ids(session, [title_id], visibility).get(title_id)
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
