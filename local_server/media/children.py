"""Child programs of the studio: started polite, watched, and ended with the studio."""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil
import structlog

from local_server.media.errors import Interrupted

_log = structlog.get_logger(__name__)
_LAUNCHER = str(Path(__file__).with_name("launcher.py"))
_ERROR_TAIL_BYTES = 8192
STALL_S = 600.0  # a child that says nothing for so long is stuck, however slow the machine


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a child ended. ``code`` is negative for a signal; ``errors`` the end of its stderr."""

    code: int
    errors: str
    stalled: bool = False

    @property
    def succeeded(self) -> bool:
        """It ended by itself and found nothing wrong."""
        return self.code == 0 and not self.stalled


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds for a child that reads what a stranger wrote; 0 means none."""

    cpu_s: int = 0
    memory_bytes: int = 0
    silence_s: float = STALL_S


class Children:
    """Runs one child at a time for the thread that calls :meth:`run`.

    :meth:`interrupt` and :meth:`give_way` may come from any thread. After :meth:`interrupt`
    every :meth:`run` raises :class:`Interrupted` until :meth:`resume`.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._interrupted = False
        self._giving_way = False

    def run(
        self,
        argv: Sequence[str],
        *,
        cwd: Path | None = None,
        on_line: Callable[[str], None] = lambda _line: None,
        limits: Limits = Limits(),
    ) -> Outcome:
        """Run ``argv`` to its end, passing each line it prints to ``on_line``.

        Raises :class:`Interrupted` when told to stop; the child is gone by then.
        """
        with tempfile.TemporaryFile() as errors:
            process = self._start(argv, cwd, errors, limits)
            try:
                stalled = self._listen(process, on_line, limits.silence_s)
                code = process.wait()
            finally:
                _kill(process)
                with self._lock:
                    self._process = None
                    interrupted = self._interrupted
            if interrupted:
                raise Interrupted
            return Outcome(code=code, errors=_tail(errors), stalled=stalled)

    def interrupt(self) -> None:
        """End the child under way, if any, and start no other."""
        with self._lock:
            self._interrupted = True
            process = self._process
        if process is not None:
            _kill(process)

    def resume(self) -> None:
        """Allow children again."""
        with self._lock:
            self._interrupted = False

    def check(self) -> None:
        """Raise :class:`Interrupted` when told to stop; for work that needs no child."""
        with self._lock:
            if self._interrupted:
                raise Interrupted

    def give_way(self, giving_way: bool) -> None:
        """Let the child under way, and those to come, run only while nothing else wants to."""
        with self._lock:
            self._giving_way = giving_way
            process = self._process
        if process is not None:
            _confine(process.pid, giving_way)

    def _start(
        self, argv: Sequence[str], cwd: Path | None, errors: IO[bytes], limits: Limits
    ) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._interrupted:
                raise Interrupted
            self._process = process = subprocess.Popen(
                [*_prefix(limits), *argv],
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
            )
            giving_way = self._giving_way
        if giving_way:
            _confine(process.pid, True)
        return process

    def _listen(
        self, process: subprocess.Popen[bytes], on_line: Callable[[str], None], silence_s: float
    ) -> bool:
        """Pass lines on until the child closes its output; True when it fell silent."""
        lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        reader = threading.Thread(
            target=_read_lines, args=(process, lines), name="studio-output", daemon=True
        )
        reader.start()
        stalled = False
        while True:
            try:
                line = lines.get(timeout=silence_s)
            except queue.Empty:
                _log.warning("studio.child_stalled", silence_s=silence_s)
                stalled = True
                _kill(process)
                break
            if line is None:
                break
            on_line(line.decode(errors="replace").rstrip("\n"))
        reader.join()
        return stalled


def _prefix(limits: Limits) -> list[str]:
    if os.name != "posix":  # no exec there: the child would outlive the launcher's process id
        return []
    numbers = (os.getpid(), limits.cpu_s, limits.memory_bytes)
    return [sys.executable, "-I", "-S", _LAUNCHER, *(str(number) for number in numbers)]


def _read_lines(process: subprocess.Popen[bytes], lines: queue.SimpleQueue[bytes | None]) -> None:
    assert process.stdout is not None  # noqa: S101 - opened as a pipe
    with process.stdout:
        for line in process.stdout:
            lines.put(line)
    lines.put(None)


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(OSError):
        process.kill()
    process.wait()


def _confine(pid: int, confined: bool) -> None:
    """Give the threads of ``pid`` only idle time of one processor, or their share again (Linux)."""
    if not hasattr(os, "sched_setaffinity"):
        return
    every = os.sched_getaffinity(0)
    allowed = {max(every)} if confined else every
    policy = os.SCHED_IDLE if confined else os.SCHED_OTHER
    with contextlib.suppress(OSError, psutil.Error):
        for thread in psutil.Process(pid).threads():
            os.sched_setaffinity(thread.id, allowed)
            os.sched_setscheduler(thread.id, policy, os.sched_param(0))


def _tail(errors: IO[bytes]) -> str:
    size = errors.seek(0, os.SEEK_END)
    errors.seek(max(0, size - _ERROR_TAIL_BYTES))
    return errors.read().decode(errors="replace").strip()
