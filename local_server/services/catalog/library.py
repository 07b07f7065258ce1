"""What changes the catalog: libraries, their files, and what preparing them has come to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from local_server.contracts import (
    AddedPath,
    Problem,
)
from local_server.runtime.database import Database
from local_server.runtime.events import Announcer
from local_server.services.catalog.changes import Changes
from local_server.services.catalog.libraries import LibraryStore
from local_server.services.catalog.ports import MediaFolder, Preparation, Prepared
from local_server.services.catalog.preparing import Preparing
from local_server.services.catalog.pump import Pump
from local_server.services.catalog.taking import Starter, Taking

__all__ = ["Library", "Starter"]


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
        bus: Announcer,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        changes = Changes(database, bus)
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
