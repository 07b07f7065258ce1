"""Transactions that change titles, and what others are told of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from local_server.runtime.database import Database
from local_server.runtime.events import Announcer, TitlesChanged, TitlesRemoved
from local_server.services.catalog import inherit, queries
from local_server.services.catalog.tables import (
    AssetRow,
    FileRow,
    RevisionRow,
    SidecarRow,
    TitleIdRow,
    TitleRow,
)


@dataclass(slots=True, kw_only=True)
class Change:
    """One transaction under way: its session, and the titles it has touched."""

    session: Session
    changed: dict[str, None] = field(default_factory=dict)
    removed: dict[str, None] = field(default_factory=dict)

    def touch(self, *title_ids: str | None) -> None:
        """Something of these titles is new."""
        self.changed.update((title_id, None) for title_id in title_ids if title_id is not None)

    def remove(self, title_ids: Iterable[str]) -> None:
        """Take titles out of the catalog, and what stands under them; no file is touched."""
        gone = list(dict.fromkeys(title_ids))
        gone += [title_id for title_id in queries.under(self.session, gone) if title_id not in gone]
        self.session.flush()
        for part in queries.portions(gone):
            self.session.execute(
                update(FileRow).where(FileRow.title_id.in_(part)).values(title_id=None)
            )
            for table in (AssetRow, TitleIdRow, SidecarRow):
                self.session.execute(delete(table).where(table.title_id.in_(part)))
        # Episodes before their series, which they refer to.
        for only_series in (False, True):
            for part in queries.portions(gone):
                own = (
                    TitleRow.series_id.is_(None) if only_series else TitleRow.series_id.isnot(None)
                )
                self.session.execute(delete(TitleRow).where(TitleRow.id.in_(part), own))
        self.removed.update((title_id, None) for title_id in gone)


class Changes:
    """Opens writing transactions. Threading: any method from any thread."""

    def __init__(self, database: Database, bus: Announcer) -> None:
        self._database = database
        self._bus = bus

    @contextmanager
    def write(self) -> Iterator[Change]:
        """One transaction; when it is committed, those who care are told which titles changed."""
        with self._database.write() as session:
            change = Change(session=session)
            yield change
            if change.changed or change.removed:
                session.flush()
                inherit.settle(session, change.changed)
                session.execute(update(RevisionRow).values(number=RevisionRow.number + 1))
        changed = tuple(title_id for title_id in change.changed if title_id not in change.removed)
        if changed:
            self._bus.publish(TitlesChanged(title_ids=changed))
        if change.removed:
            self._bus.publish(TitlesRemoved(title_ids=tuple(change.removed)))
