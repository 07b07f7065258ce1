"""Keeps the studio supplied with a few dozen titles, the most wanted first.

Which titles wait is read from the tables, so that nothing is lost when the server dies; what the
studio has of them is known from its own list at the start and counted from then on.
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import BigInteger, Select, case, cast, select
from sqlalchemy.orm import Session

from local_server.contracts import Availability, TitleKind
from local_server.runtime.database import Database
from local_server.services.catalog.ports import Preparation
from local_server.services.catalog.tables import AssetRow, TitleRow

# Enough that the studio never waits for us, few enough that what a person asks for later is near.
QUEUED_MAX = 32
_REQUESTED = cast(AssetRow.requested_at, BigInteger)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A title to be prepared, or handed in."""

    title_id: str
    name: str
    source: Path | str
    fingerprint: str
    asked: bool


class Pump:
    """Hands titles to the studio. Threading: any method from any thread."""

    def __init__(self, database: Database, preparation: Preparation) -> None:
        self._database = database
        self._preparation = preparation
        self._lock = threading.Lock()
        self._handed_in: dict[str, Waiting] = {}

    def resume(self) -> None:
        """Begin with what the studio has: all else that waits was lost or never handed in."""
        requested = self._preparation.requested()
        with self._lock, self._database.read() as session:
            self._handed_in = {
                row.id: _waiting(row, asset)
                for row, asset in session.execute(_preparing())
                if row.id in requested and requested[row.id] >= asset.requested_at
            }
        self.fill()

    def fill(self) -> None:
        """Hand in titles until the studio has enough."""
        with self._lock, self._database.read() as session:
            for waiting in self._next(session):
                self._handed_in[waiting.title_id] = waiting
                self._preparation.prepare(
                    title_id=waiting.title_id,
                    name=waiting.name,
                    source=waiting.source,
                    background=not waiting.asked,
                )

    def ended(self, title_id: str) -> Waiting | None:
        """The studio is done with a title: what was handed in, if that is known."""
        with self._lock:
            return self._handed_in.pop(title_id, None)

    def _next(self, session: Session) -> list[Waiting]:
        asked = sum(waiting.asked for waiting in self._handed_in.values())
        # What people ask for goes in even while the studio is full of what nobody waits for.
        room_asked, room = QUEUED_MAX - asked, QUEUED_MAX - len(self._handed_in)
        if room_asked <= 0:
            return []
        statement = _preparing().order_by(
            AssetRow.asked.desc(),
            case((AssetRow.asked, _REQUESTED), else_=-_REQUESTED),
            TitleRow.id,
        )
        found: list[Waiting] = []
        rows = session.execute(statement.limit(2 * QUEUED_MAX + len(self._handed_in)))
        for row, asset in rows:
            if row.id in self._handed_in:
                continue
            if room_asked <= 0 or (room <= 0 and not asset.asked):
                break
            room, room_asked = room - 1, room_asked - asset.asked
            found.append(_waiting(row, asset))
        return found


def _preparing() -> Select[TitleRow, AssetRow]:
    return (
        select(TitleRow, AssetRow)
        .join(AssetRow, AssetRow.title_id == TitleRow.id)
        .where(
            TitleRow.availability == Availability.PREPARING,
            TitleRow.kind != TitleKind.SERIES,
            AssetRow.missing.is_(False),
        )
    )


def _waiting(row: TitleRow, asset: AssetRow) -> Waiting:
    return Waiting(row.id, row.name, source_of(asset), asset.fingerprint, asset.asked)


def source_of(asset: AssetRow) -> Path | str:
    """The file, or the name of the recipe."""
    if asset.path is not None:
        return Path(os.fsdecode(asset.path))
    return asset.recipe or ""
