"""Libraries as their owner sets them up."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from local_server.contracts import (
    Availability,
    ChangeLibrary,
    FileProblem,
    LibraryKind,
    LibraryProblems,
    LibraryView,
    MakeLibrary,
    Problem,
    Regions,
    ScanProgress,
    TitleKind,
)
from local_server.errors import Conflict, NotFound, Refusal
from local_server.runtime.database import Database
from local_server.services.catalog import queries
from local_server.services.catalog.changes import Changes
from local_server.services.catalog.intake import absolute, display
from local_server.services.catalog.tables import BUILT_IN, AssetRow, FileRow, LibraryRow, TitleRow


class LibraryStore:
    """Makes, lists, changes and removes libraries; no file is touched. Any thread.

    ``own_folders`` hold the server's own files and belong to no library.
    """

    def __init__(
        self,
        database: Database,
        changes: Changes,
        *,
        own_folders: Sequence[Path],
        now: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._database = database
        self._changes = changes
        self._own_folders = tuple(own_folders)
        self._now = now
        self._new_id = new_id

    def make(self, wanted: MakeLibrary) -> str:
        """A new library, not scanned yet; its id."""
        library_id = self._new_id()
        for folder in wanted.folders:
            path = absolute(folder)
            if path is not None and not path.is_dir():
                raise Refusal(
                    "folder_not_found",
                    f"There is no folder “{display(folder)}” on the server's machine",
                    hint="Check the path; a share has to be mounted first.",
                )
        with self._database.write() as session:
            self._check(session, wanted.name, wanted.folders, library_id)
            session.add(
                LibraryRow(
                    id=library_id,
                    name=wanted.name.strip(),
                    kind=wanted.kind,
                    folders=list(wanted.folders),
                    language=wanted.language,
                    region=wanted.region,
                    watch=wanted.watch,
                    allowed_regions=list(wanted.regions.allowed),
                    blocked_regions=list(wanted.regions.blocked),
                    made_at=self._now(),
                )
            )
        return library_id

    def change(self, library_id: str, wanted: ChangeLibrary) -> bool:
        """Set what is given; whether its files must be looked through again."""
        given = wanted.model_dump(exclude_none=True, exclude={"regions"})
        with self._changes.write() as change:
            row = existing(change.session, library_id)
            if row.id == BUILT_IN and given.keys() - {"name"}:
                raise _built_in()
            self._check(change.session, wanted.name, wanted.folders or (), library_id)
            again = any(
                key in given and given[key] != getattr(row, key)
                for key in ("kind", "language", "region")
            ) or (wanted.folders is not None and list(wanted.folders) != row.folders)
            for key, value in given.items():
                setattr(row, key, list(value) if isinstance(value, tuple) else value)
            if wanted.regions is not None:
                row.allowed_regions = list(wanted.regions.allowed)
                row.blocked_regions = list(wanted.regions.blocked)
                change.session.flush()
                change.touch(*_title_ids(change.session, library_id))
            if again:
                # What names mean depends on these: every file is read anew.
                change.session.execute(
                    update(FileRow).where(FileRow.library_id == library_id).values(mtime_ns=-1)
                )
        return again

    def check_removable(self, library_id: str) -> None:
        """Raise :class:`~local_server.errors.Refusal` for one that cannot be removed."""
        with self._database.read() as session:
            if existing(session, library_id).id == BUILT_IN:
                raise _built_in()

    def remove(self, library_id: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Remove a library and its titles: their ids, and the presentations of them."""
        with self._changes.write() as change:
            if library_id == BUILT_IN:
                raise _built_in()
            row = existing(change.session, library_id)
            ids = tuple(_title_ids(change.session, library_id))
            presentations = change.session.scalars(
                select(TitleRow.presentation_id).where(
                    TitleRow.library_id == library_id, TitleRow.presentation_id.isnot(None)
                )
            ).all()
            change.session.execute(delete(FileRow).where(FileRow.library_id == library_id))
            change.remove(ids)
            change.session.delete(row)
        return ids, tuple(each for each in presentations if each is not None)

    def views(self, progress: Callable[[str], ScanProgress]) -> tuple[LibraryView, ...]:
        """All libraries, oldest first."""
        with self._database.read() as session:
            rows = session.scalars(select(LibraryRow).order_by(LibraryRow.made_at, LibraryRow.id))
            titles = _counts(session)
            refused = _refused(session)
            return tuple(
                _view(row, titles.get(row.id, 0), refused.get(row.id, 0), progress(row.id))
                for row in rows
            )

    def problems(self, library_id: str, *, limit: int, offset: int) -> LibraryProblems:
        """Files with problems, by path; :class:`~local_server.errors.NotFound`.

        Of scans, and of preparing: a file may look like a film until it is opened.
        """
        with self._database.read() as session:
            existing(session, library_id)
            read = select(FileRow.path, FileRow.problem, FileRow.title_id).where(
                FileRow.library_id == library_id, FileRow.problem.isnot(None)
            )
            prepared = (
                select(AssetRow.path, TitleRow.problem, TitleRow.id)
                .join(TitleRow, TitleRow.id == AssetRow.title_id)
                .where(
                    TitleRow.library_id == library_id,
                    TitleRow.availability == Availability.FAILED,
                    TitleRow.problem.isnot(None),
                    AssetRow.path.isnot(None),
                )
            )
            found: dict[bytes, tuple[dict[str, Any], str | None]] = {}
            for path, problem, title_id in [*session.execute(prepared), *session.execute(read)]:
                found[path] = problem, title_id
        items = tuple(
            FileProblem(
                path=display(os.fsdecode(path)),
                problem=Problem.model_validate(found[path][0]),
                title_id=found[path][1],
            )
            for path in sorted(found)[offset : offset + limit]
        )
        return LibraryProblems(items=items, total=len(found))

    def _check(
        self, session: Session, name: str | None, folders: Sequence[str], library_id: str
    ) -> None:
        taken = session.scalar(
            select(LibraryRow.id).where(LibraryRow.name == name, LibraryRow.id != library_id)
        )
        if taken is not None:
            raise Conflict("library_name_taken", f"There is a library named “{name}” already")
        for folder in folders:
            path = absolute(folder)
            if path is None:
                raise Refusal(
                    "path_not_absolute",
                    f"“{display(folder)}” is no absolute path",
                    hint="Give the whole path, from the root of the file system.",
                )
            if any(path == own or own in path.parents for own in self._own_folders):
                raise Refusal(
                    "own_folder",
                    "This folder belongs to Matinee itself",
                    hint="Choose the folder with the original files.",
                )


def existing(session: Session, library_id: str) -> LibraryRow:
    """The library; :class:`~local_server.errors.NotFound`."""
    row = session.get(LibraryRow, library_id)
    if row is None:
        raise NotFound("library_not_found", "There is no such library")
    return row


def _built_in() -> Conflict:
    return Conflict(
        "library_built_in",
        "This library holds what was added file by file and cannot be changed",
        hint="Only its name can. Make a library of your own for folders.",
    )


def _title_ids(session: Session, library_id: str) -> Sequence[str]:
    return session.scalars(select(TitleRow.id).where(TitleRow.library_id == library_id)).all()


def _counts(session: Session) -> dict[str, int]:
    listed = (*queries.UNDER, TitleKind.EPISODE)
    rows = session.execute(
        select(TitleRow.library_id, func.count())
        .where(TitleRow.kind.not_in(listed))
        .group_by(TitleRow.library_id)
    )
    return dict(rows.all())


def _refused(session: Session) -> dict[str, int]:
    rows = session.execute(
        select(FileRow.library_id, func.count())
        .where(FileRow.problem.isnot(None))
        .group_by(FileRow.library_id)
    )
    return dict(rows.all())


def _view(row: LibraryRow, titles: int, refused: int, scan: ScanProgress) -> LibraryView:
    return LibraryView(
        id=row.id,
        name=row.name,
        kind=LibraryKind(row.kind),
        folders=tuple(row.folders),
        language=row.language,
        region=row.region,
        watch=row.watch,
        regions=Regions(allowed=tuple(row.allowed_regions), blocked=tuple(row.blocked_regions)),
        built_in=row.id == BUILT_IN,
        titles=titles,
        refused=refused,
        scanned_at=row.scanned_at,
        scan=scan,
        problem=None if row.problem is None else Problem.model_validate(row.problem),
    )
