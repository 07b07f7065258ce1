"""One SQLite file per service: opened, checked, migrated; one writer, many readers.

WAL lets readers go on while the one writer commits. Writing transactions begin IMMEDIATE and are
serialised by a lock of this process, so that none of them ever fails half-way for want of the
write lock.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any

import sqlalchemy
import structlog
from sqlalchemy import event
from sqlalchemy.orm import Session

from local_server.errors import DatabaseUnusable
from local_server.runtime.backups import Backups, Restored, damage
from local_server.runtime.migrations import migrate

_log = structlog.get_logger(__name__)

# Only another process (a backup, a curious person) can hold the file; waiting longer would freeze
# a screen.
BUSY_TIMEOUT_MS = 5_000
# Requests run on at most 40 threads (anyio's default), each with one connection at a time.
POOL_SIZE = 8
POOL_OVERFLOW = 40


class Durability(StrEnum):
    """What a commit survives: a power failure, or only the death of the process."""

    POWER_LOSS = "FULL"
    CRASH = "NORMAL"


class Database:
    """The database of one service.

    Opening creates and migrates the file. A damaged file is replaced by the newest sound one of
    ``backups``. Raises :class:`DatabaseUnusable` for a damaged file without one, and for a file of
    a newer version, and then leaves it as it is.
    """

    def __init__(
        self, path: Path, *, service: str, durability: Durability, backups: Backups | None = None
    ) -> None:
        self.path = path
        self._backups = backups
        self.restored = _mend(path, backups)
        self._engine = _engine(path, durability)
        self._writing = self._engine.execution_options(matinee_writes=True)
        self._write_lock = threading.Lock()
        try:
            with self._write_lock, self._writing.begin() as connection:
                migrate(connection, service=service)
        except sqlalchemy.exc.DBAPIError as error:
            self._engine.dispose()
            raise _unusable(path, str(error.orig)) from error
        except BaseException:
            self._engine.dispose()
            raise

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session on one consistent snapshot; nothing it changes is kept."""
        with Session(self._engine) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session in the one writing transaction; commits unless an error leaves the block."""
        with self._write_lock, Session(self._writing) as session, session.begin():
            yield session

    def is_well(self) -> bool:
        """Whether the file answers."""
        try:
            with self._engine.connect() as connection:
                return connection.execute(sqlalchemy.text("SELECT 1")).scalar() == 1
        except sqlalchemy.exc.DBAPIError:
            return False

    def back_up(self) -> None:
        """Copy what changed; a copy that fails is logged, for the service goes on without."""
        if self._backups is None:
            return
        try:
            self._backups.take(self.path)
        except (OSError, sqlite3.Error) as error:
            _log.warning("database.backup_failed", path=self.path.name, error=str(error))

    def forget(self) -> None:
        """Let nothing that was deleted stay behind in the log or in older copies."""
        with self._write_lock, self._engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        if self._backups is not None:
            self._backups.renew(self.path)

    def close(self) -> None:
        """Release the file; a last checkpoint folds the log into it."""
        self.back_up()
        self._engine.dispose()


def _engine(path: Path, durability: Durability) -> sqlalchemy.Engine:
    engine = sqlalchemy.create_engine(
        sqlalchemy.URL.create("sqlite", database=str(path)),
        pool_size=POOL_SIZE,
        max_overflow=POOL_OVERFLOW,
        pool_reset_on_return="rollback",
        hide_parameters=True,  # errors are logged, and some parameters are digests of secrets
    )

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _record: Any) -> None:
        # The driver's own transaction handling begins too late and never IMMEDIATE.
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {durability}")
        connection.execute("PRAGMA foreign_keys = ON")
        # What a person deletes is overwritten, not only unlinked.
        connection.execute("PRAGMA secure_delete = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: sqlalchemy.Connection) -> None:
        writes = connection.get_execution_options().get("matinee_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _mend(path: Path, backups: Backups | None) -> Restored | None:
    """Look at an existing file, without changing it while it is sound."""
    if not path.exists():
        return None
    # SQLite takes an empty file for a new one; where there are copies it was cut short.
    empty = path.stat().st_size == 0
    if empty and not (backups and backups.copies()):
        return None
    finding = "the file is empty" if empty else damage(path)
    if not finding:
        return None
    restored = backups.restore(path, finding=finding) if backups else None
    if restored is None:
        raise _unusable(path, finding)
    return restored


def _unusable(path: Path, detail: str) -> DatabaseUnusable:
    return DatabaseUnusable(
        f"The database {path.name} cannot be used",
        detail=f"{path}: {detail}",
        hint=(
            "It was left as it is, and no automatic backup of it is sound. Put a copy of your own "
            "in its place, or move the file away to begin with an empty one."
        ),
    )
