"""Puts titles into the tables and takes them out."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from local_server.contracts import MatchField
from local_server.services.catalog.search import folding
from local_server.services.catalog.search.folding import Forms
from local_server.services.catalog.search.shelf import Numbers, Row, Shelf
from local_server.services.catalog.search.store import numbers
from local_server.services.catalog.search.values import FIELDS, SearchDocument

PHRASE_MAX = 200  # characters of a name that are indexed; longer ones are no names
_YEARS = range(1, 10_000)


@dataclass(slots=True, kw_only=True)
class Change:
    """What a transaction has come to, for the shelf."""

    gone: set[int] = field(default_factory=set)
    rows: list[Row] = field(default_factory=list)
    links: list[tuple[int, int, int]] = field(default_factory=list)  # phrase, doc, field
    sizes: dict[int, int] = field(default_factory=dict)  # grams by phrase, 0 where it is gone

    def applied(self, shelf: Shelf) -> Shelf:
        """``shelf`` after the transaction."""
        return shelf.changed(gone=self.gone, rows=self.rows, links=self.links, sizes=self.sizes)


def put(connection: sqlite3.Connection, documents: Sequence[SearchDocument]) -> Change:
    """Insert or replace ``documents``; of several of one id the last counts."""
    latest = {document.id: document for document in documents}
    known = _docs(connection, latest)
    next_doc = _next(connection, "documents")
    docs = known | {
        title_id: next_doc + n for n, title_id in enumerate(i for i in latest if i not in known)
    }
    change = Change()
    abandoned = _unlink(connection, list(known.values()))
    wanted = {docs[document.id]: _phrases(document) for document in latest.values()}
    numbered = _numbered(connection, wanted.values(), change)
    change.rows = [_row(docs[document.id], document) for document in latest.values()]
    change.links = [
        (numbered[text], doc, kind) for doc, found in wanted.items() for text, kind in found
    ]
    _insert(connection, change, [(docs[each.id], each) for each in latest.values()])
    _forget(connection, abandoned, change)
    return change


def remove(connection: sqlite3.Connection, ids: Collection[str]) -> Change:
    """Take out the titles of these ids that are there."""
    docs = list(_docs(connection, ids).values())
    change = Change(gone=set(docs))
    abandoned = _unlink(connection, docs)
    connection.execute(
        "DELETE FROM documents WHERE doc IN (SELECT value FROM json_each(?))", (numbers(docs),)
    )
    _forget(connection, abandoned, change)
    return change


def loaded(connection: sqlite3.Connection) -> Change:
    """All that lies in the tables, as if it had just been put there."""
    columns = (
        "doc, id, name, kind, library, genres, languages, year, min_age, added_at_s, available"
    )
    return Change(
        rows=[_read(row) for row in connection.execute(f"SELECT {columns} FROM documents")],  # noqa: S608
        links=connection.execute("SELECT phrase, doc, field FROM links").fetchall(),
        sizes=dict(connection.execute("SELECT phrase, grams FROM phrases")),
    )


def _docs(connection: sqlite3.Connection, ids: Iterable[str]) -> dict[str, int]:
    return dict(
        connection.execute(
            "SELECT id, doc FROM documents WHERE id IN (SELECT value FROM json_each(?))",
            (numbers(ids),),
        )
    )


def _next(connection: sqlite3.Connection, table: str) -> int:
    """A number never used before: readers may still hold what an old one meant."""
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
    return int(row[0]) + 1 if row else 0


def _phrases(document: SearchDocument) -> set[tuple[str, int]]:
    """What a title can be found by, and as what."""
    primary, *others = document.names or ("",)
    found = [(primary, MatchField.TITLE), (document.series_name, MatchField.SERIES)]
    found += [(name, MatchField.ALTERNATIVE) for name in others]
    found += [(name, MatchField.PERSON) for name in document.people]
    found += [(name, MatchField.GENRE) for name in document.genres]
    found += [(name, MatchField.TAG) for name in document.tags]
    cleaned = ((folding.clean(text)[:PHRASE_MAX].strip(), kind) for text, kind in found)
    return {(text, FIELDS.index(kind)) for text, kind in cleaned if text}


def _numbered(
    connection: sqlite3.Connection, wanted: Iterable[set[tuple[str, int]]], change: Change
) -> dict[str, int]:
    """The number of each phrase; those never heard of before are written down."""
    texts = list(dict.fromkeys(text for found in wanted for text, _ in sorted(found)))
    rows = connection.execute(
        "SELECT text, phrase FROM phrases WHERE text IN (SELECT value FROM json_each(?))",
        (numbers(texts),),
    )
    known: dict[str, int] = dict(rows.fetchall())
    postings: defaultdict[str, list[int]] = defaultdict(list)
    fresh, phrase = [], _next(connection, "phrases")
    for text in texts:
        if text not in known:
            spelt = folding.forms(text)
            grams, own = _grams(spelt)
            for gram in own:
                postings[gram].append(phrase)
            known[text], change.sizes[phrase] = phrase, grams
            fresh.append((phrase, text, _lines(spelt), grams))
            phrase += 1
    connection.executemany("INSERT INTO phrases VALUES (?, ?, ?, ?)", fresh)
    _post(connection, postings)
    return known


def _grams(spelt: Forms) -> tuple[int, set[str]]:
    """How many grams a text is compared by, and all it is posted under."""
    compared = folding.grams(spelt)
    others = folding.beginnings(spelt) | folding.near(spelt) | folding.near_words(spelt)
    return len(compared), {*compared, *others}


def _lines(spelt: Forms) -> str:
    return f"{spelt.plain}\n{spelt.bare}\n{spelt.counted}\n{spelt.sound}"


def _post(connection: sqlite3.Connection, postings: dict[str, list[int]]) -> None:
    """Add phrases to the postings of their grams."""
    connection.executemany(
        "INSERT INTO postings (gram, phrases) VALUES (?1, ?2)"
        " ON CONFLICT (gram) DO UPDATE SET phrases = CAST(phrases || ?2 AS BLOB)",
        ((gram, np.array(added, "<i4").tobytes()) for gram, added in postings.items()),
    )


def _insert(
    connection: sqlite3.Connection, change: Change, documents: list[tuple[int, SearchDocument]]
) -> None:
    connection.executemany(
        "INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        map(_written, change.rows),
    )
    connection.executemany(
        "INSERT INTO links (phrase, doc, field) VALUES (?, ?, ?)", sorted(change.links)
    )
    connection.executemany(
        "INSERT INTO texts VALUES (?, ?, ?, ?, ?)",
        ((doc, *_texts(document)) for doc, document in documents),
    )
    # In one statement for all: a trigger would write out the full-text tables row by row.
    docs = (numbers(doc for doc, _ in documents),)
    connection.execute(
        "INSERT INTO words (rowid, names, people, genres, synopsis)"
        " SELECT * FROM texts WHERE doc IN (SELECT value FROM json_each(?))",
        docs,
    )
    connection.execute(
        "INSERT INTO pieces (rowid, synopsis)"
        " SELECT doc, synopsis FROM texts WHERE doc IN (SELECT value FROM json_each(?))",
        docs,
    )


def _unlink(connection: sqlite3.Connection, docs: list[int]) -> set[int]:
    """Take out what leads to ``docs``; the phrases that led there."""
    if not docs:
        return set()
    given = (numbers(docs),)
    rows = connection.execute(
        "SELECT DISTINCT phrase FROM links WHERE doc IN (SELECT value FROM json_each(?))", given
    )
    phrases = {phrase for (phrase,) in rows}
    connection.execute(
        "INSERT INTO words (words, rowid, names, people, genres, synopsis)"
        " SELECT 'delete', * FROM texts WHERE doc IN (SELECT value FROM json_each(?))",
        given,
    )
    connection.execute(
        "INSERT INTO pieces (pieces, rowid, synopsis)"
        " SELECT 'delete', doc, synopsis FROM texts"
        " WHERE doc IN (SELECT value FROM json_each(?))",
        given,
    )
    for table in ("links", "texts"):
        connection.execute(
            f"DELETE FROM {table} WHERE doc IN (SELECT value FROM json_each(?))",  # noqa: S608
            given,
        )
    return phrases


def _forget(connection: sqlite3.Connection, abandoned: set[int], change: Change) -> None:
    """Take out those of ``abandoned`` phrases that lead nowhere any more."""
    rows = connection.execute(
        "SELECT phrase, text FROM phrases WHERE phrase IN (SELECT value FROM json_each(?))"
        " AND NOT EXISTS (SELECT 1 FROM links WHERE links.phrase = phrases.phrase)",
        (numbers(abandoned),),
    ).fetchall()
    if not rows:
        return
    dead = np.array([phrase for phrase, _ in rows], "<i4")
    for gram in {gram for _, text in rows for gram in _grams(folding.forms(text))[1]}:
        posted = connection.execute(
            "SELECT posting, phrases FROM postings WHERE gram = ?", (gram,)
        ).fetchone()
        members = np.frombuffer(posted[1], "<i4")
        _repost(connection, posted[0], members[~np.isin(members, dead)])
    connection.execute(
        "DELETE FROM phrases WHERE phrase IN (SELECT value FROM json_each(?))",
        (numbers(dead.tolist()),),
    )
    change.sizes |= dict.fromkeys(dead.tolist(), 0)


def _repost(connection: sqlite3.Connection, posting: int, members: Numbers) -> None:
    if len(members):
        connection.execute(
            "UPDATE postings SET phrases = ? WHERE posting = ?", (members.tobytes(), posting)
        )
    else:
        connection.execute("DELETE FROM postings WHERE posting = ?", (posting,))


def _texts(document: SearchDocument) -> tuple[str, str, str, str]:
    names = (*document.names, document.series_name)
    return (
        _heard(names),
        _heard(document.people),
        _heard((*document.genres, *document.tags)),
        " ".join(folding.tokens(document.synopsis)),
    )


def _heard(texts: Iterable[str]) -> str:
    """Words as they are written, and as they sound where that differs."""
    found = [token for text in texts for token in folding.tokens(text)]
    return " ".join(dict.fromkeys((*found, *filter(None, map(folding.sound, found)))))


def _row(doc: int, document: SearchDocument) -> Row:
    return Row(
        doc=doc,
        id=document.id,
        name=folding.forms(document.names[0] if document.names else "").bare,
        facets=(
            document.kind,
            document.library_id,
            frozenset(genre.casefold() for genre in document.genres),
            frozenset(language.casefold() for language in document.languages),
        ),
        year=document.year if document.year in _YEARS else None,
        min_age=document.min_age,
        added_at_s=document.added_at_s,
        available=document.available,
    )


def _written(row: Row) -> tuple[object, ...]:
    kind, library, genres, languages = row.facets
    facets = (kind, library, json.dumps(sorted(genres)), json.dumps(sorted(languages)))
    rest = (row.year, row.min_age, row.added_at_s, row.available)
    return (row.doc, row.id, row.name, *facets, *rest)


def _read(row: tuple[Any, ...]) -> Row:
    doc, title_id, name, kind, library, genres, languages, year, min_age, added_at_s, available = (
        row
    )
    return Row(
        doc=doc,
        id=title_id,
        name=name,
        facets=(kind, library, frozenset(json.loads(genres)), frozenset(json.loads(languages))),
        year=year,
        min_age=min_age,
        added_at_s=added_at_s,
        available=bool(available),
    )
