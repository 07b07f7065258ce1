"""Which titles the files of a batch belong to, by content and by place."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from local_server.contracts import Availability, TitleKind
from local_server.services.catalog import queries
from local_server.services.catalog.known import derive
from local_server.services.catalog.scan.batch import Batch
from local_server.services.catalog.scan.gather import Print
from local_server.services.catalog.scan.ledger import Ledger
from local_server.services.catalog.scan.plan import Slot
from local_server.services.catalog.scan.walk import Role
from local_server.services.catalog.tables import BUILT_IN, AssetRow, TitleRow


class Holdings:
    """Rows of a batch's titles and assets, loaded all at once. Within one transaction."""

    def __init__(
        self,
        session: Session,
        batch: Batch,
        ledger: Ledger,
        *,
        now: datetime,
        new_id: Callable[[], str],
    ) -> None:
        self._session = session
        self._batch = batch
        self._ledger = ledger
        self._now = now
        self._new_id = new_id
        prints = batch.gathered.prints.values()
        marks = [p.value for p in prints] + [p.old for p in prints if p.old is not None]
        assets = queries.assets_like(session, batch.bytes_of(), marks)
        self._by_path = {asset.path: asset for asset in assets if asset.path is not None}
        self._by_print = {asset.fingerprint: asset for asset in assets}
        self._by_title = {asset.title_id: asset for asset in assets}
        self._rows = queries.by_ids(session, self._by_title)
        self._new: list[AssetRow] = []

    def know(self, rows: Iterable[TitleRow]) -> None:
        """These were loaded elsewhere."""
        self._rows |= {row.id: row for row in rows}

    def row(self, title_id: str | None) -> TitleRow | None:
        """A title."""
        if title_id is None:
            return None
        return self._rows.get(title_id) or self._session.get(TitleRow, title_id)

    def is_restless(self, slot: Slot) -> bool:
        """Whether the file is still being written."""
        return slot.file.path in self._batch.gathered.restless

    def is_new(self, slot: Slot) -> bool:
        """Whether the file was read, and nobody knows it."""
        mark = self._mark(slot)
        return mark is not None and self._with_print(mark) is None

    def rank(self, slot: Slot) -> bool:
        """Sorts versions: first the one that stands for the work already, if any does."""
        asset = self._with_print(self._mark(slot)) or self._by_path.get(_bytes(slot))
        row = self._rows.get(asset.title_id) if asset is not None else None
        return row is None or row.kind in queries.UNDER

    def recognised(self, slot: Slot) -> TitleRow | None:
        """The title that the file's content, or else its place, belongs to.

        A copy of a file that is still there belongs to nobody; that is noted.
        """
        mark, here = self._mark(slot), self._by_path.get(_bytes(slot))
        same = self._with_print(mark)
        asset = same or here
        row = self._rows.get(asset.title_id) if asset is not None else None
        if asset is None or row is None:
            return None
        if mark is None:
            self._come_back(row, asset)
        elif same is None:
            self._replace(row, asset, slot, mark)
        elif same.path == _bytes(slot) or self._has_moved(same):
            self._move(row, same, slot, mark)
        else:
            row = None
        if row is None or row.library_id != self._batch.settings.library_id:
            self._ledger.duplicate(slot.file, self._rows[asset.title_id])
            return None
        return row

    def take_over(self, row: TitleRow, slot: Slot) -> TitleRow | None:
        """The title, if its own file is gone and this one stands for it now."""
        asset = self._by_title.get(row.id) or queries.asset_of(self._session, row.id)
        mark = self._mark(slot)
        if asset is None or mark is None or not self._has_moved(asset):
            return None
        self._replace(row, asset, slot, mark)
        return row

    def make(self, slot: Slot) -> TitleRow:
        """A new title for a new file."""
        mark = self._batch.gathered.prints[slot.file.path]
        row = self.new_row(TitleKind.MOVIE, slot.known.name or "")
        asset = AssetRow(id=self._new_id(), title_id=row.id, asked=False, missing=False)
        self._replace(row, asset, slot, mark)
        self._new.append(asset)
        return row

    def new_row(self, kind: TitleKind, name: str) -> TitleRow:
        """A new title without anything."""
        row = TitleRow(
            id=self._new_id(),
            kind=kind,
            name=name,
            added_at=self._now,
            availability=Availability.PREPARING,
            library_id=self._batch.settings.library_id,
            locked=[],
            artwork={},
            tags=[],
            allowed_regions=[],
            blocked_regions=[],
        )
        derive(row, None)
        self._session.add(row)
        self._rows[row.id] = row
        return row

    def write(self) -> None:
        """Add new assets; their titles have been written."""
        self._session.add_all(self._new)
        self._session.flush()

    def _mark(self, slot: Slot) -> Print | None:
        return self._batch.gathered.prints.get(slot.file.path)

    def _with_print(self, mark: Print | None) -> AssetRow | None:
        if mark is None:
            return None
        return self._by_print.get(mark.value) or self._by_print.get(mark.old or "")

    def _has_moved(self, asset: AssetRow) -> bool:
        return asset.missing or (asset.path is not None and self._batch.is_gone(asset.path))

    def _move(self, row: TitleRow, asset: AssetRow, slot: Slot, mark: Print) -> None:
        moved = asset.path != _bytes(slot)
        if moved or asset.missing or row.library_id == BUILT_IN:
            row.library_id = self._batch.settings.library_id
        self._come_back(row, asset)
        self._point(asset, slot, mark)

    def _come_back(self, row: TitleRow, asset: AssetRow) -> None:
        if asset.missing and row.availability == Availability.MISSING:
            there = row.presentation_id is not None
            row.availability = Availability.READY if there else Availability.PREPARING
            asset.requested_at = self._now
        asset.missing = False

    def _replace(self, row: TitleRow, asset: AssetRow, slot: Slot, mark: Print) -> None:
        """Other content stands for the title from now on: it is prepared anew, and keeps its id."""
        self._point(asset, slot, mark)
        asset.missing, asset.requested_at = False, self._now
        problem = self._batch.gathered.problems.get(slot.file.path)
        unusable = slot.file.role is Role.ADDRESS and problem is not None
        row.availability = Availability.FAILED if unusable else Availability.PREPARING
        row.problem = problem.model_dump() if problem is not None and unusable else None
        if row.library_id == BUILT_IN:
            row.library_id = self._batch.settings.library_id

    def _point(self, asset: AssetRow, slot: Slot, mark: Print) -> None:
        if asset.path is not None and self._by_path.get(asset.path) is asset:
            del self._by_path[asset.path]
        asset.path, asset.fingerprint = _bytes(slot), mark.value
        asset.size_bytes, asset.mtime_ns = slot.file.size_bytes, slot.file.mtime_ns
        self._by_path[asset.path] = self._by_print[mark.value] = asset
        self._by_title[asset.title_id] = asset


def _bytes(slot: Slot) -> bytes:
    return os.fsencode(slot.file.path)
