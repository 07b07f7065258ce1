"""What changes the catalog: files taken in, and what preparing them has come to."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from local_server.contracts import AddedPath, Availability, Problem, TitleKind
from local_server.runtime.database import Database
from local_server.services.catalog import queries
from local_server.services.catalog.intake import (
    OfferedFile,
    RefusedPath,
    display,
    fingerprint,
    offered,
    refused_by_system,
)
from local_server.services.catalog.names import EpisodeName, FilmName, fold, parse
from local_server.services.catalog.ports import MediaFolder, Preparation, Prepared
from local_server.services.catalog.tables import AssetRow, StarterRow, TitleRow

_log = structlog.get_logger(__name__)

_DEAD = (Availability.FAILED, Availability.MISSING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Starter:
    """A title that comes with the server: a file or the name of a recipe, and what it is.

    ``key`` never changes, so that a later version recognises it.
    """

    key: str
    source: Path | str
    name: FilmName | EpisodeName
    synopsis: str
    attribution: str


class Library:
    """Owns all writing to the catalog. Threading: any method from any thread.

    ``own_folders`` hold the server's own files and are never taken in.
    """

    def __init__(
        self,
        database: Database,
        *,
        preparation: Preparation,
        media: MediaFolder,
        own_folders: Sequence[Path],
        now: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._database = database
        self._preparation = preparation
        self._media = media
        self._own_folders = tuple(own_folders)
        self._now = now
        self._new_id = new_id
        self._progress: dict[str, float] = {}
        # Two requests that offer the same file must not both find it new.
        self._taking_in = threading.Lock()

    @property
    def progress(self) -> Mapping[str, float]:
        """How far titles in preparation have come, 0 to 1, by title id."""
        return self._progress

    def add_paths(self, paths: Sequence[str]) -> tuple[AddedPath, ...]:
        """Take in every film under ``paths``; see :func:`~.intake.offered`."""
        with self._taking_in:
            return tuple(
                AddedPath(path=found.path, problem=found.problem)
                if isinstance(found, RefusedPath)
                else self._add_file(found)
                for found in offered(paths, own=self._own_folders)
            )

    def add_starters(self, starters: Sequence[Starter]) -> None:
        """Take in those that have never been taken in, the first ones to be prepared first."""
        with self._taking_in:
            for starter in starters:
                try:
                    self._add_starter(starter)
                except OSError:
                    _log.exception("catalog.starter_unreadable", key=starter.key)

    def resume_preparation(self) -> None:
        """Hand in again what was accepted but never arrived: the server died in between."""
        requested = self._preparation.requested()
        with self._database.read() as session:
            lost = [
                (row.id, row.name, _source_of(asset))
                for row in queries.with_state(session, Availability.PREPARING)
                for asset in session.scalars(select(AssetRow).where(AssetRow.title_id == row.id))
                if row.id not in requested or requested[row.id] < asset.requested_at
            ]
        for title_id, name, source in lost:
            _log.info("catalog.preparation_resumed", title_id=title_id)
            self._prepare(title_id, source, name, background=True)

    def check_media(self) -> None:
        """Mark titles whose prepared files are gone, and those whose files are back."""
        with self._database.write() as session:
            for row in queries.with_state(session, Availability.READY, Availability.MISSING):
                there = row.presentation_id and self._media.exists(row.presentation_id)
                row.availability = Availability.READY if there else Availability.MISSING

    def advanced(self, title_id: str, progress: float) -> None:
        """Preparing has come this far."""
        self._progress[title_id] = min(1.0, max(0.0, progress))

    def ready(self, title_id: str, prepared: Prepared) -> None:
        """The title can be played from now on."""
        with self._database.write() as session:
            row = session.get(TitleRow, title_id)
            if row is None:
                return
            row.availability = Availability.READY
            row.problem = None
            row.presentation_id = prepared.presentation_id
            row.duration_s = prepared.duration_s
            row.max_height_px = prepared.max_height_px
            row.audio_languages = list(prepared.audio_languages)
            row.subtitle_languages = list(prepared.subtitle_languages)
            row.size_bytes = prepared.size_bytes
            row.poster_path = prepared.poster_path
            row.still_path = prepared.still_path
            row.average_colour = prepared.average_colour
        self._progress.pop(title_id, None)
        _log.info("catalog.title_ready", title_id=title_id)

    def failed(self, title_id: str, problem: Problem) -> None:
        """The title's file could not be used."""
        with self._database.write() as session:
            row = session.get(TitleRow, title_id)
            if row is None:
                return
            row.availability = Availability.FAILED
            row.problem = problem.model_dump()
        self._progress.pop(title_id, None)
        _log.info("catalog.title_failed", title_id=title_id, code=problem.code)

    def cancelled(self, title_id: str) -> None:
        """Nobody wants the title any more: it leaves, and its series with its last episode."""
        with self._database.write() as session:
            row = session.get(TitleRow, title_id)
            if row is None or row.availability == Availability.READY:
                return
            series_id = row.series_id
            session.execute(delete(AssetRow).where(AssetRow.title_id == title_id))
            session.delete(row)
            session.flush()
            if series_id is not None and not session.scalar(
                select(func.count()).where(TitleRow.series_id == series_id)
            ):
                session.execute(delete(TitleRow).where(TitleRow.id == series_id))
        self._progress.pop(title_id, None)

    def _add_file(self, file: OfferedFile) -> AddedPath:
        shown = display(file.path)
        try:
            with self._database.read() as session:
                known = queries.asset_like(
                    session, os.fsencode(file.path), file.size_bytes, file.mtime_ns
                )
                if known and not _is_dead(session, known):
                    return _duplicate(session, known, shown)
            asset = _asset_of(file)
        except OSError as error:
            return AddedPath(path=shown, problem=refused_by_system(file.path, error).problem)
        with self._database.write() as session:
            known = queries.asset_with(session, asset.fingerprint)
            if known and not _is_dead(session, known):
                return _duplicate(session, known, shown)
            row = self._revive(session, known, asset) if known else None
            row = row or self._insert(session, asset, parse(file.path))
            title_id, title_name = row.id, row.name
        self._prepare(title_id, file.path, title_name, background=False)
        return AddedPath(path=shown, title_id=title_id)

    def _add_starter(self, starter: Starter) -> None:
        asset = _starter_asset(starter.source)
        with self._database.write() as session:
            known = queries.asset_with(session, asset.fingerprint)
            if session.get(StarterRow, starter.key) or known:
                return
            title = self._insert(session, asset, starter.name)
            title.synopsis = starter.synopsis
            title.attribution = starter.attribution
            if title.series_id is not None:
                session.get_one(TitleRow, title.series_id).attribution = starter.attribution
            session.add(StarterRow(key=starter.key, title_id=title.id))
            title_id = title.id
        self._prepare(title_id, starter.source, starter.name.name, background=True)

    def _insert(self, session: Session, asset: AssetRow, name: FilmName | EpisodeName) -> TitleRow:
        row = self._title(TitleKind.MOVIE, name.name)
        if isinstance(name, EpisodeName):
            row.kind = TitleKind.EPISODE
            row.series_id = self._series(session, name)
            row.season, row.episode = name.season, name.episode
        else:
            row.year = name.year
        session.add(row)
        session.flush()
        asset.id, asset.title_id, asset.requested_at = self._new_id(), row.id, self._now()
        session.add(asset)
        return row

    def _series(self, session: Session, name: EpisodeName) -> str:
        series = queries.series_named(session, name.series)
        if series is None:
            series = self._title(TitleKind.SERIES, name.series)
            series.year = name.series_year
            session.add(series)
            session.flush()
        return series.id

    def _title(self, kind: TitleKind, name: str) -> TitleRow:
        return TitleRow(
            id=self._new_id(),
            kind=kind,
            name=name,
            folded=fold(name),
            added_at=self._now(),
            availability=Availability.PREPARING,
        )

    def _revive(self, session: Session, known: AssetRow, asset: AssetRow) -> TitleRow | None:
        """A title that failed or lost its files is prepared anew, from where the file is now."""
        known.path, known.size_bytes, known.mtime_ns = asset.path, asset.size_bytes, asset.mtime_ns
        known.requested_at = self._now()
        row = session.get(TitleRow, known.title_id)
        if row is not None:
            row.availability, row.problem = Availability.PREPARING, None
        return row

    def _prepare(self, title_id: str, source: Path | str, name: str, *, background: bool) -> None:
        self._preparation.prepare(
            title_id=title_id, name=name, source=source, background=background
        )


def _asset_of(file: OfferedFile) -> AssetRow:
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
    return _asset_of(OfferedFile(path=source, size_bytes=facts.st_size, mtime_ns=facts.st_mtime_ns))


def _source_of(asset: AssetRow) -> Path | str:
    if asset.path is not None:
        return Path(os.fsdecode(asset.path))
    return asset.recipe or ""


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
