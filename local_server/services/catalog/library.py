"""What changes the catalog: libraries, their files, and what preparing them has come to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import structlog

from local_server.contracts import (
    AddedPath,
    ChangeLibrary,
    Libraries,
    LibraryProblems,
    LibraryView,
    MakeLibrary,
    Problem,
    TitleEdit,
    WrittenNfo,
)
from local_server.errors import NotFound, Refusal
from local_server.runtime.database import Database
from local_server.runtime.events import Announcer
from local_server.services.catalog.artwork import take_pictures
from local_server.services.catalog.changes import Changes
from local_server.services.catalog.editing import Editing
from local_server.services.catalog.intake import absolute
from local_server.services.catalog.libraries import LibraryStore
from local_server.services.catalog.notes import write_nfo
from local_server.services.catalog.ports import MediaFolder, Pictures, Preparation, Prepared
from local_server.services.catalog.preparing import Preparing
from local_server.services.catalog.pump import Pump
from local_server.services.catalog.scan.batch import WantedPicture
from local_server.services.catalog.scan.scans import Scans
from local_server.services.catalog.scan.tour import Tops
from local_server.services.catalog.tables import BUILT_IN
from local_server.services.catalog.taking import Starter, Taking
from local_server.services.catalog.watch import Watches

_log = structlog.get_logger(__name__)

__all__ = ["Library", "Starter"]

# A scan looks up whether it is still wanted at every folder.
_SCAN_ENDS_S = 10.0


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
        pictures: Pictures,
        own_folders: Sequence[Path],
        bus: Announcer,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        changes = Changes(database, bus)
        self._database = database
        self._changes = changes
        self._pictures = pictures
        self._picturing = threading.Lock()
        self._editing = Editing(changes)
        self._preparation = preparation
        self._pump = Pump(database, preparation)
        self._preparing = Preparing(
            changes, pump=self._pump, preparation=preparation, media=media, now=now
        )
        self._taking = Taking(
            database, changes, pump=self._pump, own_folders=own_folders, now=now, new_id=new_id
        )
        self._libraries = LibraryStore(
            database, changes, own_folders=own_folders, now=now, new_id=new_id
        )
        self._scans = Scans(
            database,
            changes,
            own_folders=own_folders,
            after=self._after_scan,
            now=now,
            new_id=new_id,
        )

        self._watches = Watches(self._request_scan)

    @property
    def progress(self) -> Mapping[str, float]:
        """How far titles in preparation have come, 0 to 1, by title id."""
        return self._preparing.progress

    def add_paths(self, paths: Sequence[str]) -> tuple[AddedPath, ...]:
        """Take in every film under ``paths``; see :func:`~.intake.offered`."""
        return self._taking.add_paths(paths)

    def add_starters(self, starters: Sequence[Starter]) -> None:
        """Take in those that have never been taken in, the first ones to be prepared first."""
        self._taking.add_starters(starters)

    def resume_preparation(self) -> None:
        """Hand in again what was accepted but never arrived: the server died in between."""
        self._pump.resume()

    def prepare(self, title_id: str) -> None:
        """A person asks for a title: it is prepared before all that was only found.

        One that failed is tried again. Raises :class:`~local_server.errors.NotFound`, or
        :class:`~local_server.errors.Conflict` when there is no file to prepare it from.
        """
        self._preparing.want(title_id)

    def check_media(self) -> None:
        """Mark titles whose prepared files are gone, and those whose files are back."""
        self._preparing.check_media()

    def advanced(self, title_id: str, progress: float) -> None:
        """Preparing has come this far."""
        self._preparing.advanced(title_id, progress)

    def ready(self, title_id: str, prepared: Prepared) -> None:
        """The title can be played from now on."""
        self._preparing.ready(title_id, prepared)

    def failed(self, title_id: str, problem: Problem) -> None:
        """The title's file could not be used."""
        self._preparing.failed(title_id, problem)

    def cancelled(self, title_id: str) -> None:
        """Nobody wants the title any more: it leaves, and its series with its last episode."""
        self._preparing.cancelled(title_id)

    def start(self) -> None:
        """Begin the work that goes on by itself: scans that were cut short, and watching.

        What is watched is scanned once: it may have changed while nobody watched.
        """
        self._scans.resume()
        for view in self._libraries.views(self._scans.progress):
            if self._watch(view):
                self._scans.request(view.id)

    def stop(self) -> None:
        """End it."""
        self._watches.stop()
        self._pictures.stop()
        self._scans.stop()

    def libraries(self) -> Libraries:
        """All libraries."""
        return Libraries(items=self._libraries.views(self._scans.progress))

    def library(self, library_id: str) -> LibraryView:
        """One library; :class:`~local_server.errors.NotFound`."""
        for view in self._libraries.views(self._scans.progress):
            if view.id == library_id:
                return view
        raise NotFound("library_not_found", "There is no such library")

    def make_library(self, wanted: MakeLibrary) -> LibraryView:
        """A new library; its first scan begins.

        Raises :class:`~local_server.errors.Conflict` for a name that is taken and
        :class:`~local_server.errors.Refusal` for a folder that cannot be one.
        """
        library_id = self._libraries.make(wanted)
        self._watch(self.library(library_id))
        self._scans.request(library_id)
        return self.library(library_id)

    def change_library(self, library_id: str, wanted: ChangeLibrary) -> LibraryView:
        """Set a library up otherwise; it is scanned again where that bears on its titles."""
        if self._libraries.change(library_id, wanted):
            self._scans.request(library_id)
        self._watch(self.library(library_id))
        return self.library(library_id)

    def remove_library(self, library_id: str) -> None:
        """Remove a library and its titles from the catalog. Its files are not touched."""
        self._libraries.check_removable(library_id)
        self._watches.set(library_id, ())
        self._scans.cancel(library_id)
        self._scans.wait(library_id, _SCAN_ENDS_S)
        title_ids, presentations = self._libraries.remove(library_id)
        self._preparation.withdraw(title_ids)
        for presentation_id in presentations:
            self._preparation.discard(presentation_id)

    def scan(self, library_id: str) -> None:
        """Look through a library's folders, in the background."""
        self._scans.request(library_id)

    def cancel_scan(self, library_id: str) -> None:
        """End a scan where it is; what it has found stays."""
        self._scans.cancel(library_id)

    def await_scan(self, library_id: str, timeout_s: float) -> bool:
        """Wait for a scan to end; whether it has."""
        return self._scans.wait(library_id, timeout_s)

    def problems(self, library_id: str, *, limit: int, offset: int) -> LibraryProblems:
        """Files of a library that could not be used, or only in part, by path."""
        return self._libraries.problems(library_id, limit=limit, offset=offset)

    def edit(self, title_id: str, edit: TitleEdit) -> None:
        """Set fields of a title by hand and keep them from scans, or give them back.

        Raises :class:`~local_server.errors.NotFound`, or :class:`~local_server.errors.Conflict`
        for numbers of what is no episode.
        """
        library_id = self._editing.edit(title_id, edit)
        if library_id is not None and library_id != BUILT_IN:
            self._scans.request(library_id)

    def merge(self, title_id: str, edition_id: str) -> None:
        """Make one title an edition of another, whatever its name says.

        Raises :class:`~local_server.errors.NotFound` or :class:`~local_server.errors.Conflict`.
        """
        self._editing.merge(title_id, edition_id)

    def split(self, title_id: str) -> None:
        """Make an edition a title of its own; raises as :meth:`merge` does."""
        self._editing.split(title_id)

    def write_nfo(self, title_id: str) -> WrittenNfo:
        """Write what is known of a title beside its file; see :func:`~.notes.write_nfo`."""
        return write_nfo(self._database, title_id)

    def _request_scan(self, library_id: str, only: Tops | None) -> None:
        try:
            self._scans.request(library_id, only)
        except Refusal:
            _log.info("catalog.watched_library_gone", library_id=library_id)

    def _watch(self, view: LibraryView) -> bool:
        """Watch a library, or stop to, as it is set up; whether it is watched."""
        paths = (absolute(folder) for folder in view.folders) if view.watch else ()
        folders = [str(path) for path in paths if path is not None]
        self._watches.set(view.id, folders)
        return bool(folders)

    def _after_scan(
        self,
        library_id: str,
        pictures: Sequence[WantedPicture],
        is_stopped: Callable[[], bool],
    ) -> None:
        _log.debug("catalog.pictures_wanted", library_id=library_id, pictures=len(pictures))
        self._pump.fill()
        # Child processes are started for one caller at a time.
        with self._picturing:
            take_pictures(self._changes, self._pictures, pictures, is_stopped)
