"""A fetcher at work on a paper film, in virtual time."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from abr.context import Limits, Phase
from abr.engine import AbrEngine
from abr.media import AdaptationSet
from player.fetcher import Fetcher
from player.load_control import LoadControl
from player.store import SegmentStore
from tests.helpers.player_fakes import Listener, PaperFilm, PaperSource
from tests.helpers.virtual_time import now_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Rig:
    """The fetcher and everything around it."""

    film: PaperFilm
    source: PaperSource
    store: SegmentStore
    listener: Listener
    fetcher: Fetcher

    async def until(self, condition: Callable[[], object], *, within_s: float = 300.0) -> None:
        """Let time pass until ``condition`` holds."""
        deadline_s = now_s() + within_s
        while not condition():
            assert now_s() < deadline_s, "it never came to pass"
            await asyncio.sleep(0.01)

    async def asked_for(self, path: str) -> None:
        """Let time pass until a transfer is under way."""
        await self.until(lambda: path in self.source.segments)

    def held(self, entry: AdaptationSet) -> list[int]:
        """Indexes of the segments that arrived and count as at hand."""
        return sorted({r.index for r in self.listener.records if r.set_id == entry.id})

    def fetched_as(self, index: int) -> list[str]:
        """What a video segment arrived in, one after the other."""
        video = self.film.video.id
        return [
            r.representation.id
            for r in self.listener.records
            if (r.set_id, r.index) == (video, index) and not r.abandoned
        ]


@contextlib.asynccontextmanager
async def fetching(
    film: PaperFilm,
    folder: Path,
    *,
    source: PaperSource | None = None,
    abr: AbrEngine | None = None,
    position_s: float = 0.0,
    limits: Limits | None = None,
    phase: Phase = Phase.STEADY,
    **load: Any,
) -> AsyncIterator[Rig]:
    """Fetch ``film`` from ``position_s`` on, until the end of the block."""
    source = source or PaperSource(film.files)
    store, listener = SegmentStore(folder), Listener()
    fetcher = Fetcher(
        presentation=film.presentation,
        source=source,
        store=store,
        abr=abr or AbrEngine(),
        load=LoadControl(**load),
        clock=now_s,
        listener=listener,
        limits=limits or Limits(),
        position_s=position_s,
    )
    fetcher.set_phase(phase)
    work = asyncio.ensure_future(fetcher.run())
    try:
        yield Rig(film=film, source=source, store=store, listener=listener, fetcher=fetcher)
    finally:
        work.cancel()
        await asyncio.wait({work})
