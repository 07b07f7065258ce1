"""A media engine that plays in virtual time what the feed gives it, as libmpv would."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from abr.media import AdaptationSet
from player.engine import (
    EndReason,
    EngineEnded,
    EngineEvent,
    EnginePosition,
    EngineStalled,
    EngineStarted,
    SubtitleSource,
)
from tests.helpers.player_fakes import PaperEngine

_STEP_S = 0.04  # a frame at 25 frames a second
_AHEAD_S = 2.0

Ask = Callable[[str], Awaitable[bytes | None]]


@dataclass(slots=True)
class _Stream:
    """One adaptation set as the engine reads it."""

    entry: AdaptationSet
    end_s: float = 0.0
    fed: list[bytes] = field(default_factory=list)


class PlayingEngine(PaperEngine):
    """Reads picture and sound two seconds ahead, shows pictures, runs dry, goes on, ends.

    Plays the given sets from the start of the film; knows no seeks. ``ask`` fetches by name from
    the feed and has to be set before a load.
    """

    def __init__(self, sets: tuple[AdaptationSet, ...]) -> None:
        super().__init__()
        self.streams = [_Stream(entry) for entry in sets]
        self.ask: Ask | None = None
        self._work: list[asyncio.Task[None]] = []
        self._position_s = 0.0

    def load(
        self,
        url: str,
        *,
        start_s: float,
        paused: bool,
        subtitles: tuple[SubtitleSource, ...],
        audio_index: int | None,
        subtitle_id: str | None,
    ) -> None:
        super().load(
            url,
            start_s=start_s,
            paused=paused,
            subtitles=subtitles,
            audio_index=audio_index,
            subtitle_id=subtitle_id,
        )
        self._work = [asyncio.ensure_future(self._read(stream)) for stream in self.streams]
        self._work.append(asyncio.ensure_future(self._show()))

    def stop(self) -> None:
        super().stop()
        for task in self._work:
            task.cancel()

    async def _read(self, stream: _Stream) -> None:
        assert self.ask is not None
        assert await self.ask(f"{stream.entry.id}/init.mp4")
        for index in range(len(stream.entry.segment_durations_s)):
            while stream.end_s - self._position_s > _AHEAD_S:  # noqa: ASYNC110 - engines do
                await asyncio.sleep(_STEP_S)
            data = await self.ask(f"{stream.entry.id}/{index}.m4s")
            assert data is not None
            stream.fed.append(data)
            stream.end_s = stream.entry.segment_starts_s[index + 1]

    async def _show(self) -> None:
        end_s = min(stream.entry.duration_s for stream in self.streams)
        await self._enough()
        self._tell(EngineStarted(width_px=320, height_px=180))
        while self._position_s < end_s - _STEP_S:
            if self._lacks():
                self._tell(EngineStalled(stalled=True))
                await self._enough()
                self._tell(EngineStalled(stalled=False))
            self._position_s += _STEP_S
            self._tell(EnginePosition(position_s=self._position_s))
            await asyncio.sleep(_STEP_S)
        self._tell(EngineEnded(reason=EndReason.END_OF_FILM))

    def _lacks(self) -> bool:
        return any(s.end_s < self._position_s + _STEP_S - 1e-6 for s in self.streams)

    async def _enough(self) -> None:
        while self._lacks():  # noqa: ASYNC110
            await asyncio.sleep(_STEP_S / 4)

    def _tell(self, event: EngineEvent) -> None:
        listener: Any = self._listener
        listener(event)
