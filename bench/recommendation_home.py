"""What a home screen costs: the whole server, 10,000 titles, a family that has watched a while."""

from __future__ import annotations

import multiprocessing
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import structlog

from bench.recommendation_data import drawn_titles
from local_server.app import EdgeServer, build
from local_server.contracts import (
    Availability,
    DeviceClass,
    ProfileSettings,
    ProfileStyle,
    TitleKind,
    Viewer,
    WatchEvent,
    WatchKind,
)
from local_server.media.views import JobId, JobView, StudioEvent, StudioRequest
from local_server.preparation import StudioLike
from local_server.runtime import garbage
from local_server.runtime.database import Database, Durability
from local_server.runtime.settings import ServerPaths, ServerSettings
from local_server.services.catalog.names import fold
from local_server.services.catalog.tables import TitleRow
from local_server.services.recommendation.taste.values import TitleFeatures

TITLES = 10_000
PROFILES = 4
WATCHED = 60  # titles of each profile
ROUNDS = 200
FILM_S = 6000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeCost:
    """Milliseconds.

    ``home``: a screen like the one before. ``event_to_home``: a film is finished, and the next
    screen knows. ``lookup``: the titles of a screen alone, read from the catalog.
    """

    home_p50_ms: float
    home_p99_ms: float
    home_first_ms: float
    event_to_home_ms: float
    event_to_home_p99_ms: float
    lookup_p50_ms: float
    home_to_lookup_ratio: float


class _Nothing:
    """A studio that is never given anything."""

    def start(self) -> None: ...
    def stop(self) -> None: ...
    def submit(self, request: StudioRequest) -> JobId:
        raise NotImplementedError(request.name)

    def cancel(self, job_id: JobId) -> None: ...
    def jobs(self) -> tuple[JobView, ...]:
        return ()

    def discard(self, presentation_id: str) -> None: ...
    def set_playing(self, playing: bool) -> None: ...


def _no_studio(
    _settings: ServerSettings, _paths: ServerPaths, _listener: Callable[[StudioEvent], None]
) -> StudioLike:
    return _Nothing()


def measured_home(*, titles: int = TITLES, rounds: int = ROUNDS) -> HomeCost:
    """In a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_measure, (titles, rounds))


def _measure(titles: int, rounds: int) -> HomeCost:
    garbage.calm()  # as the server does
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    with tempfile.TemporaryDirectory() as folder:
        settings = ServerSettings(home=Path(folder), starter=False)
        build(settings, studio_factory=_no_studio).close()
        _fill(settings, drawn_titles(titles, seed=1))
        with build(settings, studio_factory=_no_studio) as server:
            return _asked(server, rounds)


def _fill(settings: ServerSettings, features: list[TitleFeatures]) -> None:
    path = ServerPaths.under(settings.home).database("catalog")
    database = Database(path, service="catalog", durability=Durability.CRASH)
    now = datetime.now(UTC)
    with database.write() as session:
        for n, title in enumerate(features):
            session.add(
                TitleRow(
                    id=title.title_id,
                    kind=TitleKind.MOVIE,
                    name=title.name,
                    folded=fold(title.name),
                    sort_key=fold(title.name),
                    year=title.year,
                    synopsis=title.synopsis,
                    genres=list(title.genres),
                    people=[{"name": name, "kind": "actor"} for name in title.people],
                    added_at=now - timedelta(minutes=n),
                    availability=Availability.READY,
                    presentation_id=f"presentation-{n}",
                    duration_s=FILM_S,
                    poster_path="poster.jpg",
                    still_path="still.jpg",
                )
            )
    database.close()


def _asked(server: EdgeServer, rounds: int) -> HomeCost:
    users, playback = server.services.users, server.services.playback
    for n in range(PROFILES - 1):
        users.create_profile(ProfileSettings(style=ProfileStyle(name=f"Viewer {n}")))
    viewers = users.viewers()
    facts = [title.id for title in server.services.catalog.facts()]
    draw = random.Random(3)
    for viewer in viewers:
        for n, title_id in enumerate(draw.sample(facts, WATCHED)):
            playback.record(_seen(viewer, title_id, days_ago=WATCHED - n))
    first_ms = _ms(server, viewers[0])
    server.services.recommendation.settle()
    for viewer in viewers:
        _ms(server, viewer)
    again = [_ms(server, viewers[n % PROFILES]) for n in range(rounds)]
    after = [_after_event(server, viewers[n % PROFILES], draw.choice(facts)) for n in range(rounds)]
    screen = server.screens.of(viewers[0], DeviceClass.DESKTOP)
    ids = list({item.id for row in screen.rows for item in row.items})
    lookups = [_lookup_ms(server, ids) for _ in range(rounds)]
    lookup_ms = float(np.median(lookups))
    return HomeCost(
        home_p50_ms=float(np.median(again)),
        home_p99_ms=float(np.percentile(again, 99)),
        home_first_ms=first_ms,
        event_to_home_ms=float(np.median(after)),
        event_to_home_p99_ms=float(np.percentile(after, 99)),
        lookup_p50_ms=lookup_ms,
        home_to_lookup_ratio=float(np.median(again)) / lookup_ms,
    )


def _ms(server: EdgeServer, viewer: Viewer) -> float:
    began_s = time.perf_counter()
    home = server.screens.of(viewer, DeviceClass.DESKTOP)
    took_s = time.perf_counter() - began_s
    assert home.rows
    assert not home.degraded, home.degraded
    return took_s * 1000


def _after_event(server: EdgeServer, viewer: Viewer, title_id: str) -> float:
    """From handing in what ends a film until the screen of after it is there."""
    events = _seen(viewer, title_id, days_ago=0)
    before = server.screens.of(viewer, DeviceClass.DESKTOP)
    began_s = time.perf_counter()
    server.services.playback.record(events)
    home = server.screens.of(viewer, DeviceClass.DESKTOP)
    took_s = time.perf_counter() - began_s
    assert home.screen_id != before.screen_id
    return took_s * 1000


def _lookup_ms(server: EdgeServer, ids: list[str]) -> float:
    began_s = time.perf_counter()
    server.services.catalog.summaries(ids)
    return (time.perf_counter() - began_s) * 1000


def _seen(viewer: Viewer, title_id: str, *, days_ago: float) -> list[WatchEvent]:
    """A film watched to its end."""
    at = datetime.now(UTC) - timedelta(days=days_ago)
    session_id = f"{viewer.profile_id[:8]}-{title_id[:40]}-{time.perf_counter_ns()}"
    return [
        WatchEvent(
            id=f"{session_id}-{kind}",
            session_id=session_id,
            profile_id=viewer.profile_id,
            title_id=title_id,
            kind=kind,
            position_s=position_s,
            duration_s=FILM_S,
            at=at + timedelta(seconds=position_s / 1000),
        )
        for kind, position_s in ((WatchKind.START, 0.0), (WatchKind.END, FILM_S))
    ]
