"""Records what a scan did not find: titles wait for their files, nothing is deleted."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from local_server.contracts import Availability, Problem
from local_server.services.catalog import queries
from local_server.services.catalog.changes import Change, Changes
from local_server.services.catalog.scan.ledger import write_files
from local_server.services.catalog.scan.walk import FILMS
from local_server.services.catalog.tables import AssetRow, FileRow, TitleRow


class Losses:
    """See the module. Any thread."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes

    def record(self, library_id: str, gone: Sequence[str], refused: Mapping[str, Problem]) -> None:
        """Files that are gone, and files and folders that could not be looked at."""
        if not gone and not refused:
            return
        with self._changes.write() as change:
            paths = [os.fsencode(path) for path in gone]
            for part in queries.portions(paths):
                change.session.execute(
                    delete(FileRow).where(FileRow.library_id == library_id, FileRow.path.in_(part))
                )
            for asset in queries.assets_like(change.session, paths, ()):
                _lose(change, asset)
            if refused:
                write_files(
                    change.session,
                    [_refusal(library_id, path, problem) for path, problem in refused.items()],
                )


def _lose(change: Change, asset: AssetRow) -> None:
    row = change.session.get_one(TitleRow, asset.title_id)
    copy = _copy(change.session, asset)
    change.touch(row.id, row.series_id)
    if copy is not None:
        # The same content lies elsewhere, too: that file stands for the title now.
        asset.path, copy.problem = copy.path, None
        asset.size_bytes, asset.mtime_ns = copy.size_bytes, copy.mtime_ns
        row.library_id = copy.library_id
        return
    asset.missing = True
    row.availability = Availability.MISSING


def _copy(session: Session, asset: AssetRow) -> FileRow | None:
    return session.scalars(
        select(FileRow)
        .where(
            FileRow.title_id == asset.title_id, FileRow.role.in_(FILMS), FileRow.path != asset.path
        )
        .order_by(FileRow.path)
    ).first()


def _refusal(library_id: str, path: str, problem: Problem) -> dict[str, object]:
    return {
        "library_id": library_id,
        "path": os.fsencode(path),
        "role": "refused",
        "size_bytes": 0,
        "mtime_ns": 0,
        "title_id": None,
        "problem": problem.model_dump(),
    }
