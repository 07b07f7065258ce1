"""The search index of the catalog."""

from __future__ import annotations

import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from local_server.contracts import SearchSort
from local_server.services.catalog.search import matching, ranking, shelf, writer
from local_server.services.catalog.search.matching import Sight
from local_server.services.catalog.search.ranking import Liking
from local_server.services.catalog.search.shelf import Scores, Shelf
from local_server.services.catalog.search.store import Store, damaged
from local_server.services.catalog.search.values import (
    SearchDocument,
    SearchFilters,
    SearchResult,
    Suggestion,
)
from local_server.services.catalog.search.writer import Change

_BATCH = 50_000  # titles written at a time; more only takes more memory
_MAPPINGS_KEPT = 8
_EVERYTHING = SearchFilters()
_NOTHING: Mapping[str, float] = MappingProxyType({})

_Answer = TypeVar("_Answer")


class _Weights:
    """What callers say of titles, by number; a hundred thousand are too many to read every time."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        # The mapping and the shelf are kept so that no other takes their place in memory.
        self._known: OrderedDict[int, tuple[Mapping[str, float], Shelf, Scores]] = OrderedDict()

    def of(self, held: Shelf, values: Mapping[str, float]) -> Scores:
        with self._guard:
            known = self._known.get(id(values))
            if known and known[0] is values and known[1] is held:
                self._known.move_to_end(id(values))
                return known[2]
        found = held.weights(values)
        with self._guard:
            self._known[id(values)] = (values, held, found)
            while len(self._known) > _MAPPINGS_KEPT:
                self._known.popitem(last=False)
        return found


class SearchIndex:
    """Finds titles by whatever people type. Threading: any method from any thread.

    Everything in the file at ``path`` comes from the catalog. A damaged file, or one of another
    version, is replaced by an empty one, and :meth:`revision` is ``None`` then.
    """

    def __init__(self, path: Path) -> None:
        self._store = Store(path)
        self._writing = threading.RLock()
        self._shelf = shelf.empty()
        self._weights = _Weights()
        try:
            self._load()
        except sqlite3.DatabaseError as problem:
            self._start_over(problem, self._store.age)

    def close(self) -> None:
        """Let go of the file."""
        self._store.close()

    def put(self, documents: Iterable[SearchDocument]) -> None:
        """Insert or replace ``documents``: all of them, or none if something goes wrong."""
        left = iter(documents)
        with self._changing() as (connection, changes):
            while batch := list(islice(left, _BATCH)):
                changes.append(writer.put(connection, batch))

    def remove(self, ids: Iterable[str]) -> None:
        """Take out the titles of these ids; those that are not there are no error."""
        with self._changing() as (connection, changes):
            changes.append(writer.remove(connection, list(ids)))

    def ids(self) -> frozenset[str]:
        """All titles in the index."""
        return frozenset(self._shelf.docs)

    def revision(self) -> str | None:
        """What the owner last noted; ``None`` in an empty index."""
        rows = self._read(
            lambda connection: connection.execute(
                "SELECT value FROM meta WHERE key = 'revision'"
            ).fetchall()
        )
        return str(rows[0][0]) if rows else None

    def set_revision(self, revision: str) -> None:
        """Note which state of the catalog the index is at."""
        with self._changing() as (connection, _):
            connection.execute("INSERT OR REPLACE INTO meta VALUES ('revision', ?)", (revision,))

    def query(
        self,
        text: str,
        *,
        filters: SearchFilters = _EVERYTHING,
        sort: SearchSort = SearchSort.RELEVANCE,
        limit: int,
        offset: int = 0,
        popularity: Mapping[str, float] = _NOTHING,
        taste: Mapping[str, float] = _NOTHING,
        visible: Callable[[str], bool] | None = None,
    ) -> SearchResult:
        """Titles for ``text``, or all that pass ``filters`` when it is empty.

        ``popularity`` and ``taste`` are by id, 0 to 1; a mapping is read once, so that other
        numbers need another mapping. A title that is not ``visible`` has no effect on anything in
        the answer.
        """
        held = self._shelf
        sight = Sight(held, held.allowed(filters), visible)
        liking = self._liking(sight.shelf, popularity, taste)
        asked = matching.spelt(text)
        if not asked.plain:
            return ranking.listed(sight, liking, sort, limit=limit, offset=offset)
        found = self._read(lambda connection: ranking.matches(connection, sight, asked, liking))
        return ranking.page(sight, found, liking, sort, limit=limit, offset=offset)

    def suggest(
        self,
        text: str,
        *,
        limit: int,
        popularity: Mapping[str, float] = _NOTHING,
        visible: Callable[[str], bool] | None = None,
    ) -> tuple[Suggestion, ...]:
        """Names of titles, people, genres and tags that ``text`` may become, likeliest first.

        When nothing is written like it, what is nearest. No phrase is told that leads to titles
        that are not ``visible`` alone.
        """
        asked = matching.spelt(text)
        if not asked.plain:
            return ()
        held = self._shelf
        sight = Sight(held, held.allowed(_EVERYTHING), visible)
        liking = self._liking(sight.shelf, popularity, _NOTHING)
        phrases = self._read(
            lambda connection: matching.phrases(connection, sight, asked, liking.popularity)
        )
        return ranking.suggestions(sight, phrases, liking, limit=limit)

    def _liking(
        self, held: Shelf, popularity: Mapping[str, float], taste: Mapping[str, float]
    ) -> Liking:
        return Liking(
            popularity=self._weights.of(held, popularity), taste=self._weights.of(held, taste)
        )

    def _load(self) -> None:
        with self._store.reading() as connection:
            self._shelf = writer.loaded(connection).applied(shelf.empty())

    def _start_over(self, problem: sqlite3.DatabaseError, age: int) -> None:
        """Leave a damaged file behind, unless somebody else noticed it first."""
        if not damaged(problem):
            raise problem
        with self._writing:
            if self._store.age == age:
                self._store.start_over()
                self._shelf = shelf.empty()

    def _read(self, question: Callable[[sqlite3.Connection], _Answer]) -> _Answer:
        age = self._store.age
        try:
            with self._store.reading() as connection:
                return question(connection)
        except sqlite3.DatabaseError as problem:
            self._start_over(problem, age)
        with self._store.reading() as connection:
            return question(connection)

    @contextmanager
    def _changing(self) -> Iterator[tuple[sqlite3.Connection, list[Change]]]:
        changes: list[Change] = []
        with self._writing:
            age = self._store.age
            try:
                with self._store.writing() as connection:
                    yield connection, changes
            except sqlite3.DatabaseError as problem:
                self._start_over(problem, age)
                raise
            for change in changes:
                self._shelf = change.applied(self._shelf)
