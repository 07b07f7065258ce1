"""Every service in a process of its own: started, watched, started again, joined by calls.

A service's process is forked from one that has loaded the libraries already, where the system can
do that. It lives as long as its end of a pipe: when the gateway goes, however it goes, the pipe
closes and the service stops in an orderly way. A service that dies is started again; meanwhile
whoever calls it is told that it is away.
"""

from __future__ import annotations

import contextlib
import functools
import json
import multiprocessing
import os
import random
import secrets
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import structlog

from local_server.composition import MAKERS, OFFERED, Ground, Peers
from local_server.errors import ServerStartError
from local_server.runtime import garbage, logs
from local_server.runtime.events import EventBus
from local_server.runtime.relay import HUB, Hub
from local_server.runtime.remote.host import Host
from local_server.runtime.remote.stand_in import Line, stand_in
from local_server.runtime.settings import ServerPaths, ServerSettings

_log = structlog.get_logger(__name__)

READY = b"ready"
# A first start migrates a database on a slow disk.
START_DEADLINE_S = 60.0
# The studio ends its children first; the server's own deadline is longer.
STOP_DEADLINE_S = 15.0
BACKOFF_FIRST_S = 0.2
BACKOFF_MAX_S = 10.0
WELL_AFTER_S = 10.0  # a process that lived so long was well: the next start follows at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What the process of a service is told. ``addresses`` by service, and of the hub."""

    service: str
    settings: ServerSettings
    addresses: Mapping[str, str]
    key: bytes


# Crosses to the process by its name, so a function of a module.
GroundOf = Callable[[Order, Line], Ground]


def run_service(order: Order, ground_of: GroundOf, lifeline: Connection[Any, Any]) -> None:
    """Be the service of ``order`` until the other end of ``lifeline`` closes."""
    # Ctrl+C reaches every process of a terminal; the gateway decides when to stop.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logs.configure()
    garbage.calm()
    hub = Line(order.addresses[HUB], key=order.key, service="gateway")
    peers = Peers(_stand_ins(order))
    with ExitStack() as resources:
        try:
            objects = MAKERS[order.service](ground_of(order, hub), peers, resources)
        except ServerStartError as error:
            words = [error.title, error.detail, error.hint]
            lifeline.send_bytes(json.dumps(words).encode())
            return
        address = order.addresses[order.service]
        Path(address).unlink(missing_ok=True)  # of the process before this one
        host = Host(address, key=order.key, objects=objects)
        resources.callback(host.close)
        lifeline.send_bytes(READY)
        with contextlib.suppress(EOFError, OSError):
            lifeline.recv_bytes()


class Isolation:
    """The processes of all services. :meth:`start` and :meth:`close` from one thread.

    ``bus`` hears what services announce. Raises :class:`ServerStartError` from :meth:`start`.
    """

    def __init__(self, settings: ServerSettings, *, ground_of: GroundOf, bus: EventBus) -> None:
        self._ground_of = ground_of
        self._bus = bus
        self._settings = settings
        self._context = _context(settings)
        self._folder = Path(tempfile.mkdtemp(prefix="matinee-"))  # private, and a short path
        names = (*MAKERS, HUB)
        self._order = Order(
            service=HUB,
            settings=settings,
            addresses={name: _address(self._folder, name) for name in names},
            key=secrets.token_bytes(32),
        )
        self._closing = threading.Event()
        self._begun = threading.Event()
        self._hosts = ExitStack()
        self._children: list[_Child] = []

    def start(self, extra: Mapping[str, object] | None = None) -> Peers:
        """Start all; their stand-ins once every one is ready. The hub hosts ``extra`` too."""
        objects = {HUB: Hub(self._bus), **(extra or {})}
        host = Host(self._order.addresses[HUB], key=self._order.key, objects=objects)
        self._hosts.callback(host.close)
        peers = Peers(_stand_ins(self._order))
        self._children = [
            _Child(
                service,
                spawn=functools.partial(self._spawn, service),
                begin=peers[f"{service}_vitals"].begin,
                begun=self._begun,
                closing=self._closing,
            )
            for service in MAKERS
        ]
        for child in self._children:
            child.start()
        for child in self._children:
            child.await_ready()
        for child in self._children:
            child.watch()
        return peers

    def pids(self) -> dict[str, int]:
        """The process each service runs in just now."""
        return {child.service: child.pid for child in self._children}

    def begun(self) -> None:
        """From now on a service that is started again begins its work by itself."""
        self._begun.set()

    def close(self) -> None:
        """Stop all and wait for them."""
        self._closing.set()
        for child in reversed(self._children):  # those others need stay longest
            child.stop()
        self._hosts.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _spawn(self, service: str) -> tuple[BaseProcess, Connection[Any, Any]]:
        here, there = self._context.Pipe()
        order = Order(
            service=service,
            settings=self._settings,
            addresses=self._order.addresses,
            key=self._order.key,
        )
        process = self._context.Process(  # type: ignore[attr-defined] # every context has it
            target=run_service, args=(order, self._ground_of, there), name=f"matinee-{service}"
        )
        process.start()
        there.close()
        return process, here


class _Child:
    """One service's process, whichever it is just now."""

    def __init__(
        self,
        service: str,
        *,
        spawn: Callable[[], tuple[BaseProcess, Connection[Any, Any]]],
        begin: Callable[[], None],
        begun: threading.Event,
        closing: threading.Event,
    ) -> None:
        self.service = service
        self._spawn = spawn
        self._begin = begin
        self._begun = begun
        self._closing = closing
        self._failures = 0
        self._watching: threading.Thread | None = None
        self._jitter = random.Random()  # noqa: S311 - spreads restarts, guards nothing

    @property
    def pid(self) -> int:
        """Of the process that is, or the last that was."""
        return self._process.pid or 0

    def start(self) -> None:
        self._started_s = time.monotonic()
        self._process, self._lifeline = self._spawn()

    def await_ready(self) -> None:
        """Return once it answers; :class:`ServerStartError` with its last words otherwise."""
        try:
            if not self._lifeline.poll(START_DEADLINE_S):
                raise TimeoutError
            said = self._lifeline.recv_bytes()
        except (EOFError, OSError) as error:
            raise ServerStartError(
                f"The {self.service} service does not start",
                detail="its process ended" if isinstance(error, EOFError) else "it does not answer",
                hint="The server's log says more.",
            ) from error
        if said != READY:
            title, detail, hint = json.loads(said)
            raise ServerStartError(title, detail=detail, hint=hint)

    def watch(self) -> None:
        """Start it again whenever it ends, until closing."""
        self._watching = threading.Thread(
            target=self._watch, name=f"watch-{self.service}", daemon=True
        )
        self._watching.start()

    def stop(self) -> None:
        with contextlib.suppress(OSError):
            self._lifeline.close()
        if self._watching is not None:
            self._watching.join()
        _end(self._process)

    def _watch(self) -> None:
        while True:
            self._process.join()
            if self._closing.is_set():
                return
            lived_s = time.monotonic() - self._started_s
            self._failures = 0 if lived_s >= WELL_AFTER_S else self._failures + 1
            _log.warning(
                "isolation.service_ended",
                service=self.service,
                exit_code=self._process.exitcode,
                failures=self._failures,
            )
            if self._closing.wait(self._backoff_s()):
                return
            self._start_again()

    def _start_again(self) -> None:
        self._lifeline.close()
        try:
            self.start()
            self.await_ready()
            if self._begun.is_set():
                self._begin()
        except Exception:  # noqa: BLE001 - it is tried again, whatever went wrong
            _log.exception("isolation.service_not_started", service=self.service)
            _end(self._process)

    def _backoff_s(self) -> float:
        if self._failures == 0:
            return 0.0
        limit_s = min(BACKOFF_MAX_S, BACKOFF_FIRST_S * 2 ** (self._failures - 1))
        return self._jitter.uniform(limit_s / 2, limit_s)


def _end(process: BaseProcess) -> None:
    process.join(STOP_DEADLINE_S)
    if process.is_alive():
        process.kill()
        process.join()


def _context(settings: ServerSettings) -> BaseContext:
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    new = not ServerPaths.under(settings.home).database("users").exists()
    # Every process of a new home makes its tables: what that takes is loaded once for all.
    making = ["alembic.command", "alembic.runtime.migration"] if new else []
    context.set_forkserver_preload([__name__, "local_server.app", *making])
    return context


def _address(folder: Path, name: str) -> str:
    if os.name == "nt":
        return rf"\\.\pipe\{folder.name}-{name}"
    return str(folder / name)


def _line(order: Order, service: str) -> Line:
    return Line(order.addresses[service], key=order.key, service=service)


def _stand_ins(order: Order) -> dict[str, object]:
    """For every object of every other service."""
    found: dict[str, object] = {}
    for service, offered in OFFERED.items():
        if service != order.service:
            line = _line(order, service)
            found |= {name: stand_in(kind, name, line) for name, kind in offered.items()}
    return found
