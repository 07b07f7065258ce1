"""The edge server: services put together, in one process or several, and served.

Nothing else reads a clock or draws a random number.
"""

from __future__ import annotations

import importlib.metadata
import os
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

import structlog

from local_server import starter
from local_server.composition import (
    MAKERS,
    Ground,
    Peers,
    StudioFactory,
    join,
    media_tokens,
    services_of,
    wall_clock,
)
from local_server.contracts import MakeCode, Role, SetupCode
from local_server.edge.answers import MediaAnswers
from local_server.edge.files import MediaFiles
from local_server.errors import ServerStartError
from local_server.gateway.api import build_api
from local_server.gateway.guard import Guard
from local_server.gateway.home import HomeScreens
from local_server.gateway.likings import Likings
from local_server.gateway.limits import USUAL, Limits
from local_server.gateway.routes.devices import pairing_url
from local_server.gateway.services import Services
from local_server.isolation import GroundOf, Isolation, Order
from local_server.media.errors import StudioUnusable
from local_server.media.studio import Studio
from local_server.media.views import StudioEvent
from local_server.runtime import garbage, home, logs
from local_server.runtime.backups import Backups, damage
from local_server.runtime.events import EventBus
from local_server.runtime.listening import listen, url_of
from local_server.runtime.relay import HUB, Hub, RelayBus
from local_server.runtime.remote.stand_in import Line, stand_in
from local_server.runtime.running import NOTE, RunningServer, note_text, remove_note
from local_server.runtime.settings import ServerPaths, ServerSettings
from local_server.serving import HttpServer

_log = structlog.get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class EdgeServer:
    """A server put together, on databases that are open. :meth:`close` it in the end."""

    settings: ServerSettings
    paths: ServerPaths
    api: Guard
    answers: MediaAnswers
    services: Services
    screens: HomeScreens
    likings: Likings
    resources: ExitStack
    on_begun: Callable[[], None] = lambda: None
    pids: Callable[[], Mapping[str, int]] = dict  # of services in processes of their own
    _opening: threading.Thread | None = None

    def open(self) -> None:
        """Begin the work that needs no request; returns at once."""
        self._opening = threading.Thread(target=self._begin, name="server-open", daemon=True)
        self._opening.start()

    def close(self) -> None:
        """End all work and let go of every file."""
        if self._opening is not None:
            self._opening.join()
        self.resources.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def beat(self) -> None:
        """Let every service look after what time alone changes."""
        for service, vitals in self.services.vitals.items():
            try:
                vitals.beat()
            except Exception:  # noqa: BLE001 - one that fails must not keep the others from it
                _log.exception("server.beat_failed", service=service)

    def _begin(self) -> None:
        """Catch up with what happened while, or just before, the server was down."""
        for service, vitals in self.services.vitals.items():
            try:
                vitals.begin()
            except Exception:  # noqa: BLE001 - what is ready stays playable whatever fails
                _log.exception("server.begin_failed", service=service)
        self.services.portability.match(None)
        self.on_begun()


def utc_now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


def _wall_clock(moment: datetime) -> datetime:
    """``moment`` by the clock on the household's wall."""
    return moment.astimezone()


def _moment_of(wall_clock: datetime) -> datetime:
    """The moment at which the clock on the household's wall shows ``wall_clock``."""
    return wall_clock.astimezone(UTC)


def new_id() -> str:
    """A random id of 128 bits."""
    return secrets.token_hex(16)


def make_studio(
    settings: ServerSettings, paths: ServerPaths, listener: Callable[[StudioEvent], None]
) -> Studio:
    """The studio of a home; :class:`~local_server.errors.ServerStartError` if it cannot work."""
    _mend_queue(paths)
    try:
        return Studio(
            database_path=paths.database("studio"),
            media_dir=paths.media,
            work_dir=paths.studio,
            listener=listener,
            recipes=starter.recipes(),
            threads=settings.studio_threads,
        )
    except StudioUnusable as error:
        raise ServerStartError(
            "Films cannot be prepared on this machine",
            detail=str(error),
            hint="`matinee doctor` says what is missing.",
        ) from error


def _mend_queue(paths: ServerPaths) -> None:
    """Begin a damaged queue anew: the catalog knows what is to be prepared and asks again."""
    queue = paths.database("studio")
    finding = damage(queue) if queue.exists() else ""
    if finding:
        Backups(paths.backups, service="studio").begin_anew(queue, finding=finding)


def build(
    settings: ServerSettings,
    *,
    studio_factory: StudioFactory = make_studio,
    now: Callable[[], datetime] = utc_now,
    new_id: Callable[[], str] = new_id,
    monotonic_s: Callable[[], float] = time.monotonic,
    limits: Limits = USUAL,
) -> EdgeServer:
    """Put a server together on the home of ``settings``, which nobody else may be using.

    All services in this process, whatever ``settings`` says. Raises
    :class:`~local_server.errors.ServerStartError`.
    """
    paths = ServerPaths.under(settings.home)
    home.prepare(paths)
    bus = EventBus()
    ground = Ground(
        settings=settings,
        paths=paths,
        studio=studio_factory,
        now=now,
        monotonic_s=monotonic_s,
        new_id=new_id,
        bus=bus,
    )
    with ExitStack() as resources:
        objects: dict[str, object] = {}
        for make in MAKERS.values():
            objects |= make(ground, Peers(objects), resources)
        return _edge(ground, Peers(objects), bus, limits, resources)


def build_isolated(
    settings: ServerSettings,
    *,
    ground_of: GroundOf | None = None,
    now: Callable[[], datetime] = utc_now,
    extra: Mapping[str, object] | None = None,
    limits: Limits = USUAL,
) -> EdgeServer:
    """As :func:`build`, with every service in a process of its own.

    ``ground_of`` makes what a service stands on, in its process; ``extra`` objects are hosted
    beside the hub, for it to use.
    """
    paths = ServerPaths.under(settings.home)
    home.prepare(paths)
    # Made before several processes would make them at once.
    home.secret(paths.token)
    home.secret(paths.media_key)
    bus = EventBus()
    ground = Ground(
        settings=settings,
        paths=paths,
        studio=make_studio,
        now=now,
        monotonic_s=time.monotonic,
        new_id=new_id,
        bus=bus,
    )
    with ExitStack() as resources:
        isolation = Isolation(settings, ground_of=ground_of or isolated_ground, bus=bus)
        resources.callback(isolation.close)
        server = _edge(ground, isolation.start(extra), bus, limits, resources)
        server.on_begun, server.pids = isolation.begun, isolation.pids
        return server


def isolated_ground(order: Order, hub: Line) -> Ground:
    """What a service stands on in a process of its own."""
    return Ground(
        settings=order.settings,
        paths=ServerPaths.under(order.settings.home),
        studio=make_studio,
        now=utc_now,
        monotonic_s=time.monotonic,
        new_id=new_id,
        bus=RelayBus(stand_in(Hub, HUB, hub)),
    )


def _edge(
    ground: Ground, peers: Peers, bus: EventBus, limits: Limits, resources: ExitStack
) -> EdgeServer:
    """The gateway over the services of ``peers``; takes ``resources`` over."""
    services = services_of(ground, peers)
    join(bus, services)
    wall = wall_clock(ground, peers)
    files = MediaFiles(ground.paths.media)
    resources.callback(files.close)
    answers = MediaAnswers(tokens=media_tokens(ground), files=files)
    screens = HomeScreens(services, local_time=lambda: wall.local(ground.now()))
    resources.callback(screens.close)
    likings = Likings(services, now=ground.now, monotonic_s=ground.monotonic_s)
    return EdgeServer(
        settings=ground.settings,
        paths=ground.paths,
        api=build_api(
            services,
            screens=screens,
            likings=likings,
            answers=answers,
            bus=bus,
            monotonic_s=ground.monotonic_s,
            version=version(),
            limits=limits,
        ),
        answers=answers,
        services=services,
        screens=screens,
        likings=likings,
        resources=resources.pop_all(),
    )


def serve(
    settings: ServerSettings,
    *,
    stop_on_stdin_eof: bool = False,
    on_new: Callable[[SetupCode], None] | None = None,
) -> None:
    """Serve ``settings.home`` until told to stop (SIGTERM, SIGINT); blocks.

    ``on_new`` is given an owner's code while no device has been let in yet, to show it to whoever
    sits at the server.

    ``stop_on_stdin_eof`` also stops when standard input ends: the parent that holds its other
    end is gone. Raises :class:`~local_server.errors.ServerStartError` before anything listens.
    """
    logs.configure()
    garbage.calm()
    paths = ServerPaths.under(settings.home)
    home.prepare(paths)
    with (
        home.held(paths),
        closing(listen(settings.host, settings.port)) as listener,
        (build_isolated if settings.isolate else build)(settings) as server,
    ):
        running = RunningServer(url=url_of(listener), pid=os.getpid(), token_file=paths.token)

        def on_listening() -> None:
            home.save(paths.home / NOTE, note_text(running))
            server.open()
            if on_new is not None and not server.services.setup.state().done:
                code = server.services.setup.make_code(MakeCode(role=Role.OWNER))
                on_new(code.model_copy(update={"url": pairing_url(running.url, code.code)}))
            _log.info("server.listening", url=running.url, home=str(paths.home))

        http = HttpServer(
            server.api,
            answers=server.answers,
            listener=listener,
            on_listening=on_listening,
            on_heartbeat=server.beat,
        )
        if stop_on_stdin_eof:
            http.stop_at_eof()
        try:
            http.run()
        finally:
            remove_note(paths.home, pid=running.pid)
            _log.info("server.stopped")


def version() -> str:
    """The version of this installation."""
    return importlib.metadata.version("matinee")
