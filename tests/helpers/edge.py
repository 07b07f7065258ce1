"""A real edge server for a test: the whole application on a free port, its studio by hand."""

from __future__ import annotations

import atexit
import dataclasses
import itertools
import json
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from local_server.app import EdgeServer, build, build_isolated, isolated_ground
from local_server.client import EdgeClient
from local_server.composition import MAKERS, Ground
from local_server.contracts import JobState, Problem
from local_server.gateway.limits import Limits
from local_server.isolation import Order
from local_server.media.results import StudioResult
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
from local_server.runtime.database import Database, Durability
from local_server.runtime.listening import listen, url_of
from local_server.runtime.remote.stand_in import Line, stand_in
from local_server.runtime.settings import ServerPaths, ServerSettings
from local_server.serving import HttpServer

# A test asks faster than any person; those about limits bring their own.
UNLIMITED = Limits(per_s=1e9, burst=1e9)
EVENING = datetime(2026, 3, 14, 20, 15, tzinfo=UTC)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, at: datetime = EVENING) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def read(self) -> datetime:
        """The moment, for a service in another process."""
        return self.at

    def forward(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class HandStudio:
    """Takes jobs and does with them what the test says."""

    media_dir: Path
    listener: Callable[[StudioEvent], None]
    now: Callable[[], datetime]
    requests: list[StudioRequest] = field(default_factory=list)
    playing: list[bool] = field(default_factory=list)
    ended: dict[str, JobState] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def start(self) -> None:
        """Nothing happens by itself."""

    def stop(self) -> None:
        """Nothing is under way."""

    def submit(self, request: StudioRequest) -> JobId:
        self.requests.append(request)
        return self.job_of(request.title_id)

    def cancel(self, job_id: JobId) -> None:
        title_id = job_id.removeprefix("job-")
        self.ended[job_id] = JobState.CANCELLED
        self.listener(StudioCancelled(job_id=job_id, title_id=title_id))

    def discard(self, presentation_id: str) -> None:
        shutil.rmtree(self.media_dir / presentation_id, ignore_errors=True)

    def set_playing(self, playing: bool) -> None:
        self.playing.append(playing)

    def jobs(self) -> tuple[JobView, ...]:
        return tuple(
            JobView(
                id=self.job_of(request.title_id),
                title_id=request.title_id,
                name=request.name,
                source=request.source,
                priority=request.priority,
                state=self.ended.get(self.job_of(request.title_id), JobState.QUEUED),
                stage="waiting",
                progress=0.0,
                problem=None,
                presentation_id="",
                created_at=self.now(),
                finished_at=None,
            )
            for request in self.requests
        )

    def heard(self) -> tuple[bool, ...]:
        """Whether something plays, each time that was told."""
        return tuple(self.playing)

    def job_of(self, title_id: str) -> JobId:
        return JobId(f"job-{title_id}")

    def progress(self, title_id: str, progress: float) -> None:
        self.listener(
            StudioProgress(
                job_id=self.job_of(title_id),
                title_id=title_id,
                stage="encoding",
                progress=progress,
            )
        )

    def fail(self, title_id: str, problem: Problem) -> None:
        self.ended[self.job_of(title_id)] = JobState.FAILED
        self.listener(
            StudioFailed(job_id=self.job_of(title_id), title_id=title_id, problem=problem)
        )

    def finish(self, title_id: str, *, duration_s: float = 600.0) -> str:
        """The title is ready; the id of its presentation, whose files exist."""
        presentation_id = f"presentation-{next(self._numbers)}"
        folder = self.media_dir / presentation_id
        folder.mkdir()
        (folder / "manifest.json").write_text(json.dumps({"id": presentation_id}))
        for name in ("poster.jpg", "still.jpg"):
            (folder / name).write_bytes(name.encode())
        self.ended[self.job_of(title_id)] = JobState.DONE
        self.listener(
            StudioReady(
                job_id=self.job_of(title_id),
                title_id=title_id,
                result=StudioResult(
                    presentation_id=presentation_id,  # type: ignore[arg-type]
                    folder=folder,
                    duration_s=duration_s,
                    max_height_px=720,
                    audio_languages=("en", "de"),
                    subtitle_languages=("en",),
                    size_bytes=1000,
                    poster_path=folder / "poster.jpg",
                    still_path=folder / "still.jpg",
                    average_colour="#102030",
                ),
            )
        )
        return presentation_id


@dataclass
class Edge:
    """A server put together for a test, with its hands on everything."""

    server: EdgeServer
    studio: HandStudio
    clock: Clock
    home: Path
    url: str = ""

    @property
    def token(self) -> str:
        return ServerPaths.under(self.home).token.read_text().strip()

    def client(self, token: str | None = None) -> EdgeClient:
        return EdgeClient(self.url, self.token if token is None else token, timeout_s=10.0)

    def film(self, folder: Path, name: str = "A Film (1999).mkv", **ready: float) -> str:
        """Put a file of that name into the library and make it ready; its title's id."""
        title_id = self.accept(folder, name)
        self.studio.finish(title_id, **ready)
        return title_id

    def accept(self, folder: Path, name: str) -> str:
        """Put a file of that name into the library; its title's id."""
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"film " + name.encode())
        (added,) = self.server.services.library.add_paths([str(path)])
        assert added.title_id is not None, added.problem
        return added.title_id


@cache
def _tables() -> Path:
    """Databases without a row, made once: making them anew for every test took most of its time."""
    folder = Path(tempfile.mkdtemp(prefix="matinee-tables-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for service in MAKERS:
        path = folder / f"{service}.sqlite3"
        Database(path, service=service, durability=Durability.CRASH).close()
    return folder


def _furnish(home: Path) -> None:
    server = ServerPaths.under(home).server
    if not server.exists():
        shutil.copytree(_tables(), server)
        server.chmod(0o700)


@contextmanager
def edge_without_http(
    home: Path,
    clock: Clock | None = None,
    *,
    isolate: bool = False,
    limits: Limits = UNLIMITED,
    monotonic_s: Callable[[], float] = time.monotonic,
) -> Iterator[Edge]:
    """The services put together, in this process or each in its own; not listening."""
    clock = clock or Clock()
    settings = ServerSettings(home=home, starter=False, isolate=isolate)
    _furnish(home)
    if isolate:
        with build_isolated(
            settings, ground_of=hand_ground, now=clock, extra={"clock": clock}, limits=limits
        ) as server:
            line = vars(server.services.jobs)["_line"]
            studio = stand_in(HandStudio, "studio", line)
            yield Edge(server=server, studio=studio, clock=clock, home=home)
        return
    made: list[HandStudio] = []

    def studio_of(
        _settings: ServerSettings, paths: ServerPaths, listener: Callable[[StudioEvent], None]
    ) -> HandStudio:
        made.append(HandStudio(media_dir=paths.media, listener=listener, now=clock))
        return made[0]

    with build(
        settings, studio_factory=studio_of, now=clock, monotonic_s=monotonic_s, limits=limits
    ) as server:
        yield Edge(server=server, studio=made[0], clock=clock, home=home)


def hand_ground(order: Order, hub: Line) -> Ground:
    """What a service of a test stands on in a process of its own: the test's clock and hand."""
    now = stand_in(Clock, "clock", hub).read

    def studio_of(
        _settings: ServerSettings, paths: ServerPaths, listener: Callable[[StudioEvent], None]
    ) -> HandStudio:
        return HandStudio(media_dir=paths.media, listener=listener, now=now)

    return dataclasses.replace(isolated_ground(order, hub), studio=studio_of, now=now)


@contextmanager
def running_edge(
    home: Path,
    clock: Clock | None = None,
    *,
    isolate: bool = False,
    limits: Limits = UNLIMITED,
    monotonic_s: Callable[[], float] = time.monotonic,
) -> Iterator[Edge]:
    """The whole server on a free port of 127.0.0.1, in a thread of this process.

    With ``isolate`` its services are in processes of their own.
    """
    with (
        edge_without_http(
            home, clock, isolate=isolate, limits=limits, monotonic_s=monotonic_s
        ) as edge,
        listen("127.0.0.1", 0) as listener,
    ):
        edge.url = url_of(listener)
        listening = threading.Event()
        http = HttpServer(
            edge.server.api,
            answers=edge.server.answers,
            listener=listener,
            on_listening=listening.set,
            on_heartbeat=edge.server.beat,
        )
        thread = threading.Thread(target=http.run, name="test-edge")
        thread.start()
        try:
            assert listening.wait(30)
            yield edge
        finally:
            http.stop()
            thread.join(30)
            assert not thread.is_alive()
