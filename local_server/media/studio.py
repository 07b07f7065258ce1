"""The studio: a queue of films and one worker that prepares them, whatever happens in between."""

from __future__ import annotations

import os
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

import structlog
from filelock import FileLock, Timeout
from sqlalchemy.exc import SQLAlchemyError

from local_server.contracts import JobState
from local_server.media.children import Children
from local_server.media.errors import StudioUnusable
from local_server.media.generated import Recipe
from local_server.media.jobs import JobTable, utc_now
from local_server.media.results import StudioResult, read_result
from local_server.media.tools import find_tools
from local_server.media.views import (
    JobId,
    JobView,
    StudioCancelled,
    StudioEvent,
    StudioFailed,
    StudioProgress,
    StudioReady,
    StudioRequest,
)
from local_server.media.workfolder import remove
from local_server.media.workshop import Workshop

_log = structlog.get_logger(__name__)
_IDLE_S = 5.0
_TRASH = "trash"


def _new_id() -> str:
    return secrets.token_hex(16)


class Studio:
    """Prepares films, one at a time, on a thread of its own.

    ``listener`` hears every event on that thread (a cancellation of a waiting job: on the thread
    that cancels) and should return soon. How a job ended is told at least once: it is told again
    at the next start when the listener raised or the process ended before it returned. All
    methods may be called from any thread. Of several studios on one ``work_dir``, also in other
    processes, one works and the others wait.
    """

    def __init__(
        self,
        *,
        database_path: Path,
        media_dir: Path,
        work_dir: Path,
        listener: Callable[[StudioEvent], None],
        recipes: Iterable[Recipe] = (),
        threads: int | None = None,
        now: Callable[[], datetime] = utc_now,
        new_id: Callable[[], str] = _new_id,
        monotonic_s: Callable[[], float] = time.monotonic,
        free_bytes: Callable[[Path], int] = lambda path: shutil.disk_usage(path).free,
    ) -> None:
        """Open the queue; raises :class:`StudioUnusable` when the folders cannot be used."""
        _check_folders(database_path.parent, media_dir, work_dir)
        self._media_dir = media_dir
        self._work_dir = work_dir
        self._listener = listener
        self._jobs = JobTable(database_path, now=now, new_id=new_id)
        self._children = Children()
        self._workshop = Workshop(
            jobs=self._jobs,
            children=self._children,
            tools=find_tools(),
            recipes={recipe.id: recipe for recipe in recipes},
            media_dir=media_dir,
            work_dir=work_dir,
            threads=threads or os.cpu_count() or 1,
            tell=self._tell_progress,
            monotonic_s=monotonic_s,
            free_bytes=free_bytes,
        )
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin working; unfinished jobs of an earlier run go on where they were."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="studio", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop working and wait for it; what is unfinished goes on at the next start."""
        self._stopping.set()
        self._wake.set()
        self._workshop.stop()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._jobs.close()

    def submit(self, request: StudioRequest) -> JobId:
        """Queue a film. A title that is queued or being prepared keeps the job it has."""
        job_id = self._jobs.add(request)
        _log.info("studio.submitted", job_id=job_id, title_id=request.title_id)
        self._wake.set()
        return job_id

    def cancel(self, job_id: JobId) -> None:
        """Take a job back. One that has ended already stays as it is."""
        job = self._jobs.get(job_id)
        if job is None:
            return
        if self._jobs.cancel_waiting(job_id):
            remove(self._work_dir / job_id)
            self._announce()
        else:
            self._workshop.cancel(job_id)

    def retry(self, job_id: JobId) -> bool:
        """Queue a failed or cancelled job once more; False when it is neither."""
        queued = self._jobs.retry(job_id)
        self._wake.set()
        return queued

    def jobs(self) -> tuple[JobView, ...]:
        """Every job there was, in the order they came."""
        return self._jobs.all()

    def results(self) -> tuple[tuple[JobView, StudioResult], ...]:
        """Finished jobs whose presentation is still there."""
        done = (job for job in self._jobs.all() if job.state is JobState.DONE)
        pairs = ((job, self._result(job)) for job in done)
        return tuple((job, result) for job, result in pairs if result is not None)

    def set_playing(self, playing: bool) -> None:
        """While somebody watches, use one processor; films wait more easily than viewers."""
        self._children.give_way(playing)

    def discard(self, presentation_id: str) -> None:
        """Delete a presentation: it is out of sight at once, and gone at the latest next start."""
        folder = self._media_dir / presentation_id
        trash = self._work_dir / _TRASH / _new_id()
        trash.parent.mkdir(exist_ok=True)
        try:
            folder.rename(trash)
        except FileNotFoundError:
            return
        remove(trash)

    def _run(self) -> None:
        lock = FileLock(self._work_dir / "studio.lock")
        while not self._stopping.is_set():
            try:
                with lock.acquire(blocking=False):
                    self._jobs.recover()
                    self._sweep()
                    self._announce()
                    self._work()
            except Timeout:
                _log.info("studio.waiting_for_other_studio")
                self._stopping.wait(1.0)
            except (SQLAlchemyError, OSError):
                _log.exception("studio.interrupted_by_disk")
                self._stopping.wait(_IDLE_S)

    def _work(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            if self._workshop.work_once():
                self._announce()
            else:
                self._wake.wait(_IDLE_S)

    def _sweep(self) -> None:
        """Drop work folders no job will come back to."""
        wanted = {
            job.id for job in self._jobs.all() if job.state in (JobState.QUEUED, JobState.RUNNING)
        }
        for entry in self._work_dir.iterdir():
            if entry.is_dir() and entry.name not in wanted:
                remove(entry)

    def _announce(self) -> None:
        for job in self._jobs.unannounced():
            try:
                self._listener(self._closing_event(job))
            except Exception:  # noqa: BLE001 - a listener's fault must not stop the studio
                _log.exception("studio.listener_failed", job_id=job.id)
            else:
                self._jobs.announced(job.id)

    def _closing_event(self, job: JobView) -> StudioEvent:
        if job.state is JobState.DONE:
            result = read_result(self._media_dir / job.presentation_id)
            return StudioReady(job_id=job.id, title_id=job.title_id, result=result)
        if job.problem is not None:
            return StudioFailed(job_id=job.id, title_id=job.title_id, problem=job.problem)
        return StudioCancelled(job_id=job.id, title_id=job.title_id)

    def _tell_progress(self, event: StudioProgress) -> None:
        try:
            self._listener(event)
        except Exception:  # noqa: BLE001 - a listener's fault must not stop the studio
            _log.exception("studio.listener_failed", job_id=event.job_id)

    def _result(self, job: JobView) -> StudioResult | None:
        try:
            return read_result(self._media_dir / job.presentation_id)
        except (OSError, ValueError, KeyError):
            return None


def _check_folders(database_dir: Path, media_dir: Path, work_dir: Path) -> None:
    try:
        for folder in (database_dir, media_dir, work_dir):
            folder.mkdir(parents=True, exist_ok=True)
        together = media_dir.stat().st_dev == work_dir.stat().st_dev
    except OSError as error:
        raise StudioUnusable(
            f"The studio's folder cannot be used: {error}. Check that it can be written to."
        ) from error
    if not together:
        raise StudioUnusable(
            f"{media_dir} and {work_dir} are on different disks. Put them on the same one, so "
            "that finished films appear there in one step."
        )
