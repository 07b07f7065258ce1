"""The edge server as a child process: started, watched, started again, stopped with its parent.

The child holds one end of a pipe as its standard input. When the parent goes, however it goes,
the pipe closes and the child stops by itself.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

import structlog

from local_server.runtime.running import RunningServer, running_server

_log = structlog.get_logger(__name__)

# A first start migrates five databases on a slow disk; beyond this something is wrong.
START_DEADLINE_S = 60.0
STOP_DEADLINE_S = 25.0  # more than the server's own deadline
POLL_S = 0.05
ATTACHED_POLL_S = 0.5
HEALTH_TIMEOUT_S = 2.0
BACKOFF_FIRST_S = 0.2
BACKOFF_MAX_S = 10.0
# Starts that failed one after the other until a person is asked.
FAILURES_MAX = 5
# A child that has served this long was well: the next start follows at once.
WELL_AFTER_S = 10.0
LOG_TAIL_BYTES = 4096
LOG_MAX_BYTES = 4 * 1024 * 1024  # then a new one begins; the one before it is kept


class ServerPhase(StrEnum):
    """Where the embedded server stands."""

    STARTING = "starting"
    RUNNING = "running"
    RESTARTING = "restarting"  # it died; another start follows by itself
    FAILED = "failed"  # it will not start; a person has to act
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerState:
    """One moment: ``running`` while there is a server, ``detail`` its last words when it failed."""

    phase: ServerPhase
    running: RunningServer | None = None
    detail: str = ""


class ServerSupervisor:
    """Keeps a server working on ``home``.

    ``command`` gives the child's arguments for a port (0 at first, then the one it had) and has
    to make it stop when standard input ends. A server that somebody else runs on this home is
    used as it is, and replaced by a child when it goes. ``on_change`` hears every new state, on
    the supervisor's thread or the one that starts or stops it, and must not stop it. Methods may
    be called from any thread.
    """

    def __init__(
        self,
        *,
        home: Path,
        command: Callable[[int], Sequence[str]],
        on_change: Callable[[ServerState], None],
        is_well: Callable[[RunningServer], bool] | None = None,
        jitter: random.Random | None = None,
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._home = home
        self._command = command
        self._on_change = on_change
        self._is_well = is_well or answers_health
        self._jitter = jitter or random.Random()  # noqa: S311 - spreads restarts, guards nothing
        self._monotonic_s = monotonic_s
        self._stopping = threading.Event()
        self._changed = threading.Condition()
        self._state = ServerState(phase=ServerPhase.STOPPED)
        self._thread: threading.Thread | None = None
        self._port = 0
        self._failures = 0

    @property
    def state(self) -> ServerState:
        """The present state."""
        return self._state

    def start(self) -> None:
        """Begin; returns at once. After a failure, try again."""
        self.stop()
        self._stopping.clear()
        self._failures = 0
        self._set(ServerPhase.STARTING)
        self._thread = threading.Thread(target=self._run, name="server-supervisor", daemon=True)
        self._thread.start()

    def wait_running(self, timeout_s: float) -> ServerState:
        """Block until the server runs or has failed for good, at most ``timeout_s``."""
        settled = (ServerPhase.RUNNING, ServerPhase.FAILED, ServerPhase.STOPPED)
        with self._changed:
            self._changed.wait_for(lambda: self._state.phase in settled, timeout_s)
            return self._state

    def stop(self) -> None:
        """Stop watching, and stop the child if there is one; blocks until it is gone."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
            self._set(ServerPhase.STOPPED)

    def _run(self) -> None:
        while True:
            running = running_server(self._home)
            if running is not None and self._is_well(running):
                self._stay_attached(running)
                detail = ""
            else:
                detail = self._run_child()
            if self._stopping.is_set():
                return
            if self._failures >= FAILURES_MAX:
                self._set(ServerPhase.FAILED, detail=detail)
                return
            self._set(ServerPhase.RESTARTING, detail=detail)
            self._stopping.wait(self._backoff_s())

    def _stay_attached(self, running: RunningServer) -> None:
        self._failures = 0
        self._remember(running)
        while not self._stopping.wait(ATTACHED_POLL_S):
            if running_server(self._home) != running:
                _log.info("supervisor.other_server_gone", pid=running.pid)
                return

    def _run_child(self) -> str:
        """Start a child and stay with it to its end; its last words."""
        log = _log_file(self._home)
        with log.open("ab") as output:
            spoken_before = output.tell()
            child = _spawn(self._command(self._port), output)
        began_s = self._monotonic_s()
        try:
            running = self._wait_until_well(child)
            if running is not None:
                self._remember(running)
                self._wait_for_end(child)
        finally:
            _end(child)
        if not self._stopping.is_set():
            self._count(served_s=self._monotonic_s() - began_s if running else None)
            _log.warning(
                "supervisor.server_ended", exit_code=child.returncode, failures=self._failures
            )
        return _tail(log, spoken_before)

    def _count(self, *, served_s: float | None) -> None:
        """Count what calls for patience; only a server that never came up calls for a person."""
        if served_s is None:
            self._failures += 1
        elif served_s >= WELL_AFTER_S:
            self._failures = 0
        else:
            self._failures = min(self._failures + 1, FAILURES_MAX - 1)

    def _wait_until_well(self, child: subprocess.Popen[bytes]) -> RunningServer | None:
        deadline_s = self._monotonic_s() + START_DEADLINE_S
        while self._monotonic_s() < deadline_s and child.poll() is None:
            running = running_server(self._home)
            if running is not None and running.pid == child.pid and self._is_well(running):
                return running
            if self._stopping.wait(POLL_S):
                return None
        return None

    def _wait_for_end(self, child: subprocess.Popen[bytes]) -> None:
        while child.poll() is None and not self._stopping.wait(POLL_S):
            pass

    def _remember(self, running: RunningServer) -> None:
        self._port = urlsplit(running.url).port or 0
        self._set(ServerPhase.RUNNING, running=running)

    def _backoff_s(self) -> float:
        if self._failures == 0:
            return 0.0
        limit_s = min(BACKOFF_MAX_S, BACKOFF_FIRST_S * 2 ** (self._failures - 1))
        return self._jitter.uniform(limit_s / 2, limit_s)

    def _set(
        self, phase: ServerPhase, *, running: RunningServer | None = None, detail: str = ""
    ) -> None:
        state = ServerState(phase=phase, running=running, detail=detail)
        with self._changed:
            if state == self._state:
                return
            self._state = state
            self._changed.notify_all()
        _log.info("supervisor.phase", phase=str(phase), url=running.url if running else "")
        self._on_change(state)


def answers_health(running: RunningServer) -> bool:
    """Whether the server says that it is well."""
    address = urlsplit(running.url)
    connection = http.client.HTTPConnection(
        address.hostname or "", address.port, timeout=HEALTH_TIMEOUT_S
    )
    with contextlib.closing(connection):
        try:
            connection.request("GET", "/v1/health")
            answer = json.loads(connection.getresponse().read(65536))
        except (OSError, http.client.HTTPException, ValueError):
            return False
    return isinstance(answer, dict) and answer.get("status") == "ok"


def _spawn(arguments: Sequence[str], output: IO[bytes]) -> subprocess.Popen[bytes]:
    # A group of its own: Ctrl+C in the parent's terminal reaches the parent, who ends the child.
    group: dict[str, Any] = {"process_group": 0}
    if sys.platform == "win32":
        group = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    return subprocess.Popen(
        list(arguments),
        stdin=subprocess.PIPE,
        stdout=output,
        stderr=subprocess.STDOUT,
        **group,
    )


def _end(child: subprocess.Popen[bytes]) -> None:
    """Close the pipe, which asks the child to stop, and see to it that it does."""
    if child.stdin is not None:
        with contextlib.suppress(OSError):
            child.stdin.close()
    try:
        child.wait(STOP_DEADLINE_S)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _log_file(home: Path) -> Path:
    """Where the child speaks to; a long log makes room for a new one."""
    log = home / "server" / "server.log"
    log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if log.exists() and log.stat().st_size > LOG_MAX_BYTES:
        log.replace(log.with_suffix(".log.1"))
    return log


def _tail(log: Path, start: int) -> str:
    """What the child said since ``start``, its last words if that is much."""
    try:
        with log.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(start, size - LOG_TAIL_BYTES))
            return file.read().decode("utf-8", "replace").strip()
    except OSError:
        return ""
