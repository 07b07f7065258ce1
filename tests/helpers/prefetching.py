"""A prefetcher beside a session on a stage, with several films on one paper server."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from abr.context import Limits
from abr.engine import AbrEngine
from abr.likelihood import Signal, SignalKind
from player.beginnings import Beginnings
from player.engine import EngineStarted
from player.equipment import Equipment
from player.errors import PlayerError
from player.grants import Grant
from player.load_control import LoadControl
from player.prefetch import Prefetcher, PrefetchSettings
from player.prefetch_memory import PrefetchMemory
from player.session import PlaybackSession
from player.snapshot import Snapshot
from player.source import Body, Progress, Source
from player.store import SegmentStore
from tests.helpers.paper_session import Events, LoopHere
from tests.helpers.player_fakes import PaperEngine, PaperFilm, PaperGrants, PaperSource, paper_film
from tests.helpers.stage import MIDNIGHT, until
from tests.helpers.virtual_time import now_s, settle

FILMS = tuple(paper_film(name=name, segments=40) for name in ("film", "next", "other"))


class PaperLeaves(PaperGrants):
    """Leave to play and to prefetch; ``asked`` names the titles leave to prefetch was asked for."""

    def __init__(self, **terms: Any) -> None:
        super().__init__(**terms)
        self.asked: list[str] = []
        self.resume_s: dict[str, float] = {}
        self.away = False

    async def request(self, title_id: str) -> Grant:
        grant = await super().request(title_id)
        return dataclasses.replace(grant, **self._own(title_id))

    async def prefetch(self, title_id: str) -> Grant:
        """Leave to read a beginning."""
        self.asked.append(title_id)
        if self.away:
            raise PlayerError("The server does not answer.")
        url = f"http://server/{title_id}/early/"
        return Grant(
            session_id="", title_id=title_id, name="", media_url=url, **self._own(title_id)
        )

    def _own(self, title_id: str) -> dict[str, Any]:
        return {"presentation_id": title_id, "resume_s": self.resume_s.get(title_id, 0.0)}


@dataclass(slots=True)
class _Folder:
    """One title's part of the paper server: paths begin with the title."""

    title_id: str
    server: PaperSource

    async def read(self, path: str, on_start: Callable[[Progress], None] | None = None) -> Body:
        return await self.server.read(f"{self.title_id}/{path}", on_start)

    async def close(self) -> None:
        """There is nothing to release."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rig:
    """The prefetcher and everyone it talks to."""

    prefetcher: Prefetcher
    session: PlaybackSession
    engine: PaperEngine
    grants: PaperLeaves
    source: PaperSource
    store: SegmentStore
    memory: PrefetchMemory

    @property
    def paths(self) -> list[str]:
        """All that was asked of the server."""
        return [request.path for request in self.source.requests]

    @property
    def now(self) -> Snapshot:
        """The newest snapshot of the session."""
        return self.session.snapshot

    def likely(self, *title_ids: str) -> None:
        """The screen says that they will be played, and experience that it is right."""
        self.prefetcher.show(
            tuple(Signal(kind=SignalKind.CONTINUE, title_id=title_id) for title_id in title_ids)
        )

    async def fetched(self, title_id: str) -> None:
        """Let time pass until the beginning of a title lies in the store."""
        await until(lambda: self.is_ready(title_id), within_s=60)

    def is_ready(self, title_id: str) -> bool:
        """Whether nothing of its beginning is missing."""
        return self.prefetcher.is_ready(title_id)

    async def play(self, title_id: str, *, start_s: float | None = None) -> None:
        """Play up to the moment before the first picture."""
        loads = self.engine.names().count("load")
        self.session.play(title_id, start_s=start_s)
        await until(lambda: self.engine.names().count("load") > loads)

    async def read_start(self, film: PaperFilm, index: int = 0) -> None:
        """Read what an engine reads before the first picture, and show that."""
        for name in ("video", "a-en"):
            for part in ("init.mp4", f"{index}.m4s"):
                feed = self.session._feed
                assert await feed.answer(f"/{feed._token}/{name}/{part}")
        await self.engine.say(EngineStarted(width_px=320, height_px=180))
        assert film.presentation.video is not None


def experienced(path: Path) -> PrefetchMemory:
    """A memory that knows: what was begun is gone on with."""
    memory = PrefetchMemory(path)
    for n in range(30):
        signal = Signal(kind=SignalKind.CONTINUE, title_id="t")
        memory.likelihood.saw((signal,), 0, float(n))
        memory.likelihood.played("t", "", 12, float(n))
    return memory


def _equipment(
    engine: PaperEngine,
    grants: PaperLeaves,
    store: SegmentStore,
    load: LoadControl,
    source: PaperSource,
) -> tuple[Equipment, Beginnings]:
    def open_source(url: str) -> Source:
        return _Folder(url.split("/")[3], source)

    beginnings = Beginnings(
        grants=grants,
        open_source=open_source,
        store=store,
        new_abr=AbrEngine,
        limits=lambda height_px: Limits(max_height_px=height_px),
        max_buffer_s=load.max_buffer_s,
        clock=now_s,
    )
    numbers = iter(range(10_000))
    equipment = Equipment(
        engine=engine,
        grants=grants,
        open_source=open_source,
        store=store,
        events=Events(),
        new_abr=AbrEngine,
        load=load,
        clock=now_s,
        wall_clock=lambda: MIDNIGHT + timedelta(seconds=now_s()),
        new_id=lambda: f"e{next(numbers)}",
        known=beginnings.presentation,
    )
    return equipment, beginnings


@contextlib.asynccontextmanager
async def prefetching(
    folder: Path,
    *,
    store: SegmentStore | None = None,
    load: LoadControl | None = None,
    settings: PrefetchSettings | None = None,
    resume_s: dict[str, float] | None = None,
) -> AsyncIterator[Rig]:
    """A prefetcher at work until the end of the block."""
    files = {f"{f.presentation.id}/{p}": data for f in FILMS for p, data in f.files.items()}
    source, grants, engine = PaperSource(files), PaperLeaves(), PaperEngine()
    grants.resume_s |= resume_s or {}
    store = store or SegmentStore(folder / "segments")
    equipment, beginnings = _equipment(engine, grants, store, load or LoadControl(), source)
    session = PlaybackSession(LoopHere(), equipment)
    memory = experienced(folder / "prefetch.json")
    prefetcher = Prefetcher(
        loop=LoopHere(),
        session=session,
        equipment=equipment,
        beginnings=beginnings,
        memory=memory,
        settings=settings,
    )
    prefetcher.start()
    await settle()
    try:
        yield Rig(
            prefetcher=prefetcher,
            session=session,
            engine=engine,
            grants=grants,
            source=source,
            store=store,
            memory=memory,
        )
    finally:
        await prefetcher._close()
        await session._close()
