"""Which phrases and titles a text may mean."""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from local_server.contracts import MatchField
from local_server.services.catalog.search import folding
from local_server.services.catalog.search.folding import Forms
from local_server.services.catalog.search.likeness import likeness
from local_server.services.catalog.search.shelf import Mask, Numbers, Scores, Shelf
from local_server.services.catalog.search.store import numbers
from local_server.services.catalog.search.values import QUERY_MAX, TOTAL_MAX

_GRAMS_MAX = 48  # of a text; a longer one is recognised by as many spread over it
_PHRASES_MAX = 256  # that are looked at closely
_POPULAR = 0.15  # what popularity counts for while there are more
_SHARED_MIN = 0.34  # of a text's grams, of which one typo spoils four
_WORDS_MAX = 12


class Sight:
    """Which titles may be seen: those that pass the filters, and the caller's own test.

    The test is asked as late as possible and never twice of one title, but always before anything
    is counted or cut off: what may not be seen leaves no gap.
    """

    def __init__(self, shelf: Shelf, mask: Mask, visible: Callable[[str], bool] | None) -> None:
        self.shelf = shelf
        self._mask = mask
        self._visible = visible
        self._seen: dict[int, bool] = {}

    @property
    def everything(self) -> bool:
        """Whether the filters decide alone."""
        return self._visible is None

    def passes(self, docs: Numbers) -> Mask:
        """Which of ``docs`` pass the filters."""
        found: Mask = self._mask[docs]
        return found

    def allows(self, doc: int) -> bool:
        """Whether ``doc`` may be seen. Titles this state of the shelf does not know may not."""
        if doc >= len(self._mask) or not self._mask[doc]:
            return False
        if self._visible is None:
            return True
        if doc not in self._seen:
            self._seen[doc] = bool(self._visible(self.shelf.ids[doc]))
        return self._seen[doc]

    def seen(self, docs: Numbers) -> Iterator[int]:
        """Those of ``docs`` that may be seen, in their order."""
        return (doc for doc in docs.tolist() if self.allows(doc))


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """Phrases by number, what they say, how much that is what was asked, and whether literally."""

    numbers: Numbers
    texts: list[str]
    scores: Scores
    literal: Mask


def spelt(text: str) -> Forms:
    """What is looked at of a text of any length."""
    return folding.forms(text[:QUERY_MAX])


def phrases(
    connection: sqlite3.Connection, sight: Sight, asked: Forms, popularity: Scores
) -> Phrases:
    """The phrases most like ``asked`` that lead to a title that may be seen."""
    found, scores = _pool(connection, sight.shelf, asked)
    chosen = _seen_first(sight, found, scores, popularity)
    rows = connection.execute(
        "SELECT phrase, text, forms FROM phrases WHERE phrase IN (SELECT value FROM json_each(?))",
        (numbers(chosen),),
    ).fetchall()
    alike, literal = likeness(asked, [_forms(row[2]) for row in rows])
    return Phrases(
        numbers=np.array([row[0] for row in rows], np.int32),
        texts=[row[1] for row in rows],
        scores=alike,
        literal=literal,
    )


def by_words(connection: sqlite3.Connection, sight: Sight, asked: Forms, columns: str) -> list[int]:
    """Titles that have every word in one of ``columns``, the last one perhaps unfinished."""
    *finished, last = asked.plain.split()
    words = list(dict.fromkeys(finished))[:_WORDS_MAX]
    terms = [_term(word, unfinished=False) for word in words]
    if len(last) > 2 or not last.isascii():  # two letters begin too much to say anything
        terms.append(_term(last, unfinished=True))
    if not terms:
        return []
    rows = connection.execute(
        "SELECT rowid FROM words WHERE words MATCH ?", (f"{{{columns}}} : ({' AND '.join(terms)})",)
    )
    return _first_seen(sight, rows)


def fields_with(
    connection: sqlite3.Connection, asked: Forms, docs: list[int]
) -> dict[int, MatchField]:
    """Which of its texts has most of the words asked for, by title; names before people."""
    rows = connection.execute(
        "SELECT doc, names, people, genres FROM texts"
        " WHERE doc IN (SELECT value FROM json_each(?))",
        (numbers(docs),),
    )
    words = asked.plain.split()
    return {doc: _field_with(words, texts) for doc, *texts in rows}


def by_pieces(connection: sqlite3.Connection, sight: Sight, asked: Forms) -> list[int]:
    """Titles in whose synopsis every word lies somewhere, in another word maybe."""
    words = [word for word in dict.fromkeys(asked.plain.split()) if len(word) >= 3][:_WORDS_MAX]
    pieces = {word[at : at + 3] for word in words for at in range(len(word) - 2)}
    if not pieces:
        return []
    # The table keeps no positions: it finds three letters each, and the words are looked up then.
    within = " AND texts.synopsis GLOB ?" * len(words)
    rows = connection.execute(
        "SELECT pieces.rowid FROM pieces JOIN texts ON texts.doc = pieces.rowid"  # noqa: S608
        f" WHERE pieces MATCH ?{within}",
        (" AND ".join(map(_quoted, pieces)), *(f"*{_literal(word)}*" for word in words)),
    )
    return _first_seen(sight, rows)


def _pool(connection: sqlite3.Connection, shelf: Shelf, asked: Forms) -> tuple[Numbers, Scores]:
    """Phrases that share enough with ``asked``, and how much, roughly."""
    key = asked.plain.replace(" ", "")
    nearby = _counts(connection, shelf, list(folding.near(asked)))
    if len(key) <= 2:
        score = 2.0 * _counts(connection, shelf, [f"^^{key}", f"\u00b7{key}"]).astype(np.float32)
        score += _counts(connection, shelf, [f"^{key}"])
        score += 2.0 * (nearby > 0)
        found = np.flatnonzero(score)
        return found.astype(np.int32), score[found].astype(np.float32)
    if " " not in asked.plain:
        nearby = nearby + _counts(connection, shelf, list(folding.near_words(asked)))
    grams = _spread(folding.grams(asked))
    counts = _counts(connection, shelf, grams).astype(np.float32)
    found = np.flatnonzero((counts >= _SHARED_MIN * len(grams)) | (nearby > 0))
    shared = counts[found]
    score = shared / len(grams) + 0.4 * shared / (len(grams) + shelf.sizes[found])
    return found.astype(np.int32), (score + (nearby[found] > 0)).astype(np.float32)


def _counts(connection: sqlite3.Connection, shelf: Shelf, grams: list[str]) -> Numbers:
    """How many of ``grams`` each phrase has."""
    rows = connection.execute(
        "SELECT phrases FROM postings WHERE gram IN (SELECT value FROM json_each(?))",
        (numbers(grams),),
    )
    members = np.frombuffer(b"".join(row[0] for row in rows), "<i4")
    known = len(shelf.sizes)
    if len(members) and members.max() >= known:  # written since this shelf was put up
        members = members[members < known]
    return np.bincount(members, minlength=known).astype(np.int32)


def _spread(grams: list[str]) -> list[str]:
    if len(grams) <= _GRAMS_MAX:
        return grams
    return [grams[n * len(grams) // _GRAMS_MAX] for n in range(_GRAMS_MAX)]


def _seen_first(sight: Sight, found: Numbers, scores: Scores, popularity: Scores) -> list[int]:
    """The best that lead to a title that may be seen; if there are too many, popular ones first."""
    places, owners = sight.shelf.links_of(found)
    docs = sight.shelf.links.docs[places]
    passing = sight.passes(docs)
    docs, owners = docs[passing], owners[passing]
    # A phrase is as popular as the most popular of its titles.
    rated = np.full(len(found), -1, np.float32)
    np.maximum.at(rated, owners, scores[owners] + _POPULAR * popularity[docs])
    leading = np.flatnonzero(rated >= 0)
    if sight.everything:
        best = leading[greatest(rated[leading], _PHRASES_MAX)]
        return [int(phrase) for phrase in found[best]]
    order = leading[np.argsort(-rated[leading], kind="stable")]
    return _seen(sight, found[order], scores[order], rated[order], popularity)


def _seen(
    sight: Sight, found: Numbers, scores: Scores, rated: Scores, popularity: Scores
) -> list[int]:
    """The best of ``found`` by the titles that may be seen alone.

    ``found`` comes by what it is worth at most; each is rated again when its turn comes, and taken
    once nothing that follows can be worth more.
    """
    chosen: list[int] = []
    waiting: list[tuple[float, int]] = []
    rows = zip(found.tolist(), scores.tolist(), rated.tolist(), strict=True)
    for phrase, score, at_most in rows:
        while waiting and -waiting[0][0] >= at_most:
            chosen.append(heapq.heappop(waiting)[1])
        if len(chosen) >= _PHRASES_MAX:
            return chosen[:_PHRASES_MAX]
        begin, end = sight.shelf.starts[phrase : phrase + 2]
        docs = sight.shelf.links.docs[begin:end]
        if end - begin > 1:
            docs = docs[np.argsort(-popularity[docs], kind="stable")]
        best = next(sight.seen(docs), None)
        if best is not None:
            heapq.heappush(waiting, (-(score + _POPULAR * float(popularity[best])), phrase))
    chosen += [heapq.heappop(waiting)[1] for _ in range(len(waiting))]
    return chosen[:_PHRASES_MAX]


def greatest(values: Scores, count: int) -> Numbers:
    """Where the ``count`` greatest of ``values`` are, the greatest first; of equals the first."""
    order = np.arange(len(values))
    if len(values) > count:
        least = np.partition(values, -count)[-count]
        order = np.flatnonzero(values >= least)
    order = order[np.argsort(-values[order], kind="stable")][:count]
    return order.astype(np.int32)


def _first_seen(sight: Sight, rows: Iterator[tuple[int]]) -> list[int]:
    found: list[int] = []
    for (doc,) in rows:
        if sight.allows(doc):
            found.append(doc)
            if len(found) >= TOTAL_MAX:
                break
    return found


def _field_with(words: list[str], texts: list[str]) -> MatchField:
    counts = [sum(f" {word}" in f" {text}" for word in words) for text in texts]
    return (MatchField.TITLE, MatchField.PERSON, MatchField.GENRE)[int(np.argmax(counts))]


def _forms(lines: str) -> Forms:
    plain, bare, counted, sound = lines.split("\n")
    return Forms(plain=plain, bare=bare, counted=counted, sound=sound)


def _term(word: str, *, unfinished: bool) -> str:
    """An expression for a word as written or as it sounds."""
    ways = []
    for spelling in dict.fromkeys((word, folding.sound(word) or word)):
        *first, last = map(_quoted, folding.tokens(spelling) or [spelling])
        ways.append("(" + " AND ".join((*first, last + "*" * unfinished)) + ")")
    return "(" + " OR ".join(ways) + ")"


def _quoted(token: str) -> str:
    return '"' + token.replace('"', '""') + '"'


def _literal(word: str) -> str:
    """``word`` with nothing in it that GLOB reads as anything else."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in word)
