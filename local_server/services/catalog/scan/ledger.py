"""What a batch leaves behind besides titles: its files, identifiers, sidecars, wanted pictures."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.orm import Session

from local_server.contracts import Problem, SidecarKind
from local_server.services.catalog import queries
from local_server.services.catalog.known import Known
from local_server.services.catalog.naming import Sidecar
from local_server.services.catalog.naming import SidecarKind as TrackKind
from local_server.services.catalog.scan.batch import Batch, WantedPicture, art_of
from local_server.services.catalog.scan.beside import Company
from local_server.services.catalog.scan.plan import Show, Slot
from local_server.services.catalog.scan.walk import FoundFile
from local_server.services.catalog.tables import FileRow, SidecarRow, TitleIdRow, TitleRow

# The time of a picture that is wanted and has not been taken yet: the next scan finds it changed.
PENDING = -2


class Ledger:
    """Collects, and writes it all at the end. Within one transaction."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._files: dict[str, dict[str, Any]] = {}
        self._ids: dict[str, tuple[tuple[str, str], ...]] = {}
        self._sidecars: dict[str, list[tuple[Sidecar, FoundFile]]] = {}
        self.pictures: list[WantedPicture] = []
        for file in batch.others:
            self._note(file, None, batch.gathered.problems.get(file.path))
        for work in batch.works:
            for slot in work.slots():
                if slot.file.path in batch.changed and not self._is_restless(slot.file):
                    self._note(slot.file, None, batch.gathered.problems.get(slot.file.path))

    def film(self, row: TitleRow, slot: Slot, known: Known) -> None:
        """A title and all that lies beside its file."""
        if slot.file.path in self._batch.changed:
            self._note(slot.file, row, self._batch.gathered.problems.get(slot.file.path))
        self._ids[row.id] = known.ids
        self._sidecars[row.id] = slot.company.tracks
        for company in (slot.company, slot.folder_company):
            if company is not None:
                self._company(row, company)
        self._art(row, slot.company, slot.folder_company)

    def show(self, row: TitleRow, show: Show, known: Known) -> None:
        """A series and what lies in its folder."""
        self._ids[row.id] = known.ids
        self._company(row, show.company)
        self._art(row, show.company)

    def duplicate(self, file: FoundFile, row: TitleRow) -> None:
        """A file whose content is in the catalog already."""
        problem = Problem(
            code="already_in_library",
            message=f"This is the same film as another file, which is “{row.name}”",
            hint="Delete one of them; nothing is lost.",
        )
        self._note(file, row, problem)

    def refuse(self, file: FoundFile, problem: Problem) -> None:
        """A file that makes no title."""
        self._note(file, None, problem)

    def write(self, session: Session) -> None:
        """Write everything down."""
        for part in queries.portions(self._ids.keys()):
            session.execute(delete(TitleIdRow).where(TitleIdRow.title_id.in_(part)))
            session.execute(delete(SidecarRow).where(SidecarRow.title_id.in_(part)))
        ids = [
            {"title_id": title_id, "provider": provider, "value": value}
            for title_id, pairs in self._ids.items()
            for provider, value in dict(pairs).items()
        ]
        tracks = [
            row for title_id, found in self._sidecars.items() for row in _tracks(title_id, found)
        ]
        if ids:
            session.execute(insert(TitleIdRow), ids)
        if tracks:
            session.execute(insert(SidecarRow), tracks)
        if self._files:
            write_files(session, list(self._files.values()))

    def _company(self, row: TitleRow, company: Company) -> None:
        for file in (company.nfo, *(file for _, file in company.tracks)):
            if file is not None:
                self._note(file, row, self._batch.gathered.problems.get(file.path))

    def _art(self, row: TitleRow, *companies: Company | None) -> None:
        wanted = dict(art_of(*companies))
        kept = {role: ref for role, ref in row.artwork.items() if role in wanted}
        if kept != row.artwork:
            row.artwork = kept
        for role, file in wanted.items():
            if file.path in self._batch.changed:
                self._note(file, row, None, mtime_ns=PENDING)
                self.pictures.append(WantedPicture(row.id, role, file))

    def _note(
        self,
        file: FoundFile,
        row: TitleRow | None,
        problem: Problem | None,
        *,
        mtime_ns: int | None = None,
    ) -> None:
        self._files[file.path] = {
            "library_id": self._batch.settings.library_id,
            "path": os.fsencode(file.path),
            "role": str(file.role),
            "size_bytes": file.size_bytes,
            "mtime_ns": file.mtime_ns if mtime_ns is None else mtime_ns,
            "title_id": row.id if row is not None else None,
            "problem": problem.model_dump() if problem is not None else None,
        }

    def _is_restless(self, file: FoundFile) -> bool:
        return file.path in self._batch.gathered.restless


def write_files(session: Session, rows: list[dict[str, Any]]) -> None:
    """Remember files, in place of what was remembered of them."""
    statement = upsert(FileRow)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[FileRow.library_id, FileRow.path],
            set_={
                name: statement.excluded[name]
                for name in ("role", "size_bytes", "mtime_ns", "title_id", "problem")
            },
        ),
        rows,
    )


def _tracks(title_id: str, found: list[tuple[Sidecar, FoundFile]]) -> Iterator[dict[str, Any]]:
    for track, file in found:
        sound = track.kind is TrackKind.AUDIO
        yield {
            "title_id": title_id,
            "path": os.fsencode(file.path),
            "kind": str(SidecarKind.AUDIO if sound else SidecarKind.SUBTITLES),
            "language": track.language or "",
            "label": track.title or ("Commentary" if track.commentary else ""),
            "forced": track.forced,
            "default": track.default,
            "hearing_impaired": track.hearing_impaired,
        }
