"""The edge server behind a client on this machine: the one that runs, or a child of ours."""

from __future__ import annotations

import contextlib
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from local_server.client import EdgeClient, running_server
from local_server.errors import ServerStartError
from local_server.runtime import home as server_home
from local_server.runtime.settings import DEFAULT_PORT, ServerPaths
from local_server.runtime.supervisor import ServerPhase, ServerState, ServerSupervisor
from ui.places import Places
from ui.viewmodel.ports import Cancel, ServerStatus
from ui.viewmodel.ports import ServerPhase as ShownPhase

_PATIENCE_S = 90.0  # a first start on a slow disk

_SHOWN = {
    ServerPhase.STARTING: ShownPhase.STARTING,
    ServerPhase.RUNNING: ShownPhase.RUNNING,
    ServerPhase.RESTARTING: ShownPhase.RESTARTING,
    ServerPhase.FAILED: ShownPhase.FAILED,
    ServerPhase.STOPPED: ShownPhase.FAILED,
}


class EdgeWatch:
    """Tells screens how the server is. Threading: any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._status = ServerStatus(phase=ShownPhase.STARTING)
        self._listeners: list[Callable[[ServerStatus], None]] = []

    @property
    def status(self) -> ServerStatus:
        """How it is now."""
        return self._status

    def listen(self, listener: Callable[[ServerStatus], None]) -> Cancel:
        """Deliver every change to ``listener``; the answer ends that."""
        with self._lock:
            self._listeners.append(listener)

        def cancel() -> None:
            with self._lock, contextlib.suppress(ValueError):
                self._listeners.remove(listener)

        return cancel

    def follow(self, state: ServerState) -> None:
        """Take a state of the supervisor."""
        failed = state.phase is ServerPhase.FAILED
        lines = state.detail.splitlines() if failed else []
        self._status = ServerStatus(
            phase=_SHOWN[state.phase],
            title=lines[0] if lines else ("The server does not start." if failed else ""),
            detail=lines[1] if len(lines) > 1 else "",
            hint=lines[-1] if len(lines) > 2 else "",
        )
        with self._lock:
            listeners = tuple(self._listeners)
        for listener in listeners:
            listener(self._status)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A server that is there or on its way, and the client that speaks to it."""

    client: EdgeClient
    watch: EdgeWatch


@contextlib.contextmanager
def open_edge(
    where: Places, *, wait: bool = True, starter: bool = True, options: Sequence[str] = ()
) -> Iterator[Edge]:
    """The server of this home while the context lasts.

    One that runs already is used and left running; else a child is started and stopped in the
    end. With ``wait`` the server answers when this returns, else it may still be starting.
    ``starter`` puts the starter library into a new home; ``options`` are further ones of
    ``python -m local_server``.
    Raises :class:`~local_server.errors.ServerStartError` when it cannot start.
    """
    paths = ServerPaths.under(where.home)
    running = running_server(where.home)
    if running is not None:
        url, port = running.url, 0
    else:
        port = _free_port()
        url = f"http://127.0.0.1:{port}/"
    server_home.prepare(paths)
    client = EdgeClient(url, server_home.secret(paths.token))
    watch = EdgeWatch()
    supervisor = ServerSupervisor(
        home=where.home,
        command=lambda known: _command(where.home, known or port, starter=starter, options=options),
        on_change=watch.follow,
    )
    supervisor.start()
    try:
        if wait:
            _await(supervisor, watch)
        yield Edge(client=client, watch=watch)
    finally:
        supervisor.stop()
        client.close()


def _await(supervisor: ServerSupervisor, watch: EdgeWatch) -> None:
    state = supervisor.wait_running(_PATIENCE_S)
    if state.phase is not ServerPhase.RUNNING:
        status = watch.status
        raise ServerStartError(
            status.title or "The server does not start.",
            detail=status.detail,
            hint=status.hint or "'matinee doctor' may know why.",
        )


def _command(home: Path, port: int, *, starter: bool, options: Sequence[str]) -> list[str]:
    program = [sys.executable, "-m", "local_server", "--home", str(home), "--port", str(port)]
    return [*program, "--stop-with-parent", *(() if starter else ("--no-starter",)), *options]


def _free_port() -> int:
    """The usual port, or any other that is free."""
    for port in (DEFAULT_PORT, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return int(probe.getsockname()[1])
    return DEFAULT_PORT
