"""What other services know of titles, read without making a row of each.

A copy is kept per revision of the catalog, so that asking again costs nothing.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from local_server.contracts import Availability, TitleFacts, TitleKind
from local_server.runtime.database import Database

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_COLUMNS = (
    "id, kind, name, year, series_id, parent_id, season, episode, genres, people, studios, tags,"
    " audio_languages, synopsis, shown_age, duration_s, added_at, availability"
)


class FactsReader:
    """Facts of all titles, or of some. Threading: any method from any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._revision = -1
        self._kept: dict[str, TitleFacts] = {}

    def revision(self) -> int:
        """Grows with every change of the catalog."""
        with self._database.read() as session:
            return _revision(session)

    def facts(self, ids: Sequence[str] | None) -> tuple[TitleFacts, ...]:
        """Of the titles that exist, in the order of ``ids``, or of all of them by id."""
        with self._lock:
            with self._database.read() as session:
                revision = _revision(session)
                if revision != self._revision:
                    self._kept = _read(session)
                    self._revision = revision
            kept = self._kept
        if ids is None:
            return tuple(kept.values())
        return tuple(kept[title_id] for title_id in ids if title_id in kept)


def _revision(session: Session) -> int:
    return int(session.execute(text("SELECT number FROM revision")).scalar_one())


def _read(session: Session) -> dict[str, TitleFacts]:
    rows = session.execute(text(f"SELECT {_COLUMNS} FROM titles ORDER BY id"))  # noqa: S608
    found = {}
    serial_ready: set[str] = set()
    for row in rows:
        available = row[17] == Availability.READY
        if available and row[4] is not None:
            serial_ready.add(row[4])
        found[row[0]] = TitleFacts.model_construct(
            id=row[0],
            kind=TitleKind(row[1]),
            name=row[2],
            year=row[3],
            series_id=row[4],
            parent_id=row[5],
            season=row[6],
            episode=row[7],
            genres=_list(row[8]),
            people=tuple(dict.fromkeys(person["name"] for person in _list(row[9]))),
            studios=_list(row[10]),
            tags=_list(row[11]),
            language=next(iter(_list(row[12])), ""),
            synopsis=row[13],
            min_age=row[14],
            duration_s=row[15],
            added_at=_EPOCH + timedelta(microseconds=row[16]),
            available=available,
        )
    for series_id in serial_ready & found.keys():
        found[series_id] = found[series_id].model_copy(update={"available": True})
    return found


def _list(stored: str) -> tuple:  # type: ignore[type-arg]
    return () if stored == "[]" else tuple(json.loads(stored))
