"""A playback session on a stage: paper engine, paper server, virtual time."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from abr.engine import AbrEngine
from player.engine import EngineStarted
from player.equipment import Equipment
from player.load_control import LoadControl
from player.session import PlaybackSession
from player.snapshot import Snapshot
from player.source import Body, Progress, Source
from player.store import SegmentStore
from tests.helpers.paper_session import Events, LoopHere
from tests.helpers.player_fakes import (
    PaperEngine,
    PaperFilm,
    PaperGrants,
    PaperSource,
    paper_film,
)
from tests.helpers.virtual_time import now_s, settle

MIDNIGHT = datetime(2024, 5, 1, tzinfo=UTC)


@dataclass(slots=True)
class Address:
    """The server under an address it was reached at."""

    url: str
    server: PaperSource
    closed: bool = False

    async def read(self, path: str, on_start: Callable[[Progress], None] | None = None) -> Body:
        assert not self.closed, "read after close"
        return await self.server.read(path, on_start)

    async def close(self) -> None:
        self.closed = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The session and everyone it talks to. ``seen`` holds every snapshot it published."""

    session: PlaybackSession
    engine: PaperEngine
    grants: PaperGrants
    events: Events
    source: PaperSource
    film: PaperFilm
    opened: list[Address]
    seen: list[Snapshot]

    @property
    def now(self) -> Snapshot:
        """The newest snapshot."""
        return self.session.snapshot

    async def do(self, command: Callable[[], None]) -> None:
        """Give a command and let it take effect."""
        command()
        await settle()

    async def play(self, title_id: str = "film", *, start_s: float | None = None) -> None:
        """Play, up to the moment before the first picture."""
        loads = self.engine.names().count("load")
        await self.do(lambda: self.session.play(title_id, start_s=start_s))
        await until(lambda: self.engine.names().count("load") > loads)

    async def start(self, title_id: str = "film", *, start_s: float | None = None) -> None:
        """Play, up to the first picture."""
        await self.play(title_id, start_s=start_s)
        await self.engine.say(EngineStarted(width_px=320, height_px=180))

    async def ask(self, name: str) -> bytes | None:
        """What the feed answers the engine; ``None``: there is no such thing."""
        feed = self.session._feed
        found = await feed.answer(f"/{feed._token}/{name}")
        return found and found[1]


async def until(condition: Callable[[], object], *, within_s: float = 600.0) -> None:
    """Let time pass until ``condition`` holds."""
    deadline_s = now_s() + within_s
    while not condition():
        assert now_s() < deadline_s, "it never came to pass"
        await pause(0.01)


async def pause(seconds: float) -> None:
    """Let time pass, then everything that is due."""
    await asyncio.sleep(seconds)
    await settle()


@contextlib.asynccontextmanager
async def staged(
    folder: Path,
    *,
    film: PaperFilm | None = None,
    engine: PaperEngine | None = None,
    grants: PaperGrants | None = None,
    abr: Callable[[], AbrEngine] = AbrEngine,
    load: LoadControl | None = None,
    **equipment: Any,
) -> AsyncIterator[Stage]:
    """A session until the end of the block; ids count from ``e1``, time from ``MIDNIGHT``."""
    film = film or paper_film()
    source, opened, numbers = PaperSource(film.files), list[Address](), itertools.count(1)
    engine, grants, events = engine or PaperEngine(), grants or PaperGrants(), Events()

    def open_source(url: str) -> Source:
        opened.append(Address(url, source))
        return opened[-1]

    session = PlaybackSession(
        LoopHere(),
        Equipment(
            engine=engine,
            grants=grants,
            open_source=open_source,
            store=SegmentStore(folder),
            events=events,
            new_abr=abr,
            load=load or LoadControl(),
            clock=now_s,
            wall_clock=lambda: MIDNIGHT + timedelta(seconds=now_s()),
            new_id=lambda: f"e{next(numbers)}",
            **equipment,
        ),
    )
    seen: list[Snapshot] = []
    session.listen(seen.append)
    await settle()
    try:
        yield Stage(
            session=session,
            engine=engine,
            grants=grants,
            events=events,
            source=source,
            film=film,
            opened=opened,
            seen=seen,
        )
    finally:
        await session._close()
