"""The composition root: makes the services, joins them, serves them.

Nothing else constructs a service, reads a clock or draws a random number.
"""

from __future__ import annotations

import importlib.metadata
import os
import secrets
import threading
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

import structlog

from local_server import starter
from local_server.edge.answers import MediaAnswers
from local_server.edge.files import MediaFiles
from local_server.edge.links import MediaLinks
from local_server.edge.tokens import MediaTokens
from local_server.errors import ServerStartError
from local_server.gateway.api import build_api
from local_server.gateway.guard import Guard
from local_server.gateway.services import Services
from local_server.media.errors import StudioUnusable
from local_server.media.pictures import PictureMaker
from local_server.media.studio import Studio
from local_server.media.views import StudioEvent
from local_server.preparation import PictureDesk, StudioDesk, StudioLike, StudioNews, starters
from local_server.runtime import home, logs
from local_server.runtime.database import Database, Durability
from local_server.runtime.events import EventBus, ResumePointMoved, StreamsChanged
from local_server.runtime.listening import listen, url_of
from local_server.runtime.running import NOTE, RunningServer, note_text, remove_note
from local_server.runtime.settings import ServerPaths, ServerSettings
from local_server.services.billing.service import Billing
from local_server.services.catalog.library import Library
from local_server.services.catalog.service import Catalog
from local_server.services.catalog.views import Views
from local_server.services.playback.service import Playback
from local_server.services.recommendation.service import Recommendation
from local_server.services.users.service import Users
from local_server.serving import HttpServer

_log = structlog.get_logger(__name__)

StudioFactory = Callable[[ServerSettings, ServerPaths, Callable[[StudioEvent], None]], StudioLike]

_DURABILITY = {
    "catalog": Durability.POWER_LOSS,
    "users": Durability.POWER_LOSS,
    "playback": Durability.POWER_LOSS,
    "billing": Durability.POWER_LOSS,
    "recommendation": Durability.CRASH,  # built anew from playback at every start
}


@dataclass(slots=True, kw_only=True)
class EdgeServer:
    """A server put together, on databases that are open. :meth:`close` it in the end."""

    settings: ServerSettings
    paths: ServerPaths
    api: Guard
    answers: MediaAnswers
    services: Services
    studio: StudioLike
    resources: ExitStack
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

    def _begin(self) -> None:
        """Catch up with what happened while, or just before, the server was down."""
        try:
            self.services.recommendation.learn(self.services.playback.all_resume_points())
            self.services.library.check_media()
            self.services.library.resume_preparation()
            self.services.library.start()
            if self.settings.starter:
                self.services.library.add_starters(starters())
            self.studio.start()
        except Exception:  # noqa: BLE001 - titles that are ready stay playable whatever fails
            _log.exception("server.open_failed")


def utc_now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


def new_id() -> str:
    """A random id of 128 bits."""
    return secrets.token_hex(16)


def make_studio(
    settings: ServerSettings, paths: ServerPaths, listener: Callable[[StudioEvent], None]
) -> Studio:
    """The studio of a home; :class:`~local_server.errors.ServerStartError` if it cannot work."""
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


def build(
    settings: ServerSettings,
    *,
    studio_factory: StudioFactory = make_studio,
    now: Callable[[], datetime] = utc_now,
    new_id: Callable[[], str] = new_id,
) -> EdgeServer:
    """Put a server together on the home of ``settings``, which nobody else may be using.

    Raises :class:`~local_server.errors.ServerStartError`.
    """
    paths = ServerPaths.under(settings.home)
    home.prepare(paths)
    with ExitStack() as resources:
        databases = {}
        for service, durability in _DURABILITY.items():
            database = Database(paths.database(service), service=service, durability=durability)
            resources.callback(database.close)
            databases[service] = database
        tokens = MediaTokens(
            bytes.fromhex(home.secret(paths.media_key)), now_s=lambda: now().timestamp()
        )
        files = MediaFiles(paths.media)
        resources.callback(files.close)
        answers = MediaAnswers(tokens=tokens, files=files)
        news = StudioNews()
        studio = studio_factory(settings, paths, news)
        resources.callback(studio.stop)
        links = MediaLinks(tokens=tokens, root=paths.media)
        services = _services(databases, paths, studio=studio, links=links, now=now, new_id=new_id)
        news.tell(services.library)
        resources.callback(services.library.stop)
        return EdgeServer(
            settings=settings,
            paths=paths,
            api=build_api(
                services, token=home.secret(paths.token), answers=answers, version=version()
            ),
            answers=answers,
            services=services,
            studio=studio,
            resources=resources.pop_all(),
        )


def serve(settings: ServerSettings, *, stop_on_stdin_eof: bool = False) -> None:
    """Serve ``settings.home`` until told to stop (SIGTERM, SIGINT); blocks.

    ``stop_on_stdin_eof`` also stops when standard input ends: the parent that holds its other
    end is gone. Raises :class:`~local_server.errors.ServerStartError` before anything listens.
    """
    logs.configure()
    paths = ServerPaths.under(settings.home)
    home.prepare(paths)
    with (
        home.held(paths),
        closing(listen(settings.host, settings.port)) as listener,
        build(settings) as server,
    ):
        running = RunningServer(url=url_of(listener), pid=os.getpid(), token_file=paths.token)

        def on_listening() -> None:
            home.save(paths.home / NOTE, note_text(running))
            server.open()
            _log.info("server.listening", url=running.url, home=str(paths.home))

        http = HttpServer(
            server.api,
            answers=server.answers,
            listener=listener,
            on_listening=on_listening,
            on_heartbeat=server.services.playback.announce_streams,
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


def _services(
    databases: dict[str, Database],
    paths: ServerPaths,
    *,
    studio: StudioLike,
    links: MediaLinks,
    now: Callable[[], datetime],
    new_id: Callable[[], str],
) -> Services:
    bus = EventBus()
    desk = StudioDesk(studio)
    library = Library(
        databases["catalog"],
        preparation=desk,
        media=links,
        pictures=PictureDesk(PictureMaker(paths.media)),
        own_folders=(paths.home.resolve(),),
        bus=bus,
        now=now,
        new_id=new_id,
    )
    catalog = Catalog(databases["catalog"], views=Views(media=links, progress=library.progress))
    users = Users(databases["users"], now=now, new_id=new_id)
    users.ensure_household()
    billing = Billing(databases["billing"], now=now, new_id=new_id)
    billing.ensure_subscription()
    recommendation = Recommendation(databases["recommendation"], titles=catalog, profiles=users)
    playback = Playback(
        databases["playback"],
        titles=catalog,
        profiles=users,
        plans=billing,
        media=links,
        bus=bus,
        now=now,
        new_id=new_id,
    )
    bus.subscribe(ResumePointMoved, lambda move: recommendation.learn((move,)))
    bus.subscribe(StreamsChanged, lambda streams: studio.set_playing(streams.active > 0))
    return Services(
        catalog=catalog,
        library=library,
        users=users,
        recommendation=recommendation,
        playback=playback,
        billing=billing,
        jobs=desk,
        databases=databases,
    )
