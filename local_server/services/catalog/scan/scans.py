"""Scans of all libraries: each on a thread of its own, so that one that hangs holds up no other."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy import select

from local_server.contracts import LibraryKind, Problem, ScanProgress, ScanState
from local_server.errors import Conflict
from local_server.runtime.database import Database
from local_server.services.catalog.changes import Changes
from local_server.services.catalog.libraries import existing
from local_server.services.catalog.scan.batch import WantedPicture
from local_server.services.catalog.scan.losses import Losses
from local_server.services.catalog.scan.patient import FolderSilent, PatientReader, Stopped
from local_server.services.catalog.scan.reconcile import Reconciler
from local_server.services.catalog.scan.scan import Scan, ScannedLibrary, ScanResult
from local_server.services.catalog.scan.tour import Tops
from local_server.services.catalog.tables import BUILT_IN, LibraryRow

_log = structlog.get_logger(__name__)

# A disk that wakes up takes ten seconds; a share that is gone may never answer.
SILENCE_S = 30.0
# After this a file that was being written is looked at again.
REST_S = 5.0
_JOIN_S = 10.0
_WAITING = ScanProgress(state=ScanState.WAITING)


@dataclass(slots=True)
class _Running:
    cancelled: threading.Event = field(default_factory=threading.Event)
    again: bool = False
    only: Tops | None = None  # what the next round is about; everything if None
    progress: ScanProgress = field(default_factory=lambda: _WAITING)
    thread: threading.Thread | None = None


class Scans:
    """Starts and ends scans. Threading: any method from any thread.

    ``after`` is told of each scan that ended, on its thread, with the pictures its titles want.
    """

    def __init__(
        self,
        database: Database,
        changes: Changes,
        *,
        own_folders: Sequence[Path],
        after: Callable[[str, Sequence[WantedPicture], Callable[[], bool]], None],
        now: Callable[[], datetime],
        new_id: Callable[[], str],
        silence_s: float = SILENCE_S,
        rest_s: float = REST_S,
    ) -> None:
        self._database = database
        self._reconciler = Reconciler(changes, now=now, new_id=new_id)
        self._losses = Losses(changes)
        self._own_folders = own_folders
        self._after = after
        self._now = now
        self._silence_s = silence_s
        self._rest_s = rest_s
        self._lock = threading.Lock()
        self._running: dict[str, _Running] = {}
        self._stopping = threading.Event()

    def request(self, library_id: str, only: Tops | None = None) -> None:
        """Scan a library, or some units of it; once more if a scan is under way.

        It is remembered until it has ended.
        """
        with self._database.write() as session:
            row = existing(session, library_id)
            if row.id == BUILT_IN:
                raise Conflict(
                    "library_built_in",
                    "This library holds what was added file by file",
                    hint="There is nothing to be looked through. Add a library for a folder.",
                )
            row.scan_wanted = True
        self._start(library_id, only)

    def resume(self) -> None:
        """Begin again with scans that a stop of the server cut short."""
        with self._database.read() as session:
            wanted = session.scalars(select(LibraryRow.id).where(LibraryRow.scan_wanted)).all()
        for library_id in wanted:
            self._start(library_id)

    def cancel(self, library_id: str) -> None:
        """End the scan of a library where it is; what it has recorded stays."""
        with self._lock:
            running = self._running.get(library_id)
        if running is not None:
            running.again = False
            running.cancelled.set()
        with self._database.write() as session:
            existing(session, library_id).scan_wanted = False

    def progress(self, library_id: str) -> ScanProgress:
        """How far the scan of a library has come."""
        with self._lock:
            running = self._running.get(library_id)
        return running.progress if running is not None else ScanProgress()

    def wait(self, library_id: str, timeout_s: float) -> bool:
        """Wait for the scan of a library to end; whether it has."""
        with self._lock:
            running = self._running.get(library_id)
        if running is None or running.thread is None:
            return True
        running.thread.join(timeout_s)
        return not running.thread.is_alive()

    def stop(self) -> None:
        """End all scans; they begin again at the next :meth:`resume`."""
        self._stopping.set()
        with self._lock:
            threads = [r.thread for r in self._running.values() if r.thread is not None]
            for running in self._running.values():
                running.cancelled.set()
        for thread in threads:
            thread.join(_JOIN_S)

    def _start(self, library_id: str, only: Tops | None = None) -> None:
        with self._lock:
            if self._stopping.is_set():
                return
            running = self._running.get(library_id)
            if running is not None and not running.cancelled.is_set():
                running.only = _either(running, only)
                running.again = True
                return
            running = self._running[library_id] = _Running(only=only)
            running.thread = threading.Thread(
                target=self._run,
                args=(library_id, running),
                name=f"scan-{library_id}",
                daemon=True,
            )
            running.thread.start()

    def _run(self, library_id: str, running: _Running) -> None:
        while True:
            with self._lock:
                only, running.only = running.only, None
            try:
                restless = self._scan_once(library_id, running, only)
            except Exception:  # noqa: BLE001 - a fault of ours must not end the thread unseen
                _log.exception("catalog.scan_failed", library_id=library_id)
                self._ended(library_id, _failed())
                restless = False
            if restless and not running.cancelled.wait(self._rest_s):
                running.only = only
                continue
            with self._lock:
                if running.again and not running.cancelled.is_set():
                    running.again = False
                    continue
                if self._running.get(library_id) is running:
                    del self._running[library_id]
                return

    def _scan_once(self, library_id: str, running: _Running, only: Tops | None) -> bool:
        library = self._library(library_id)
        if library is None:
            return False
        _log.info("catalog.scan_begun", library_id=library_id)
        stopped = running.cancelled.is_set
        reader = PatientReader(deadline_s=self._silence_s, is_stopped=stopped)
        try:
            result = self._scan(reader, running).run(library, only)
        except FolderSilent:
            result = ScanResult(problem=_silent(running.progress.folder))
        except Stopped:
            _log.info("catalog.scan_stopped", library_id=library_id)
            return False
        finally:
            reader.close()
        if result.restless:
            self._note_problem(library_id, result.problem)
        else:
            self._ended(library_id, result.problem)
        self._after(library_id, result.pictures, stopped)
        _log.info("catalog.scan_ended", library_id=library_id, found=running.progress.found)
        return result.restless

    def _scan(self, reader: PatientReader, running: _Running) -> Scan:
        def report(progress: ScanProgress) -> None:
            running.progress = progress

        return Scan(
            self._database,
            reconciler=self._reconciler,
            losses=self._losses,
            reader=reader,
            own_folders=self._own_folders,
            report=report,
            is_stopped=running.cancelled.is_set,
            now=self._now,
        )

    def _library(self, library_id: str) -> ScannedLibrary | None:
        with self._database.read() as session:
            row = session.get(LibraryRow, library_id)
            if row is None:
                return None
            return ScannedLibrary(
                id=row.id,
                kind=LibraryKind(row.kind),
                folders=tuple(row.folders),
                region=row.region,
            )

    def _note_problem(self, library_id: str, problem: Problem | None) -> None:
        with self._database.write() as session:
            row = session.get(LibraryRow, library_id)
            if row is not None:
                row.problem = problem.model_dump() if problem is not None else None

    def _ended(self, library_id: str, problem: Problem | None) -> None:
        with self._lock:
            running = self._running.get(library_id)
            again = running is not None and running.again
        with self._database.write() as session:
            row = session.get(LibraryRow, library_id)
            if row is not None:
                row.problem = problem.model_dump() if problem is not None else None
                row.scanned_at, row.scan_wanted = self._now(), again


def _either(running: _Running, only: Tops | None) -> Tops | None:
    """What covers both what is asked for and what was asked for before and not begun."""
    if not running.again:
        return only
    return None if only is None or running.only is None else running.only | only


def _silent(folder: str) -> Problem:
    return Problem(
        code="folder_does_not_answer",
        message=f"The folder {folder} does not answer",
        hint="It is probably on a share or disk that hangs. Check it, then scan again; what is "
        "known of its titles stays.",
        retryable=True,
    )


def _failed() -> Problem:
    return Problem(
        code="scan_failed",
        message="The scan ended by a fault of the server",
        hint="Its log says more. Scanning again may help.",
        retryable=True,
    )
