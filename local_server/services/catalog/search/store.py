"""The file the index lies in: tables, connections, and starting over when it is damaged."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

_log = structlog.get_logger(__name__)

# Raised whenever tables or folding change: an index of another version is made anew.
_VERSION = 1
_BUSY_S = 30.0
_POOL_MAX = 8

# Phrases are names of titles, people, genres and tags, each once. Postings lead from a gram to the
# phrases that have it: packed 32-bit numbers, because counting what a text shares with a hundred
# thousand names by way of rows takes ten times as long.
_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (
    doc INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
    kind TEXT NOT NULL, library TEXT NOT NULL, genres TEXT NOT NULL, languages TEXT NOT NULL,
    year INTEGER, min_age INTEGER, added_at_s REAL NOT NULL, available INTEGER NOT NULL
);
CREATE TABLE phrases (
    phrase INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT NOT NULL UNIQUE, forms TEXT NOT NULL,
    grams INTEGER NOT NULL
);
CREATE TABLE links (
    doc INTEGER NOT NULL, phrase INTEGER NOT NULL, field INTEGER NOT NULL,
    PRIMARY KEY (doc, phrase, field)
) WITHOUT ROWID;
CREATE INDEX links_by_phrase ON links (phrase);
CREATE TABLE postings (
    posting INTEGER PRIMARY KEY, gram TEXT NOT NULL UNIQUE, phrases BLOB NOT NULL
);
CREATE TABLE texts (
    doc INTEGER PRIMARY KEY, names TEXT NOT NULL, people TEXT NOT NULL, genres TEXT NOT NULL,
    synopsis TEXT NOT NULL
);
CREATE VIRTUAL TABLE words USING fts5 (
    names, people, genres, synopsis, content='texts', content_rowid='doc',
    tokenize="unicode61 remove_diacritics 0 categories 'L* N* M* P* S* Co'",
    prefix='3', detail=column
);
CREATE VIRTUAL TABLE pieces USING fts5 (
    synopsis, content='texts', content_rowid='doc', tokenize='trigram', detail=none
);
"""


def numbers(values: Iterable[object]) -> str:
    """Values as the one parameter that ``json_each`` makes rows of."""
    return json.dumps(list(values), ensure_ascii=False)


class Store:
    """Connections to the file. Threading: any method from any thread; one writer at a time.

    The file holds nothing that cannot be made again from the catalog, so a damaged one is removed
    and an empty one takes its place.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._guard = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._age = 0
        self._ages: dict[sqlite3.Connection, int] = {}
        self._prepare()

    @property
    def age(self) -> int:
        """How many files this has left behind; tells one from the next."""
        return self._age

    def close(self) -> None:
        """Close what is not in use; the rest closes when its reader is done."""
        with self._guard:
            self._age += 1
            idle, self._idle = self._idle, []
            for connection in idle:
                del self._ages[connection]
        for connection in idle:
            connection.close()

    def start_over(self) -> None:
        """Remove the file and make an empty one."""
        _log.warning("search index damaged, starting over", path=str(self._path))
        self.close()
        for suffix in ("", "-wal", "-shm", "-journal"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
        self._prepare()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One state of the tables, whatever is written meanwhile."""
        with self._borrowed() as connection:
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.rollback()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """All that is done inside happens, or nothing of it."""
        with self._borrowed() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.commit()
            except BaseException:
                connection.rollback()
                raise

    @contextmanager
    def _borrowed(self) -> Iterator[sqlite3.Connection]:
        with self._guard:
            connection = self._idle.pop() if self._idle else None
            age = self._age
        if connection is None:
            connection = self._connect()
            with self._guard:
                self._ages[connection] = age
        try:
            yield connection
        finally:
            self._give_back(connection)

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._guard:
            if self._ages[connection] == self._age and len(self._idle) < _POOL_MAX:
                self._idle.append(connection)
                return
            del self._ages[connection]
        connection.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA cache_size = -8000")  # KiB
            connection.execute("PRAGMA journal_size_limit = 16000000")
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepare(self) -> None:
        try:
            version = self._version()
        except sqlite3.DatabaseError as problem:
            if not damaged(problem):
                raise
            self.start_over()
            return
        if version not in (0, _VERSION):
            self.start_over()
        elif version == 0:
            with self._borrowed() as connection:
                connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA}")
                connection.execute(f"PRAGMA user_version = {_VERSION}")
                connection.commit()

    def _version(self) -> int:
        with self._borrowed() as connection:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version == 0 and connection.execute("SELECT 1 FROM sqlite_master").fetchone():
                return -1
            return int(version)


def damaged(problem: sqlite3.DatabaseError) -> bool:
    """Whether the file is no index, rather than out of reach for now."""
    code = getattr(problem, "sqlite_errorcode", sqlite3.SQLITE_OK)
    return code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
