"""Many traces on every core: one child process each, and never more in hand than they can take."""

from __future__ import annotations

import itertools
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from abr.evaluation import TraceResult
from abr.trace import Trace, parse
from ui.cli.words import CommandError, err

IN_HAND = 4  # jobs per process, so that none waits for the next


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One trace, and the set it counts for."""

    set_name: str
    file: Path


Run = Callable[[Trace], TraceResult]


def run_all(jobs: Sequence[Job], run: Run) -> dict[str, list[TraceResult]]:
    """What ``run`` says of every trace, by set and in the order of ``jobs``.

    Raises :class:`CommandError` when a child process dies.
    """
    ordered: list[TraceResult | None] = [None] * len(jobs)
    for number, result in _results(jobs, run):
        ordered[number] = result
    grouped: dict[str, list[TraceResult]] = {job.set_name: [] for job in jobs}
    for job, found in zip(jobs, ordered, strict=True):
        if found is not None:
            grouped[job.set_name].append(found)
    return grouped


def _results(jobs: Sequence[Job], run: Run) -> Iterator[tuple[int, TraceResult]]:
    """Number and result of every job, as they come."""
    processes = os.cpu_count() or 1
    coming = iter(enumerate(jobs))
    pool = ProcessPoolExecutor(processes, initializer=_begin, initargs=(run,))
    finished = False
    try:
        with _progress() as bar:
            task = bar.add_task("traces", total=len(jobs))
            running: dict[Future[TraceResult], int] = {}
            for number, job in itertools.islice(coming, IN_HAND * processes):
                running[pool.submit(_run, job.file)] = number
            while running:
                for done in wait(running, return_when=FIRST_COMPLETED).done:
                    yield running.pop(done), done.result()
                    bar.advance(task)
                    for number, job in itertools.islice(coming, 1):
                        running[pool.submit(_run, job.file)] = number
        finished = True
    except BrokenProcessPool as error:
        raise CommandError(
            "The comparison was cut short.",
            detail="A child process ended before its work.",
            hint="There may have been too little memory: compare fewer algorithms at a time.",
        ) from error
    finally:
        # Children without work end at once; left behind, they meet pipes that are closed already.
        pool.shutdown(wait=finished, cancel_futures=True)


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=err,
    )


_present: list[Run] = []  # of a child process: what it does with every trace


def _begin(run: Run) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it at once and without a word
    _present[:] = [run]


def _run(file: Path) -> TraceResult:
    return _present[0](parse(file.read_text(encoding="utf-8")))
