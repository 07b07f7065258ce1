"""Works on one job of the queue: claims it, runs the pipeline, and writes down how it ended."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import structlog

from abr.media import PresentationId
from local_server.contracts import JobState, Problem
from local_server.media.children import Children
from local_server.media.errors import (
    Interrupted,
    LeaseLost,
    ProblemCode,
    StudioProblem,
)
from local_server.media.generated import Recipe, RecipeId, make_film
from local_server.media.jobs import MAX_INTERRUPTIONS, Claim, JobTable
from local_server.media.pipeline import Order, prepare
from local_server.media.runner import Bench
from local_server.media.tools import Tools
from local_server.media.views import JobId, StudioProgress
from local_server.media.workfolder import WorkFolder, from_os_error, no_space, remove

_log = structlog.get_logger(__name__)
MAX_CRASHES = 3
_REPORT_EVERY_S = 0.5
_MAKING_SHARE = 0.45  # of the progress of a film the studio draws itself


@dataclass(kw_only=True)
class Workshop:
    """Does the work; :meth:`work_once` belongs to the studio's thread, the rest to any."""

    jobs: JobTable
    children: Children
    tools: Tools
    recipes: Mapping[RecipeId, Recipe]
    media_dir: Path
    work_dir: Path
    threads: int
    tell: Callable[[StudioProgress], None]
    monotonic_s: Callable[[], float]
    free_bytes: Callable[[Path], int]

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._current: JobId | None = None
        self._cancelled: set[JobId] = set()
        self._stopping = False

    def stop(self) -> None:
        """Interrupt the job under way and take no other."""
        with self._lock:
            self._stopping = True
            self.children.interrupt()

    def cancel(self, job_id: JobId) -> None:
        """Interrupt ``job_id`` if it is under way; it ends as cancelled."""
        with self._lock:
            if self._current == job_id:
                self._cancelled.add(job_id)
                self.children.interrupt()

    def work_once(self) -> bool:
        """Work on the next job until it ends or is interrupted; False when none waits."""
        with self._lock:
            if self._stopping:
                return False
            claim = self.jobs.claim()
            if claim is None:
                return False
            self._current = claim.job.id
            self.children.resume()
        try:
            self._work(claim)
        except LeaseLost:
            _log.warning("studio.lease_lost", job_id=claim.job.id)
        finally:
            with self._lock:
                self._current = None
                self._cancelled.discard(claim.job.id)
        return True

    def _work(self, claim: Claim) -> None:
        work = WorkFolder(self.work_dir / claim.job.id)
        log = _log.bind(job_id=claim.job.id)
        try:
            self._refuse_hopeless(claim)
            self._prepare(claim, work)
        except Interrupted:
            self._interrupted(claim, work)
        except StudioProblem as problem:
            log.warning("studio.job_failed", code=problem.code, detail=problem.detail)
            self._fail(claim, work, problem)
        except OSError as error:
            log.exception("studio.folder_failed")
            self._fail(claim, work, from_os_error(error))
        except LeaseLost:
            raise
        except Exception:  # anything else is ours: try again, a few times
            log.exception("studio.attempt_crashed")
            self._crashed(claim, work)
        else:
            remove(work.root)
            self.jobs.finish(claim, JobState.DONE)
            log.info("studio.job_done")

    def _prepare(self, claim: Claim, work: WorkFolder) -> None:
        job = claim.job
        reporter = _Reporter(self, claim)
        bench = Bench(work=work, tools=self.tools, children=self.children)
        source = job.source
        if isinstance(source, str):
            source = self._make(RecipeId(source), bench, reporter)
            reporter.base, reporter.span = _MAKING_SHARE, 1 - _MAKING_SHARE
        order = Order(
            presentation_id=PresentationId(job.presentation_id),
            source=source,
            media_dir=self.media_dir,
            threads=self.threads,
        )
        prepare(order, bench, reporter, free_bytes=self.free_bytes)

    def _make(self, recipe_id: RecipeId, bench: Bench, reporter: _Reporter) -> Path:
        recipe = self.recipes.get(recipe_id)
        if recipe is None:
            raise StudioProblem(
                ProblemCode.NOT_FOUND,
                "This film was part of another version of Matinee.",
                hint="Remove it from the library.",
                detail=recipe_id,
            )
        if self.free_bytes(bench.work.root.parent) < recipe.room_bytes:
            raise no_space(f"{recipe.room_bytes} bytes needed")
        reporter.span = _MAKING_SHARE
        reporter.stage("Drawing the film", 0.0)
        return make_film(
            recipe,
            bench,
            on_frames=lambda n: reporter.stage("Drawing the film", min(1.0, n / recipe.frames)),
            between_scenes=reporter.checkpoint,
        )

    def _refuse_hopeless(self, claim: Claim) -> None:
        if claim.interruptions >= MAX_INTERRUPTIONS:
            raise _gave_up(f"{claim.interruptions} interruptions")

    def _interrupted(self, claim: Claim, work: WorkFolder) -> None:
        with self._lock:
            cancelled = claim.job.id in self._cancelled
        if cancelled:
            remove(work.root)
            self.jobs.finish(claim, JobState.CANCELLED)
        else:
            self.jobs.put_back(claim, crashes=claim.crashes)

    def _crashed(self, claim: Claim, work: WorkFolder) -> None:
        crashes = claim.crashes + 1
        if crashes >= MAX_CRASHES:
            self._fail(claim, work, _gave_up(f"{crashes} crashes"))
        else:
            self.jobs.put_back(claim, crashes=crashes)

    def _fail(self, claim: Claim, work: WorkFolder, problem: StudioProblem) -> None:
        remove(work.root)
        self.jobs.finish(
            claim,
            JobState.FAILED,
            Problem(
                code=problem.code,
                message=problem.message,
                hint=problem.hint,
                retryable=problem.retryable,
            ),
        )


class _Reporter:
    """Turns the pipeline's reports into progress of the whole job, from 0 to 1, never back."""

    def __init__(self, workshop: Workshop, claim: Claim) -> None:
        self._workshop = workshop
        self._claim = claim
        self._told: tuple[str, float] = (claim.job.stage, claim.job.progress)
        self._told_at_s = float("-inf")
        self.base, self.span = 0.0, 1.0

    def stage(self, name: str, progress: float) -> None:
        """Tell listeners, now and then, and the table; a moment to stop when told to."""
        self._workshop.children.check()
        overall = max(self._told[1], self.base + self.span * progress)
        now_s = self._workshop.monotonic_s()
        if name == self._told[0] and now_s - self._told_at_s < _REPORT_EVERY_S:
            return
        self._told, self._told_at_s = (name, overall), now_s
        job = self._claim.job
        self._workshop.jobs.report(self._claim, name, overall)
        self._workshop.tell(
            StudioProgress(job_id=job.id, title_id=job.title_id, stage=name, progress=overall)
        )

    def checkpoint(self) -> None:
        """A chunk is finished: note it, and let a more urgent job pass."""
        self._workshop.jobs.chunk_finished(self._claim)
        if self._workshop.jobs.more_urgent_waits(self._claim):
            raise Interrupted


def _gave_up(detail: str) -> StudioProblem:
    return StudioProblem(
        ProblemCode.CRASHED,
        "Preparing this film failed again and again.",
        hint="The film may be damaged, or this machine short of memory. Close other programs "
        "and try again.",
        retryable=True,
        detail=detail,
    )
