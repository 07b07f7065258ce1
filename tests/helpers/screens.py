"""A household's catalog, a playback and a clock for tests of screens, all driven by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from abr.media import AdaptationSetId, Representation, RepresentationId
from abr.profiles import QualityProfileId
from local_server.contracts import (
    AddedPath,
    Availability,
    FoundTitle,
    Home,
    Household,
    Job,
    JobState,
    Profile,
    ResumePoint,
    Row,
    SearchPage,
    TitleDetail,
    TitleKind,
    TitlePage,
    TitleSummary,
)
from player.snapshot import PlayerState, Snapshot, Track
from tests.helpers.watched import estimate, film_decision, film_timeline
from ui.viewmodel.ports import ServerPhase, ServerStatus

NOON = datetime(2025, 11, 22, 12, tzinfo=UTC)


def title(title_id: str, name: str, **fields: Any) -> TitleSummary:
    """A film that can be played."""
    given = {"kind": TitleKind.MOVIE, "duration_s": 600.0, "year": 2008, **fields}
    return TitleSummary(id=title_id, name=name, **given)


def resumed(share: float, duration_s: float = 600.0, *, minutes_ago: float = 5.0) -> ResumePoint:
    """A resume point at ``share`` of the film."""
    return ResumePoint(
        position_s=share * duration_s,
        duration_s=duration_s,
        finished=share >= 0.95,
        watched_at=NOON - timedelta(minutes=minutes_ago),
    )


def episode(number: int, *, season: int = 1, **fields: Any) -> TitleSummary:
    """An episode of the series ``harbour``."""
    return title(
        f"harbour-s{season}e{number}",
        fields.pop("name", f"Tide {number}"),
        kind=TitleKind.EPISODE,
        series_id="harbour",
        series_name="The Salt Harbour",
        season=season,
        episode=number,
        year=None,
        **fields,
    )


def job(title_id: str, progress: float, **fields: Any) -> Job:
    """Work on a title."""
    given = {"title_name": title_id.title(), "state": JobState.RUNNING, "stage": "encoding"}
    return Job(
        id=f"job-{title_id}",
        title_id=title_id,
        progress=progress,
        created_at=NOON,
        **{**given, **fields},
    )


@dataclass
class FakeCatalog:
    """A catalog in memory. ``error`` makes every request fail, ``requests`` counts them by name."""

    rows: tuple[Row, ...] = ()
    details: dict[str, TitleDetail] = field(default_factory=dict)
    everything: tuple[TitleSummary, ...] = ()
    work: tuple[Job, ...] = ()
    error: Exception | None = None
    added: list[str] = field(default_factory=list)
    answers: tuple[AddedPath, ...] | None = None
    requests: dict[str, int] = field(default_factory=dict)

    def titles(
        self,
        query: str | None = None,
        kind: TitleKind | None = None,
        *,
        limit: int = 100,
        offset: int = 0,
        profile_id: str | None = None,
    ) -> TitlePage:
        del profile_id
        self._asked("titles")
        found = [
            item
            for item in self.everything
            if (query is None or query.lower() in item.name.lower())
            and (kind is None or item.kind is kind)
        ]
        return TitlePage(items=tuple(found[offset : offset + limit]), total=len(found))

    def search(self, query: str, *, profile_id: str | None = None, limit: int = 50) -> SearchPage:
        del profile_id
        self._asked("search")
        found = [item for item in self.everything if query.lower() in item.name.lower()]
        items = tuple(FoundTitle(title=item) for item in found[:limit])
        return SearchPage(items=items, total=len(found))

    def title(self, title_id: str, *, profile_id: str | None = None) -> TitleDetail:
        del profile_id
        self._asked("title")
        if title_id in self.details:
            return self.details[title_id]
        summary = next(item for item in self._known() if item.id == title_id)
        return TitleDetail(summary=summary, added_at=NOON)

    def home(self, profile_id: str) -> Home:
        self._asked("home")
        return Home(profile_id=profile_id, rows=self.rows)

    def household(self) -> Household:
        self._asked("household")
        return Household(id="house", name="Home", profiles=(Profile(id="anna", name="Anna"),))

    def add_paths(self, paths: Iterable[str | Path]) -> tuple[AddedPath, ...]:
        self._asked("add_paths")
        self.added.extend(str(path) for path in paths)
        accepted = tuple(AddedPath(path=path, title_id="new") for path in self.added)
        return accepted if self.answers is None else self.answers

    def jobs(self) -> tuple[Job, ...]:
        self._asked("jobs")
        return self.work

    def absolute(self, url: str) -> str:
        return url if ":" in url else f"http://server/{url}"

    def _known(self) -> Iterable[TitleSummary]:
        yield from self.everything
        for row in self.rows:
            yield from row.items
        for detail in self.details.values():
            yield detail.summary
            yield from detail.episodes

    def _asked(self, name: str) -> None:
        self.requests[name] = self.requests.get(name, 0) + 1
        if self.error is not None:
            raise self.error


class FakeControl:
    """A playback that does what it is told only as far as a test plays it; ``calls`` tells what."""

    def __init__(self, snapshot: Snapshot | None = None) -> None:
        self.snapshot = snapshot or Snapshot()
        self.calls: list[tuple[Any, ...]] = []
        self._listeners: list[Callable[[Snapshot], None]] = []

    def show(self, **fields: Any) -> None:
        """Announce a snapshot that differs from the newest in ``fields``."""
        self.snapshot = replace(self.snapshot, **fields)
        for listener in tuple(self._listeners):
            listener(self.snapshot)

    def listen(self, listener: Callable[[Snapshot], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def play(self, title_id: str, *, start_s: float | None = None) -> None:
        self.calls.append(("play", title_id, start_s))
        self.show(state=PlayerState.OPENING, title_id=title_id, problem=None)

    def stop(self) -> None:
        self.calls.append(("stop",))
        self.show(state=PlayerState.IDLE)

    def pause(self) -> None:
        self.calls.append(("pause",))
        self.show(state=PlayerState.PAUSED, paused=True)

    def resume(self) -> None:
        self.calls.append(("resume",))
        self.show(state=PlayerState.PLAYING, paused=False)

    def seek(self, position_s: float) -> None:
        self.calls.append(("seek", position_s))

    def set_speed(self, speed: float) -> None:
        self.calls.append(("speed", speed))
        self.show(speed=speed)

    def set_volume(self, percent: float) -> None:
        self.calls.append(("volume", percent))
        self.show(volume_percent=percent)

    def set_muted(self, muted: bool) -> None:
        self.calls.append(("muted", muted))
        self.show(muted=muted)

    def choose_quality(self, representation_id: RepresentationId | None) -> None:
        self.calls.append(("quality", representation_id))
        self.show(fixed=representation_id)

    def choose_profile(self, profile_id: QualityProfileId) -> None:
        self.calls.append(("profile", profile_id))
        self.show(profile=profile_id)

    def set_screen(self, height_px: int | None) -> None:
        self.screen_px: int | None = height_px

    def select_audio(self, set_id: AdaptationSetId) -> None:
        self.calls.append(("audio", set_id))
        self.show(audio=set_id)

    def select_subtitle(self, set_id: AdaptationSetId | None) -> None:
        self.calls.append(("subtitle", set_id))
        self.show(subtitle=set_id)


class FakeServer:
    """An edge server's state, changed by hand."""

    def __init__(self, phase: ServerPhase = ServerPhase.RUNNING) -> None:
        self.status = ServerStatus(phase=phase)
        self._listeners: list[Callable[[ServerStatus], None]] = []

    def listen(self, listener: Callable[[ServerStatus], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def become(self, phase: ServerPhase, **words: str) -> None:
        self.status = ServerStatus(phase=phase, **words)
        for listener in tuple(self._listeners):
            listener(self.status)


class HandClock:
    """A scheduler whose time passes when a test says so."""

    def __init__(self) -> None:
        self.now_s, self._count = 0.0, 0
        self._waiting: list[tuple[float, int, Callable[[], None]]] = []

    def after(self, delay_s: float, callback: Callable[[], None]) -> Callable[[], None]:
        self._count += 1
        entry = (self.now_s + delay_s, self._count, callback)
        self._waiting.append(entry)
        return lambda: self._waiting.remove(entry) if entry in self._waiting else None

    @property
    def pending(self) -> int:
        """How many callbacks are due later."""
        return len(self._waiting)

    def advance(self, seconds: float) -> None:
        """Let time pass; what falls due is called in order."""
        end_s = self.now_s + seconds
        while due := sorted((e for e in self._waiting if e[0] <= end_s), key=lambda e: e[:2]):
            self._waiting.remove(due[0])
            self.now_s, _, callback = due[0]
            callback()
        self.now_s = end_s


class HandQueue:
    """Work that waits until a test runs it; as ``submit`` it stands for another thread."""

    def __init__(self) -> None:
        self._work: list[Callable[[], None]] = []

    def submit(self, work: Callable[[], None]) -> None:
        self._work.append(work)

    def run(self) -> None:
        """Do everything that waits, and what that adds."""
        while self._work:
            self._work.pop(0)()

    def run_newest_first(self) -> None:
        """Do what waits now, the other way round: answers may overtake each other."""
        waiting, self._work = self._work[::-1], []
        for work in waiting:
            work()


def rung(height_px: int, rate_bps: int, count: int = 75) -> Representation:
    """A representation of a ladder."""
    return Representation(
        id=RepresentationId(f"v{height_px}"),
        codecs="avc1.640028",
        bandwidth_bps=round(rate_bps * 1.4),
        average_bandwidth_bps=rate_bps,
        segment_path=f"v{height_px}/$Number$.m4s",
        segment_bytes=(rate_bps // 2,) * count,
        width_px=height_px * 16 // 9,
        height_px=height_px,
    )


LADDER = (rung(240, 350_000), rung(480, 900_000), rung(720, 2_400_000), rung(1080, 4_600_000))


def film_snapshot(**fields: Any) -> Snapshot:
    """A film in full swing: two languages, subtitles, a ladder with a plan's cap, a history."""
    whole = Snapshot(
        state=PlayerState.PLAYING,
        title_id="bunny",
        name="Big Buck Bunny",
        position_s=107.0,
        duration_s=300.0,
        buffered_s=((80.0, 190.0), (240.0, 260.0)),
        buffer_level_s=27.4,
        audio_tracks=(
            Track(id=AdaptationSetId("a-en"), language="en", label="English", channels=2),
            Track(id=AdaptationSetId("a-de"), language="de", label="German", channels=6),
        ),
        audio=AdaptationSetId("a-en"),
        subtitle_tracks=(
            Track(id=AdaptationSetId("s-en"), language="en", label="English"),
            Track(id=AdaptationSetId("s-de"), language="de", label="German"),
        ),
        ladder=LADDER,
        allowed=tuple(r.id for r in LADDER[:3]),
        shown=LADDER[2],
        decision=film_decision(LADDER),
        estimate=estimate(3.1e6),
        startup_s=0.21,
        timeline=film_timeline(LADDER),
    )
    return replace(whole, **fields)


def household_catalog() -> FakeCatalog:
    """A small library: films begun and new, a series, one in preparation and one that failed."""
    bunny = title("bunny", "Big Buck Bunny", resume=resumed(0.36), attribution="Blender Foundation")
    night = episode(4, resume=resumed(0.6, minutes_ago=60.0))
    films = tuple(title(f"film-{n}", f"Film {n}", year=2000 + n) for n in range(1, 9))
    series = title("harbour", "The Salt Harbour", kind=TitleKind.SERIES, duration_s=0.0)
    coming = title("soon", "Coming Soon", availability=Availability.PREPARING, progress=0.4)
    episodes = (*(episode(n) for n in range(1, 4)), night, *(episode(n, season=2) for n in (1, 2)))
    return FakeCatalog(
        rows=(
            Row(id="continue", name="Continue watching", items=(bunny, night)),
            Row(id="new", name="Newest", reason="added this week", items=(series, *films, coming)),
        ),
        details={
            "bunny": TitleDetail(
                summary=bunny,
                synopsis="A giant rabbit takes the gentlest revenge.",
                audio_languages=("en", "de"),
                subtitle_languages=("en",),
                max_height_px=720,
                added_at=NOON,
                size_bytes=48_000_000,
            ),
            "harbour": TitleDetail(
                summary=series,
                synopsis="A boat, a debt and a secret.",
                episodes=episodes,
                added_at=NOON,
            ),
        },
        everything=(bunny, series, *films, coming),
        work=(job("soon", 0.4),),
    )
