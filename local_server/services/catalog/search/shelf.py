"""What is kept in memory of every title: enough to filter, to sort, and to know what it is called.

A shelf never changes; the writer puts up another one. Titles and phrases are found by their number,
so that a hundred thousand of them are filtered in one step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from local_server.services.catalog.search.values import SearchFilters

Numbers = NDArray[np.int32]
Mask = NDArray[np.bool_]
Scores = NDArray[np.float32]

UNKNOWN = -1  # a year or an age nobody knows

_ROW = np.dtype(
    [
        ("alive", np.bool_),
        ("available", np.bool_),
        ("year", np.int32),
        ("min_age", np.int32),
        ("added_at_s", np.float64),
        ("facets", np.int32),
    ]
)

Facets = tuple[str, str, frozenset[str], frozenset[str]]  # kind, library, genres, languages


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A title by number; ``name`` is folded, for sorting."""

    doc: int
    id: str
    name: str
    facets: Facets
    year: int | None
    min_age: int | None
    added_at_s: float
    available: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """From phrases to titles, and as what: three columns, ordered by phrase."""

    phrases: Numbers
    docs: Numbers
    fields: Numbers

    def changed(
        self, removed: Sequence[int], added: Sequence[tuple[int, int, int]], docs: int
    ) -> Links:
        """Without those of ``removed`` titles (of ``docs`` in all), and with those ``added``."""
        gone = np.zeros(docs, np.bool_)
        gone[removed] = True
        kept = ~gone[self.docs]
        old = np.stack((self.phrases[kept], self.docs[kept], self.fields[kept]))
        new = np.array(added, np.int32).reshape(-1, 3).T
        both = np.concatenate((old, new), axis=1)
        phrases, titles, fields = both[:, np.argsort(both[0], kind="stable")]
        return Links(phrases=phrases, docs=titles, fields=fields)


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """Titles by number (``ids`` is empty where there is none), and links ordered by phrase."""

    ids: list[str]
    names: list[str]
    docs: dict[str, int]
    rows: NDArray[np.void]
    facets: dict[Facets, int]
    links: Links
    sizes: Numbers  # grams of each phrase, by its number

    @cached_property
    def starts(self) -> Numbers:
        """Where the links of each phrase begin, and at last where they end."""
        edges = np.arange(len(self.sizes) + 1, dtype=np.int32)
        return np.searchsorted(self.links.phrases, edges).astype(np.int32)

    @cached_property
    def name_ranks(self) -> Numbers:
        """The place of each title in the order of names."""
        ranks = np.empty(len(self.names), np.int32)
        order = sorted(range(len(self.names)), key=lambda doc: (self.names[doc], self.ids[doc]))
        ranks[order] = np.arange(len(order), dtype=np.int32)
        return ranks

    def links_of(self, phrases: Numbers) -> tuple[Numbers, Numbers]:
        """Where the links of ``phrases`` are, and to which of them (by position) each belongs."""
        begin = self.starts[phrases]
        counts = self.starts[phrases + 1] - begin
        owners = np.repeat(np.arange(len(phrases), dtype=np.int32), counts)
        skipped = np.cumsum(counts, dtype=np.int32) - counts
        places = np.arange(len(owners), dtype=np.int32) + np.repeat(begin - skipped, counts)
        return places, owners

    def allowed(self, filters: SearchFilters) -> Mask:
        """Which titles, by number, pass ``filters``."""
        rows = self.rows
        mask: Mask = rows["alive"].copy()
        if filters.available is not None:
            mask &= rows["available"] == filters.available
        if filters.added_since_s is not None:
            mask &= rows["added_at_s"] >= filters.added_since_s
        if filters.max_age is not None:
            mask &= (rows["min_age"] != UNKNOWN) & (rows["min_age"] <= filters.max_age)
        for low, high in _years(filters):
            mask &= (rows["year"] != UNKNOWN) & (rows["year"] >= low) & (rows["year"] <= high)
        mask &= self._with_facets(filters)
        if filters.within is not None:
            mask &= self._of(filters.within)
        if filters.without:
            mask &= ~self._of(filters.without)
        return mask

    def weights(self, values: Mapping[str, float]) -> Scores:
        """``values`` (by id, 0 to 1) by number; 0 where nothing is said."""
        found = np.zeros(len(self.ids), np.float32)
        known = [
            (self.docs[title_id], v) for title_id, v in values.items() if title_id in self.docs
        ]
        if known:
            docs, numbers = zip(*known, strict=True)
            found[list(docs)] = np.clip(numbers, 0, 1)
        return found

    def changed(
        self,
        *,
        gone: Iterable[int],
        rows: Sequence[Row],
        links: Sequence[tuple[int, int, int]],
        sizes: Mapping[int, int],
    ) -> Shelf:
        """A shelf without ``gone`` and with (or with other) ``rows``, which bring their links."""
        removed = [*gone, *(row.doc for row in rows)]
        end = max((row.doc + 1 for row in rows), default=0)
        grown = _Growing(self, max(end, len(self.ids)))
        for doc in removed:
            grown.take(doc)
        for row in rows:
            grown.put(row)
        return replace(
            self,
            ids=grown.ids,
            names=grown.names,
            docs=grown.docs,
            rows=grown.rows,
            facets=grown.facets,
            links=self.links.changed(removed, links, len(grown.ids)),
            sizes=_resized(self.sizes, sizes),
        )

    def _with_facets(self, filters: SearchFilters) -> Mask:
        tests: list[Callable[[Facets], bool]] = []
        if filters.kinds:
            tests.append(lambda facets: facets[0] in filters.kinds)
        if filters.library_ids:
            tests.append(lambda facets: facets[1] in filters.library_ids)
        if filters.genres:
            genres = {genre.casefold() for genre in filters.genres}
            tests.append(lambda facets: not facets[2].isdisjoint(genres))
        if filters.languages:
            languages = {language.casefold() for language in filters.languages}
            tests.append(lambda facets: not facets[3].isdisjoint(languages))
        if not tests:
            return np.ones(len(self.rows), np.bool_)
        fits = [all(test(facets) for test in tests) for facets in self.facets]
        # The number of no facets at all is the last one: a place without a title.
        by_facets: Mask = np.array([*fits, False], np.bool_)
        chosen: Mask = by_facets[self.rows["facets"]]
        return chosen

    def _of(self, ids: Iterable[str]) -> Mask:
        mask = np.zeros(len(self.ids), np.bool_)
        docs = [self.docs[title_id] for title_id in ids if title_id in self.docs]
        mask[docs] = True
        return mask


class _Growing:
    """Copies of a shelf's parts with room for ``length`` titles."""

    def __init__(self, shelf: Shelf, length: int) -> None:
        missing = length - len(shelf.ids)
        self.ids = shelf.ids + [""] * missing
        self.names = shelf.names + [""] * missing
        self.docs = shelf.docs.copy()
        self.rows = np.concatenate((shelf.rows, np.full(missing, np.array(_nobody(), _ROW))))
        self.facets = shelf.facets.copy()

    def take(self, doc: int) -> None:
        self.docs.pop(self.ids[doc], None)
        self.ids[doc] = self.names[doc] = ""
        self.rows[doc] = _nobody()

    def put(self, row: Row) -> None:
        self.ids[row.doc], self.names[row.doc], self.docs[row.id] = row.id, row.name, row.doc
        self.rows[row.doc] = (
            True,
            row.available,
            UNKNOWN if row.year is None else row.year,
            UNKNOWN if row.min_age is None else row.min_age,
            row.added_at_s,
            self.facets.setdefault(row.facets, len(self.facets)),
        )


def empty() -> Shelf:
    """A shelf with nothing on it."""
    nothing = np.empty(0, np.int32)
    return Shelf(
        ids=[],
        names=[],
        docs={},
        rows=np.empty(0, _ROW),
        facets={},
        links=Links(phrases=nothing, docs=nothing, fields=nothing),
        sizes=nothing,
    )


def _nobody() -> tuple[bool, bool, int, int, float, int]:
    return (False, False, UNKNOWN, UNKNOWN, 0.0, -1)


def _years(filters: SearchFilters) -> list[tuple[int, int]]:
    ranges = []
    if filters.year_from is not None or filters.year_to is not None:
        low = 0 if filters.year_from is None else filters.year_from
        ranges.append((low, 9999 if filters.year_to is None else filters.year_to))
    if filters.decade is not None:
        ranges.append((filters.decade, filters.decade + 9))
    return ranges


def _resized(sizes: Numbers, changes: Mapping[int, int]) -> Numbers:
    grown = np.zeros(max((len(sizes), *(phrase + 1 for phrase in changes))), np.int32)
    grown[: len(sizes)] = sizes
    grown[list(changes)] = list(changes.values())
    return grown
