"""Writes notes beside films, when their owner asks for it."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from pathlib import Path, PurePath

from sqlalchemy import select
from sqlalchemy.orm import Session

from local_server.contracts import TitleKind, WrittenNfo
from local_server.errors import Conflict, NotFound, Unavailable
from local_server.runtime.database import Database
from local_server.services.catalog import queries
from local_server.services.catalog.intake import display
from local_server.services.catalog.naming.folders import surroundings
from local_server.services.catalog.nfo.read import NFO_MAX_BYTES
from local_server.services.catalog.nfo.write import Told, written
from local_server.services.catalog.scan.patient import FolderSilent, PatientReader
from local_server.services.catalog.scan.walk import Role
from local_server.services.catalog.tables import AssetRow, FileRow, TitleRow

BACKUP_SUFFIX = ".bak"
_SILENCE_S = 20.0


@dataclass(frozen=True, slots=True)
class _Task:
    row: TitleRow
    told: Told
    target: Path


def write_nfo(database: Database, title_id: str) -> WrittenNfo:
    """Write what is known of a title beside its file; what was there is kept under another name.

    Raises :class:`~local_server.errors.NotFound`, :class:`~local_server.errors.Conflict` when
    there is no place to write to and :class:`~local_server.errors.Unavailable` when the folder
    does not answer.
    """
    with database.read() as session:
        task = _task(session, title_id)
        session.expunge(task.row)
    reader = PatientReader(deadline_s=_SILENCE_S)
    try:
        return reader.call(lambda _beat: _write(task))
    except FolderSilent:
        raise Unavailable(
            "folder_does_not_answer",
            f"The folder {display(task.target.parent)} does not answer",
            hint="Check the share or disk it is on.",
            retryable=True,
        ) from None
    except OSError as error:
        raise _refused(task.target, error) from error
    finally:
        reader.close()


def _task(session: Session, title_id: str) -> _Task:
    row = session.get(TitleRow, title_id)
    if row is None:
        raise NotFound("title_not_found", "There is no such title in the library")
    known = session.scalars(
        select(FileRow.path).where(FileRow.title_id == title_id, FileRow.role == Role.NFO)
    ).first()
    target = Path(os.fsdecode(known)) if known is not None else _beside(session, row)
    ids = tuple((each.provider, each.value) for each in queries.ids_of(session, title_id))
    return _Task(row, Told(ids=ids), target)


def _beside(session: Session, row: TitleRow) -> Path:
    if row.kind == TitleKind.SERIES:
        path = session.scalars(
            select(AssetRow.path)
            .join(TitleRow, TitleRow.id == AssetRow.title_id)
            .where(TitleRow.series_id == row.id, AssetRow.path.isnot(None))
            .order_by(TitleRow.season, TitleRow.episode)
        ).first()
        if path is not None:
            return _folder_of_series(Path(os.fsdecode(path))) / "tvshow.nfo"
    asset = queries.asset_of(session, row.id)
    if asset is None or asset.path is None:
        raise Conflict(
            "no_file_to_write_beside",
            f"“{row.name}” comes from no file of yours",
            hint="Only beside a film of a library can a note be written.",
        )
    return Path(os.fsdecode(asset.path)).with_suffix(".nfo")


def _folder_of_series(episode: Path) -> Path:
    above = surroundings(PurePath(*episode.parts[-3:]))
    return episode.parent.parent if above.season is not None else episode.parent


def _write(task: _Task) -> WrittenNfo:
    target = task.target
    existing = _existing(target)
    content = written(existing, task.row, task.told)
    backup = None
    if existing is not None:
        backup = target.with_name(target.name + BACKUP_SUFFIX)
        _replace(backup, existing)
    _replace(target, content)
    return WrittenNfo(path=display(target), backup_path=None if backup is None else display(backup))


def _existing(target: Path) -> bytes | None:
    try:
        with target.open("rb") as handle:
            content = handle.read(NFO_MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    if len(content) > NFO_MAX_BYTES:
        raise Conflict(
            "nfo_too_large",
            f"{display(target)} is far too large for a note",
            hint="Move it away; then a new one can be written.",
        )
    return content


def _replace(target: Path, content: bytes) -> None:
    """All of it or nothing, whatever happens in between."""
    unfinished = target.with_name(f".{target.name}.part")
    try:
        with unfinished.open("wb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _refused(target: Path, error: OSError) -> Conflict:
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return Conflict(
            "folder_read_only",
            f"The server may not write into {display(target.parent)}",
            hint="Give the user that runs Matinee permission to write there.",
        )
    return Conflict(
        "nfo_not_written",
        f"The note could not be written: {error.strerror or error}",
        hint="Check the disk it is on.",
    )
