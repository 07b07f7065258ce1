"""Watch events wait here until the server has them: on disk, in order, through any outage."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog

from player.errors import PlayerError, SourceUnreachable
from player.events import WatchEvent, WatchKind

log = structlog.get_logger()

_BATCH = 100
_FIRST_WAIT_S, _LAST_WAIT_S = 0.5, 15.0

_SCHEMA = """
PRAGMA journal_mode=WAL;
CREATE TABLE IF NOT EXISTS watch_events (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id VARCHAR NOT NULL UNIQUE,
    session_id VARCHAR NOT NULL,
    title_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    position_s FLOAT NOT NULL,
    duration_s FLOAT NOT NULL,
    at VARCHAR NOT NULL -- ISO 8601, UTC
);
"""
_INSERT = """
INSERT INTO watch_events (id, session_id, title_id, kind, position_s, duration_s, at)
VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_OLDEST = """
SELECT number, id, session_id, title_id, kind, position_s, duration_s, at
FROM watch_events ORDER BY number LIMIT ?
"""


class Outbox:
    """Delivers watch events at least once, oldest first.

    ``deliver`` raises :class:`~player.errors.SourceUnreachable` to be asked again later; any other
    :class:`~player.errors.PlayerError` means that the server will never take the batch, which is
    then delivered event by event and the refused ones dropped.

    Threading: :meth:`put` may be called from any thread and returns after the event is on disk;
    ``deliver`` is called on a thread of the outbox's own.
    """

    def __init__(self, path: Path, deliver: Callable[[Sequence[WatchEvent]], None]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._deliver = deliver
        # One table on the standard library's SQLite: a person waits for the window meanwhile.
        self._path = path
        with self._database() as database:
            database.executescript(_SCHEMA)
        self._wake = threading.Event()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)

    def start(self) -> None:
        """Begin to deliver, first what an earlier run left."""
        self._thread.start()
        self._wake.set()

    def put(self, item: WatchEvent) -> None:
        """Keep an event until it is delivered.

        Raises :class:`~player.errors.PlayerError` when the disk does not take it.
        """
        at = item.at.astimezone(UTC).isoformat()
        row = (item.id, item.session_id, item.title_id, str(item.kind))
        try:
            with self._database() as database:
                database.execute(_INSERT, (*row, item.position_s, item.duration_s, at))
        except sqlite3.OperationalError as error:
            raise PlayerError(
                "How far you have watched cannot be kept.",
                detail=str(error),
                hint="Free some disk space.",
            ) from error
        self._wake.set()

    @property
    def pending(self) -> int:
        """Events not delivered yet."""
        with self._database() as database:
            (count,) = database.execute("SELECT count(*) FROM watch_events").fetchone()
        return int(count)

    def close(self, *, patience_s: float = 2.0) -> None:
        """Try to deliver what is left for ``patience_s``, then stop; the rest stays on disk."""
        self._closing.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(patience_s)

    def _run(self) -> None:
        wait_s = _FIRST_WAIT_S
        while True:
            try:
                while self._deliver_batch():
                    wait_s = _FIRST_WAIT_S
            except (SourceUnreachable, sqlite3.OperationalError) as error:
                log.info("outbox.waiting", error=str(error), wait_s=wait_s)
                if self._closing.wait(wait_s):
                    return
                wait_s = min(2 * wait_s, _LAST_WAIT_S)
                continue
            if self._closing.is_set():
                return
            self._wake.wait()
            self._wake.clear()

    def _deliver_batch(self) -> bool:
        """Deliver one batch; whether there was one."""
        with self._database() as database:
            rows = database.execute(_OLDEST, (_BATCH,)).fetchall()
        if not rows:
            return False
        self._hand_over([_event(row) for row in rows])
        with self._database() as database:
            database.execute("DELETE FROM watch_events WHERE number <= ?", (rows[-1][0],))
        return True

    @contextlib.contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        """A connection and a transaction of its own: events come seconds apart."""
        with contextlib.closing(sqlite3.connect(self._path, timeout=5.0)) as database:
            # Survives kill -9; a power cut may cost seconds.
            database.execute("PRAGMA synchronous=NORMAL")
            with database:
                yield database

    def _hand_over(self, batch: list[WatchEvent]) -> None:
        try:
            self._deliver(batch)
        except SourceUnreachable:
            raise
        except PlayerError as error:
            if len(batch) == 1:
                log.warning("outbox.refused", event_id=batch[0].id, error=error.title)
                return
            for item in batch:
                self._hand_over([item])


def _event(row: tuple[Any, ...]) -> WatchEvent:
    _, event_id, session_id, title_id, kind, position_s, duration_s, at = row
    return WatchEvent(
        id=event_id,
        session_id=session_id,
        title_id=title_id,
        kind=WatchKind(kind),
        position_s=position_s,
        duration_s=duration_s,
        at=datetime.fromisoformat(at),
    )
