"""The catalog's search: the index kept up to date, and what viewers find in it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from local_server.contracts import (
    EVERYTHING,
    Availability,
    FoundTitle,
    SearchPage,
    SearchSort,
    Suggestion,
    TitleKind,
    Visibility,
)
from local_server.runtime.database import Database
from local_server.runtime.events import TitlesChanged, TitlesRemoved
from local_server.services.catalog import queries
from local_server.services.catalog.search import SearchDocument, SearchFilters, SearchIndex
from local_server.services.catalog.service import Catalog
from local_server.services.catalog.tables import TitleRow

_log = structlog.get_logger(__name__)

# What is found by itself; parts, editions and extras are found with the title they belong to.
_FOUND = (TitleKind.MOVIE, TitleKind.SERIES, TitleKind.EPISODE, TitleKind.VIDEO)
_PORTION = 2_000  # titles read at once while the index is built


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchWish:
    """What is asked for; see :class:`~.search.values.SearchFilters`.

    ``popularity`` and ``taste`` are by title id, 0 to 1. ``within`` and ``without`` are title ids.
    """

    text: str = ""
    kinds: tuple[TitleKind, ...] = ()
    genres: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    year_from: int | None = None
    year_to: int | None = None
    max_age: int | None = None
    added_since_s: float | None = None
    available: bool | None = None
    within: tuple[str, ...] | None = None
    without: tuple[str, ...] = ()
    sort: SearchSort = SearchSort.RELEVANCE
    popularity: Mapping[str, float] | None = None
    taste: Mapping[str, float] | None = None


class Finder:
    """Finds titles. Any method from any thread; the index has one writer at a time."""

    def __init__(self, database: Database, *, index: SearchIndex, catalog: Catalog) -> None:
        self._database = database
        self._index = index
        self._catalog = catalog
        self._lock = threading.Lock()
        self._visible: dict[Visibility, tuple[int, frozenset[str]]] = {}

    def catch_up(self) -> None:
        """Build the index anew if it does not say what the catalog does."""
        revision = self._catalog.facts_revision()
        if self._index.revision() == str(revision):
            return
        with self._lock, self._database.read() as session:
            wanted = set(session.scalars(select(TitleRow.id).where(TitleRow.kind.in_(_FOUND))))
            self._index.put(_documents(session, sorted(wanted)))
            self._index.remove(self._index.ids() - wanted)
            self._index.set_revision(str(revision))
        _log.info("catalog.search_built", titles=len(wanted))

    def titles_changed(self, changed: TitlesChanged) -> None:
        """These titles are described anew."""
        with self._lock, self._database.read() as session:
            revision = self._catalog.facts_revision()
            documents = list(_documents(session, changed.title_ids))
            self._index.put(documents)
            self._index.remove(set(changed.title_ids) - {one.id for one in documents})
            self._index.set_revision(str(revision))

    def titles_removed(self, removed: TitlesRemoved) -> None:
        """These titles are gone."""
        with self._lock:
            revision = self._catalog.facts_revision()
            self._index.remove(removed.title_ids)
            self._index.set_revision(str(revision))

    def find(
        self,
        wish: SearchWish,
        *,
        visibility: Visibility = EVERYTHING,
        limit: int,
        offset: int = 0,
    ) -> SearchPage:
        """A page of titles; what ``visibility`` leaves out has no effect on anything in it."""
        result = self._index.query(
            wish.text,
            filters=_filters(wish),
            sort=wish.sort,
            limit=limit,
            offset=offset,
            popularity=wish.popularity or {},
            taste=wish.taste or {},
            visible=self._sight(visibility),
        )
        titles = self._catalog.summaries([hit.id for hit in result.hits], visibility)
        items = tuple(
            FoundTitle(title=titles[hit.id], matched=hit.matched, text=hit.text)
            for hit in result.hits
            if hit.id in titles
        )
        return SearchPage(items=items, total=result.total, corrected=result.corrected)

    def suggest(
        self, text: str, *, visibility: Visibility = EVERYTHING, limit: int
    ) -> tuple[Suggestion, ...]:
        """What ``text`` may become."""
        found = self._index.suggest(text, limit=limit, visible=self._sight(visibility))
        return tuple(
            Suggestion(text=each.text[:512], field=each.field, corrected=each.corrected)
            for each in found
        )

    def _sight(self, visibility: Visibility) -> Callable[[str], bool] | None:
        """Whether a title may be seen; asked once per revision of the catalog."""
        if visibility == EVERYTHING:
            return None
        revision = self._catalog.facts_revision()
        known = self._visible.get(visibility)
        if known is None or known[0] != revision:
            with self._database.read() as session:
                ids = frozenset(queries.visible_ids(session, visibility, _FOUND))
            if len(self._visible) > 64:  # a household has a few; rules that were changed go
                self._visible.clear()
            known = self._visible[visibility] = revision, ids
        return known[1].__contains__


def _filters(wish: SearchWish) -> SearchFilters:
    return SearchFilters(
        kinds=frozenset(wish.kinds),
        genres=frozenset(wish.genres),
        languages=frozenset(wish.languages),
        year_from=wish.year_from,
        year_to=wish.year_to,
        max_age=wish.max_age,
        added_since_s=wish.added_since_s,
        available=wish.available,
        within=None if wish.within is None else frozenset(wish.within),
        without=frozenset(wish.without),
    )


def _documents(session: Session, title_ids: Sequence[str]) -> Iterator[SearchDocument]:
    """Those of the titles that are found by themselves."""
    for start in range(0, len(title_ids), _PORTION):
        rows = queries.by_ids(session, title_ids[start : start + _PORTION])
        names = queries.names_of(session, {r.series_id for r in rows.values() if r.series_id})
        for row in rows.values():
            if row.kind in _FOUND:
                yield _document(row, names.get(row.series_id or "", ""))


def _document(row: TitleRow, series_name: str) -> SearchDocument:
    names = dict.fromkeys(filter(None, (row.name, row.original_name, *row.other_names)))
    return SearchDocument(
        id=row.id,
        kind=row.kind,
        names=tuple(names),
        people=_unique(person["name"] for person in row.people),
        genres=tuple(row.genres),
        tags=tuple(row.tags),
        synopsis=row.synopsis,
        year=row.year,
        min_age=row.shown_age,
        languages=tuple(row.audio_languages),
        added_at_s=row.added_at.timestamp(),
        available=row.availability == Availability.READY,
        library_id=row.library_id,
        series_name=series_name,
    )


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))
