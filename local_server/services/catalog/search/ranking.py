"""Why a title is shown, and in which order titles are."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from local_server.contracts import MatchField, SearchSort
from local_server.services.catalog.search import matching
from local_server.services.catalog.search.folding import Forms
from local_server.services.catalog.search.likeness import POOR
from local_server.services.catalog.search.matching import Phrases, Sight
from local_server.services.catalog.search.shelf import Numbers, Scores
from local_server.services.catalog.search.values import (
    FIELDS,
    TOTAL_MAX,
    Hit,
    SearchResult,
    Suggestion,
)

# What a match is worth by where it was found, in the order of FIELDS.
_WORTH = np.array([1.0, 0.99, 0.8, 0.7, 0.65, 0.6, 0.4], np.float32)
_ALL_WORDS, _IN_SYNOPSIS, _IN_PIECES = 0.62, 0.38, 0.32
_POPULARITY_WORTH, _TASTE_WORTH = 0.04, 0.03  # tip the scale between matches that are as good
_LINKS_MAX = 10 * TOTAL_MAX  # a genre may lead to half of all titles
_ENOUGH = 100  # matches as typed, after which weaker kinds of match are not looked for
_MUCH_WORSE = 0.3  # a guess that far behind the best match is no match beside it


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The best reason to show a title. ``literal``: found as it was typed."""

    score: float
    field: MatchField
    text: str = ""
    literal: bool = True


Matches = dict[int, Match]  # by number of the title


@dataclass(frozen=True, slots=True, kw_only=True)
class Liking:
    """What is popular and what somebody likes, by number of the title, 0 to 1."""

    popularity: Scores
    taste: Scores

    def bonus(self, docs: Numbers) -> Scores:
        """What ``docs`` gain by it."""
        gained = _POPULARITY_WORTH * self.popularity[docs] + _TASTE_WORTH * self.taste[docs]
        return gained.astype(np.float32)


def matches(connection: sqlite3.Connection, sight: Sight, asked: Forms, liking: Liking) -> Matches:
    """Why each title is shown, for the most likely :data:`TOTAL_MAX` of them."""
    phrases = matching.phrases(connection, sight, asked, liking.popularity)
    found = _by_phrase(sight, phrases, liking)
    if " " in asked.plain and _literal(found) < _ENOUGH:
        docs = matching.by_words(connection, sight, asked, "names people genres")
        fields = matching.fields_with(connection, asked, [d for d in docs if d not in found])
        for doc in docs:
            field = fields.get(doc, MatchField.TITLE)
            _improve(found, (doc,), Match(score=_ALL_WORDS, field=field))
    if _literal(found) < _ENOUGH:
        in_synopsis = Match(score=_IN_SYNOPSIS, field=MatchField.SYNOPSIS)
        _improve(found, matching.by_words(connection, sight, asked, "synopsis"), in_synopsis)
    if not _literal(found):
        in_pieces = Match(score=_IN_PIECES, field=MatchField.SYNOPSIS)
        _improve(found, matching.by_pieces(connection, sight, asked), in_pieces)
    return _plausible(found)


def page(
    sight: Sight, found: Matches, liking: Liking, sort: SearchSort, *, limit: int, offset: int
) -> SearchResult:
    """A page of ``found``."""
    names, ids = sight.shelf.names, sight.shelf.ids
    docs = np.array(sorted(found, key=lambda doc: (names[doc], ids[doc])), np.int32)
    scores = np.array([found[doc].score for doc in docs.tolist()])
    docs = docs[np.argsort(-(scores + liking.bonus(docs)), kind="stable")]
    ordered = _sorted(sight, docs, sort, liking)[:TOTAL_MAX]
    best = found[int(docs[0])] if len(docs) else None
    return SearchResult(
        hits=tuple(_hit(ids[doc], found[doc]) for doc in ordered[offset : offset + limit]),
        total=len(ordered),
        corrected=best.text if best and not best.literal else None,
    )


def listed(
    sight: Sight, liking: Liking, sort: SearchSort, *, limit: int, offset: int
) -> SearchResult:
    """A page of everything that may be seen; without a text, relevance is popularity and taste."""
    every = np.arange(len(sight.shelf.ids), dtype=np.int32)
    docs = np.fromiter(sight.seen(every[sight.passes(every)]), np.int32)
    docs = docs[np.argsort(sight.shelf.name_ranks[docs], kind="stable")]
    if sort is SearchSort.RELEVANCE:
        docs = docs[np.argsort(-liking.bonus(docs), kind="stable")]
    ordered = _sorted(sight, docs, sort, liking)
    hits = tuple(Hit(id=sight.shelf.ids[doc]) for doc in ordered[offset : offset + limit])
    return SearchResult(hits=hits, total=len(ordered))


def suggestions(
    sight: Sight, phrases: Phrases, liking: Liking, *, limit: int
) -> tuple[Suggestion, ...]:
    """What the text may become; guesses only when nothing is written like it."""
    reasons = _strongest(sight, phrases, liking)
    literal = any(phrases.literal[owner] for owner in reasons)
    ordered = sorted(
        (owner for owner in reasons if phrases.literal[owner] == literal),
        key=lambda owner: (
            -(phrases.scores[owner] * _WORTH[reasons[owner][0]] + reasons[owner][1]),
            len(phrases.texts[owner]),
            phrases.texts[owner],
        ),
    )
    return _once(
        Suggestion(
            text=phrases.texts[owner], field=FIELDS[reasons[owner][0]], corrected=not literal
        )
        for owner in ordered
    )[:limit]


def _hit(title_id: str, match: Match) -> Hit:
    return Hit(id=title_id, score=round(match.score, 4), matched=match.field, text=match.text)


def _strongest(sight: Sight, phrases: Phrases, liking: Liking) -> dict[int, tuple[int, float]]:
    """As what each phrase (by place) is best known among titles that may be seen, and how liked."""
    places, owners = sight.shelf.links_of(phrases.numbers)
    docs, fields = sight.shelf.links.docs[places], sight.shelf.links.fields[places]
    bonus = liking.bonus(docs)
    order = np.lexsort((-bonus, fields, owners))
    order = order[(phrases.scores[owners[order]] >= POOR) & sight.passes(docs[order])]
    if sight.everything:
        order = order[np.unique(owners[order], return_index=True)[1]]
    found: dict[int, tuple[int, float]] = {}
    rows = (values[order].tolist() for values in (owners, docs, fields, bonus))
    for owner, doc, field, liked in zip(*rows, strict=True):
        if owner not in found and sight.allows(doc):
            found[owner] = (field, liked)
    return found


def _by_phrase(sight: Sight, phrases: Phrases, liking: Liking) -> Matches:
    places, owners = sight.shelf.links_of(phrases.numbers)
    kept = sight.passes(sight.shelf.links.docs[places]) & (phrases.scores[owners] >= POOR)
    places, owners = places[kept], owners[kept]
    docs, fields = sight.shelf.links.docs[places], sight.shelf.links.fields[places]
    scores = phrases.scores[owners] * _WORTH[fields]
    rated = scores + liking.bonus(docs)
    found: Matches = {}
    for most in (_LINKS_MAX, len(docs)):
        order = matching.greatest(rated, most)
        order = order[np.argsort(-scores[order], kind="stable")]
        _, first = np.unique(docs[order], return_index=True)
        best = order[first]  # the strongest link of each title
        best = best[np.argsort(-rated[best], kind="stable")]
        found = {
            int(docs[link]): Match(
                score=float(scores[link]),
                field=FIELDS[fields[link]],
                text=phrases.texts[owners[link]],
                literal=bool(phrases.literal[owners[link]]),
            )
            for link in islice((n for n in best.tolist() if sight.allows(int(docs[n]))), TOTAL_MAX)
        }
        if len(found) == TOTAL_MAX or most >= len(docs):
            break
    return found


def _literal(found: Matches) -> int:
    return sum(match.literal for match in found.values())


def _improve(found: Matches, docs: Iterable[int], match: Match) -> None:
    """Add ``match`` for each of ``docs`` that has no better one, or only a guess."""
    for doc in docs:
        known = found.get(doc)
        if known is None or known.score < match.score:
            found[doc] = match


def _plausible(found: Matches) -> Matches:
    best = max((match.score for match in found.values()), default=0.0)
    return {
        doc: match
        for doc, match in found.items()
        if match.literal or match.score >= best - _MUCH_WORSE
    }


def _sorted(sight: Sight, docs: Numbers, sort: SearchSort, liking: Liking) -> list[int]:
    """``docs``, which come in the order that decides between equals."""
    match sort:
        case SearchSort.RELEVANCE:
            return [int(doc) for doc in docs]
        case SearchSort.NAME:
            keys: NDArray[np.generic] = sight.shelf.name_ranks[docs]
        case SearchSort.YEAR:
            keys = -sight.shelf.rows["year"][docs]
        case SearchSort.ADDED:
            keys = -sight.shelf.rows["added_at_s"][docs]
        case SearchSort.POPULARITY:
            keys = -liking.popularity[docs]
    return [int(doc) for doc in docs[np.argsort(keys, kind="stable")]]


def _once(suggested: Iterable[Suggestion]) -> tuple[Suggestion, ...]:
    """Without those that differ from an earlier one in case and accents alone."""
    found: dict[str, Suggestion] = {}
    for each in suggested:
        found.setdefault(matching.spelt(each.text).plain, each)
    return tuple(found.values())
