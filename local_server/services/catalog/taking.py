"""Files that people add one by one, and titles that come with the server."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy.orm import Session

from local_server.contracts import AddedPath, Availability, Problem, TitleKind
from local_server.runtime.database import Database
from local_server.services.catalog import queries
from local_server.services.catalog.changes import Change, Changes
from local_server.services.catalog.intake import (
    OfferedFile,
    RefusedPath,
    display,
    fingerprint,
    offered,
    old_fingerprint,
    refused_by_system,
)
from local_server.services.catalog.known import Known, work_in
from local_server.services.catalog.naming import Reading
from local_server.services.catalog.placing import Place, alone, place_of, places
from local_server.services.catalog.pump import Pump
from local_server.services.catalog.tables import (
    BUILT_IN,
    AssetRow,
    StarterRow,
    TitleIdRow,
    TitleRow,
)

_log = structlog.get_logger(__name__)

_DEAD = (Availability.FAILED, Availability.MISSING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Starter:
    """A title that comes with the server: a file or the name of a recipe, and what it is.

    ``key`` never changes, so that a later version recognises it.
    """

    key: str
    source: Path | str
    reading: Reading
    synopsis: str
    attribution: str


class Taking:
    """Takes files into the built-in library. Threading: any method from any thread.

    ``own_folders`` hold the server's own files and are never taken in.
    """

    def __init__(
        self,
        database: Database,
        changes: Changes,
        *,
        pump: Pump,
        own_folders: Sequence[Path],
        now: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._database = database
        self._changes = changes
        self._pump = pump
        self._own_folders = tuple(own_folders)
        self._now = now
        self._new_id = new_id
        # Two requests that offer the same file must not both find it new.
        self._taking_in = threading.Lock()

    def add_paths(self, paths: Sequence[str]) -> tuple[AddedPath, ...]:
        """Take in every film under ``paths``; see :func:`~.intake.offered`.

        Files are read by their names as those of a mixed library; versions, parts and extras that
        come together stand under one title.
        """
        with self._taking_in:
            found = list(offered(paths, own=self._own_folders))
            files = [each for each in found if isinstance(each, OfferedFile)]
            added = self._add_files(files)
            return tuple(
                AddedPath(path=each.path, problem=each.problem)
                if isinstance(each, RefusedPath)
                else next(added)
                for each in found
            )

    def add_starters(self, starters: Sequence[Starter]) -> None:
        """Take in those that have never been taken in, the first ones to be prepared first."""
        with self._taking_in:
            for starter in starters:
                try:
                    self._add_starter(starter)
                except OSError:
                    _log.exception("catalog.starter_unreadable", key=starter.key)

    def _add_files(self, files: Sequence[OfferedFile]) -> Iterator[AddedPath]:
        """What became of each, in their order; owners are taken in before what is under them."""
        placed = places(file.path for file in files)
        depth = {path: _depth(path, placed) for path in placed}
        results: dict[int, AddedPath] = {}
        made: dict[Path, str] = {}
        for number in sorted(range(len(files)), key=lambda n: depth[files[n].path]):
            file = files[number]
            place = placed[file.path]
            if place.owner is not None and place.owner not in made:
                place = alone(file.path)
            results[number] = self._add_file(file, place, made.get(place.owner or file.path))
            title_id = results[number].title_id
            if title_id is not None:
                made.setdefault(file.path, title_id)
        return (results[number] for number in range(len(files)))

    def _add_file(self, file: OfferedFile, place: Place, owner_id: str | None) -> AddedPath:
        shown = display(file.path)
        try:
            with self._database.read() as session:
                known = queries.asset_like(
                    session, os.fsencode(file.path), file.size_bytes, file.mtime_ns
                )
                if known and not _is_dead(session, known):
                    return _duplicate(session, known, shown)
            asset = asset_of(file)
            old = old_fingerprint(file)
        except OSError as error:
            return AddedPath(path=shown, problem=refused_by_system(file.path, error).problem)
        with self._changes.write() as change:
            known = queries.asset_with(change.session, asset.fingerprint, old)
            if known and not _is_dead(change.session, known):
                return _duplicate(change.session, known, shown)
            row = self._revive(change, known, asset) if known else None
            row = row or self._insert(change, asset, place, owner_id)
            title_id = row.id
        self._pump.fill()
        return AddedPath(path=shown, title_id=title_id)

    def _add_starter(self, starter: Starter) -> None:
        asset = _starter_asset(starter.source)
        with self._changes.write() as change:
            session = change.session
            known = queries.asset_with(session, asset.fingerprint)
            if session.get(StarterRow, starter.key) or known:
                return
            title = self._insert(change, asset, place_of(starter.reading), None)
            asset.asked = False
            title.synopsis = starter.synopsis
            title.attribution = starter.attribution
            if title.series_id is not None:
                session.get_one(TitleRow, title.series_id).attribution = starter.attribution
            session.add(StarterRow(key=starter.key, title_id=title.id))
        self._pump.fill()

    def _insert(
        self, change: Change, asset: AssetRow, place: Place, owner_id: str | None
    ) -> TitleRow:
        row = self._title(change.session, place.kind, place.known)
        if place.series is not None:
            row.series_id = self._series(change.session, place.series)
        if place.owner is not None:
            _put_under(change.session.get_one(TitleRow, owner_id), row, place)
        change.session.flush()
        asset.id, asset.title_id, asset.requested_at = self._new_id(), row.id, self._now()
        change.session.add(asset)
        change.touch(row.id, row.series_id, row.parent_id)
        return row

    def _series(self, session: Session, known: Known) -> str:
        name = known.name or ""
        series = queries.series_named(session, name, known.year, BUILT_IN)
        series = series or self._title(session, TitleKind.SERIES, known)
        return series.id

    def _title(self, session: Session, kind: TitleKind, known: Known) -> TitleRow:
        row = TitleRow(
            id=self._new_id(),
            kind=kind,
            name=known.name or "",
            library_id=BUILT_IN,
            added_at=self._now(),
            availability=Availability.PREPARING,
        )
        work_in(row, known, None)
        session.add(row)
        session.flush()
        session.add_all(
            TitleIdRow(title_id=row.id, provider=provider, value=value)
            for provider, value in known.ids
        )
        return row

    def _revive(self, change: Change, known: AssetRow, asset: AssetRow) -> TitleRow | None:
        """A title that failed or lost its files is prepared anew, from where the file is now."""
        known.path, known.size_bytes, known.mtime_ns = asset.path, asset.size_bytes, asset.mtime_ns
        known.requested_at, known.missing, known.asked = self._now(), False, True
        row = change.session.get(TitleRow, known.title_id)
        if row is not None:
            row.availability, row.problem = Availability.PREPARING, None
            change.touch(row.id, row.series_id)
        return row


def _depth(path: Path, placed: Mapping[Path, Place]) -> int:
    owner = placed[path].owner
    return 0 if owner is None else 1 + _depth(owner, placed)


def _put_under(owner: TitleRow, row: TitleRow, place: Place) -> None:
    row.parent_id, row.label, row.position = owner.id, place.label, place.position
    row.series_id = owner.series_id
    if place.kind is TitleKind.EDITION:
        row.season, row.episode = owner.season, owner.episode


def asset_of(file: OfferedFile) -> AssetRow:
    """What is remembered of a file; reads a little of it, raises ``OSError``."""
    return AssetRow(
        path=os.fsencode(file.path),
        size_bytes=file.size_bytes,
        mtime_ns=file.mtime_ns,
        fingerprint=fingerprint(file),
    )


def _starter_asset(source: Path | str) -> AssetRow:
    if isinstance(source, str):
        return AssetRow(recipe=source, fingerprint=f"recipe:{source}")
    facts = source.stat()
    return asset_of(OfferedFile(path=source, size_bytes=facts.st_size, mtime_ns=facts.st_mtime_ns))


def _is_dead(session: Session, asset: AssetRow) -> bool:
    row = session.get(TitleRow, asset.title_id)
    return row is None or row.availability in _DEAD


def _duplicate(session: Session, asset: AssetRow, path: str) -> AddedPath:
    row = session.get(TitleRow, asset.title_id)
    name = "a title" if row is None else f"“{row.name}”"
    problem = Problem(
        code="already_in_library",
        message=f"This film is in the library already, as {name}",
        hint="Nothing needs to be done.",
    )
    return AddedPath(path=path, title_id=asset.title_id, problem=problem)
