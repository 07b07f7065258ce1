"""Copies of a service's database, taken by themselves and put back when the file is damaged.

Copies lie in ``server/backups`` as ``<service>-<number>.sqlite3``; the highest number is the
newest, whatever the clock says. Damaged files are kept beside them, never deleted.
"""

from __future__ import annotations

import contextlib
import filecmp
import os
import re
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path

import structlog

_log = structlog.get_logger(__name__)

KEPT = 4  # newest copies of each database
DAYS_KEPT = 7  # and of days before, one of each
_DAY_S = 86_400
PAGES_AT_ONCE = 1000  # copied in one step; the writer may go on in between
# What SQLite keeps beside a database; they belong to it and go where it goes.
_BESIDE = ("-wal", "-shm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """A damaged database was replaced by a copy. ``damaged`` is where it was put."""

    copy: Path
    damaged: Path
    finding: str


class Backups:
    """The copies of one service's database. One thread at a time."""

    def __init__(self, folder: Path, *, service: str) -> None:
        self._folder = folder
        self._service = service

    def take(self, database: Path) -> Path | None:
        """Copy ``database``; ``None`` when the newest copy says the same already.

        Raises ``OSError`` or ``sqlite3.Error`` when the disk does not take it; older copies stay.
        """
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        newest = self.copies()[:1]
        copy = self._folder / f"{self._service}-{self._next():06d}.sqlite3"
        unfinished = copy.with_suffix(".unfinished")
        try:
            _copy(database, unfinished)
            if newest and filecmp.cmp(unfinished, newest[0], shallow=False):
                return None
            unfinished.replace(copy)
        finally:
            unfinished.unlink(missing_ok=True)
        self._keep(KEPT)
        return copy

    def renew(self, database: Path) -> None:
        """Have one copy, of now, and none of before: somebody's history is to be gone."""
        self.take(database)
        self._keep(1)

    def _keep(self, count: int) -> None:
        """Keep the newest ``count``, and with more than one the newest of every day besides.

        A server that is started often makes many copies within minutes; yesterday's are worth more.
        """
        copies = self.copies()
        days: dict[int, Path] = {}
        for copy in copies if count > 1 else ():
            days.setdefault(int(copy.stat().st_mtime // _DAY_S), copy)
        kept = {*copies[:count], *sorted(days.values(), reverse=True)[:DAYS_KEPT]}
        for old in copies:
            if old not in kept:
                old.unlink(missing_ok=True)

    def copies(self) -> list[Path]:
        """All copies, newest first."""
        pattern = re.compile(rf"{re.escape(self._service)}-(\d+)\.sqlite3")
        found = [
            (int(match[1]), path)
            for path in self._folder.glob(f"{self._service}-*.sqlite3")
            if (match := pattern.fullmatch(path.name))
        ]
        return [path for _, path in sorted(found, reverse=True)]

    def restore(self, database: Path, *, finding: str) -> Restored | None:
        """Put the newest sound copy in the place of a damaged ``database``; ``None`` for none."""
        for copy in self.copies():
            if damage(copy):
                _log.warning("backups.copy_damaged", service=self._service, copy=copy.name)
                continue
            damaged = self._set_aside(database)
            unfinished = database.with_suffix(".unfinished")
            unfinished.touch(mode=0o600)
            shutil.copyfile(copy, unfinished)
            _flush(unfinished)
            unfinished.replace(database)
            _log.error(
                "backups.restored", service=self._service, copy=copy.name, finding=finding[:500]
            )
            return Restored(copy=copy, damaged=damaged, finding=finding)
        return None

    def begin_anew(self, database: Path, *, finding: str) -> Path:
        """Put a damaged ``database`` aside, whose content is made again; where it lies now."""
        aside = self._set_aside(database)
        _log.error("backups.begun_anew", service=self._service, finding=finding[:500])
        return aside

    def _set_aside(self, database: Path) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        number = 1
        while (aside := self._folder / f"{self._service}-damaged-{number}.sqlite3").exists():
            number += 1
        for suffix in _BESIDE:
            beside = database.with_name(database.name + suffix)
            if beside.exists():
                beside.replace(aside.with_name(aside.name + suffix))
        database.replace(aside)
        return aside

    def _next(self) -> int:
        newest = self.copies()[:1]
        return 1 + (int(newest[0].stem.rpartition("-")[2]) if newest else 0)


def damage(database: Path) -> str:
    """What is wrong with a database file, seen without changing it; empty when nothing is."""
    try:
        with contextlib.closing(
            sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)
        ) as connection:
            findings = [str(row[0]) for row in connection.execute("PRAGMA quick_check(5)")]
    except sqlite3.Error as error:
        return str(error) or type(error).__name__
    return "" if findings == ["ok"] else "; ".join(findings)


def _copy(database: Path, target: Path) -> None:
    """A consistent copy, private to its owner, on disk when this returns; others go on writing."""
    target.unlink(missing_ok=True)
    target.touch(mode=0o600)
    with (
        contextlib.closing(sqlite3.connect(database)) as source,
        contextlib.closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy, pages=PAGES_AT_ONCE)
        # A copy is one file: it is read where nothing may be written beside it.
        copy.execute("PRAGMA journal_mode = DELETE")
    _flush(target)


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
