"""Keeps film ahead of the picture: what to fetch next, in which representation, and when to stop.

One transfer at a time, so that a sample says what the whole link carries; a second one runs
beside it only when the engine waits for another adaptation set (a new audio language).
"""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections import Counter
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, TypeVar

import stamina
import structlog

from abr.beginning import left_for_video
from abr.context import DecisionContext, Limits, Phase, ThroughputEstimate
from abr.engine import AbrEngine
from abr.media import AdaptationSet, AdaptationSetId, MediaKind, Presentation, Representation
from player.errors import PlayerError, SourceUnreachable
from player.holdings import Holdings, SegmentAddress
from player.load_control import LoadControl
from player.loader import FetchListener, SegmentLoader
from player.priming import without_edit_list
from player.replacing import Replacing
from player.source import Source
from player.store import SegmentStore

log = structlog.get_logger()

_T = TypeVar("_T")

_FIRST_RETRY_S, _LAST_RETRY_S, _RETRY_JITTER_S = 0.1, 2.0, 0.3  # a child server is back in ~1 s


class Fetcher:
    """Fetches one presentation.

    Threading: every method belongs to the player's event loop.
    """

    def __init__(
        self,
        *,
        presentation: Presentation,
        source: Source,
        store: SegmentStore,
        abr: AbrEngine,
        load: LoadControl,
        clock: Callable[[], float],
        listener: FetchListener,
        limits: Limits,
        position_s: float,
    ) -> None:
        self._presentation, self._abr, self._load = presentation, abr, load
        self._clock, self._listener = clock, listener
        self._limits, self._position_s = limits, position_s
        self._holdings = Holdings(presentation)
        self._audio = presentation.default_audio
        self._phase = Phase.STARTUP
        self._speed = 1.0
        self._loader = SegmentLoader(
            presentation=presentation,
            source=source,
            store=store,
            abr=abr,
            clock=clock,
            listener=listener,
            context=self._context,
            arrived=self._arrived,
        )
        self._replacing = Replacing(abr, self._holdings, self._loader)
        self._demands: Counter[SegmentAddress] = Counter()
        self._handed: dict[AdaptationSetId, int] = {}  # the last segment given to the engine
        self._inflight: dict[SegmentAddress, asyncio.Task[None]] = {}
        self._changed = asyncio.Event()
        self._broken = False

    # What the session tells it

    @property
    def phase(self) -> Phase:
        """The phase decisions are taken in."""
        return self._phase

    def set_phase(self, phase: Phase) -> None:
        """The session saw a picture, or ran out of film."""
        self._phase = phase
        self._notify()

    def set_position(self, position_s: float) -> None:
        """The picture moved on."""
        self._position_s = position_s
        self._phase = self._load.next_phase(self._phase, self.buffer_level_s)
        self._notify()

    def seek(self, position_s: float) -> None:
        """The picture jumps: what is under way for elsewhere is given up."""
        self._position_s = position_s
        self._stop_replacing()
        for address, task in self._inflight.items():
            entry = self._presentation.adaptation_set(address.set_id)
            if address.index != self._holdings.first_missing(entry, position_s):
                task.cancel()
        self._notify()

    def set_limits(self, limits: Limits) -> None:
        """Other caps, from the next segment on.

        A person who fixes the quality wants to see it: what is buffered in another one but not
        handed to the engine yet is fetched again.
        """
        before, self._limits = self._limits, limits
        self._stop_replacing()
        video = self._presentation.video
        if limits.fixed in (None, before.fixed) or video is None:
            return
        for index in range(self._handed.get(video.id, -1) + 1, len(video.segment_durations_s)):
            address = SegmentAddress(video.id, index)
            if self._holdings.get(address) not in (None, limits.fixed):
                self._holdings.drop(address)
        for address, task in self._inflight.items():
            if address.set_id == video.id:
                task.cancel()
        self._notify()

    def set_speed(self, speed: float) -> None:
        """The buffer drains faster or slower from now on."""
        self._speed = speed

    def select_audio(self, entry: AdaptationSet) -> None:
        """Keep this language ahead of the picture from now on."""
        self._audio = entry
        self._notify()

    # What the session asks it

    @property
    def estimate(self) -> ThroughputEstimate | None:
        """What the network carries for video: the measured rate less what audio takes of it."""
        audio = None if self._presentation.video is None else self._audio
        return left_for_video(self._abr.estimate, audio, self._speed)

    def spare_s(self, *, paused: bool) -> float:
        """How long nothing of the film has to be fetched, s: 0 while something is."""
        if self._inflight or self._wanted():
            return 0.0
        ends_s = [
            self._holdings.end_s(entry, self._position_s)
            for entry in self._streams
            if self._holdings.first_missing(entry, self._position_s) is not None
        ]
        if paused or not ends_s:
            return math.inf
        lead_s = min(ends_s) - self._position_s - self._load.max_buffer_s
        return max(0.0, lead_s) / self._speed

    @property
    def buffer_level_s(self) -> float:
        """Film ahead of the picture, sound and picture both, in seconds of film."""
        ends = [self._holdings.end_s(entry, self._position_s) for entry in self._streams]
        return min(ends, default=self._position_s) - self._position_s

    @property
    def ranges_s(self) -> tuple[tuple[float, float], ...]:
        """Stretches of film at hand."""
        main = self._presentation.video or self._audio
        return self._holdings.ranges_s(main) if main else ()

    def representation_at(self, position_s: float) -> Representation | None:
        """What the video at a position was or will be shown in; ``None``: not decided."""
        video = self._presentation.video
        if video is None:
            return None
        held = self._holdings.get(SegmentAddress(video.id, video.segment_at(position_s)))
        return video.representation(held) if held else None

    # What the feed asks it

    async def init_segment(self, entry: AdaptationSet) -> bytes:
        """The init segment that serves the whole timeline: the highest representation's."""
        data = await self._persist(
            lambda: self._loader.init_segment(entry, entry.representations[-1])
        )
        return without_edit_list(data) if entry.kind is MediaKind.AUDIO else data

    async def subtitle(self, entry: AdaptationSet) -> bytes:
        """A subtitle file."""
        return await self._persist(lambda: self._loader.subtitle(entry.representations[0]))

    async def segment(self, entry: AdaptationSet, index: int) -> bytes:
        """A segment the engine waits for, as soon as it is at hand."""
        address = SegmentAddress(entry.id, index)
        self._demands[address] += 1
        self._notify()
        try:
            while True:
                data = self._at_hand(entry, address)
                if data is not None:
                    return data
                await self._change()
        finally:
            self._demands -= Counter({address: 1})

    def _at_hand(self, entry: AdaptationSet, address: SegmentAddress) -> bytes | None:
        held = self._holdings.get(address)
        if held is None or not self._may_show(entry):
            return None
        data = self._loader.stored_segment(address.index, entry.representation(held))
        if data is None:  # the store lost it: fetched again
            self._holdings.drop(address)
            self._notify()
        else:
            self._handed[entry.id] = address.index
            self._replacing.handed(address)
        return data

    def _may_show(self, entry: AdaptationSet) -> bool:
        to_the_end = all(
            self._holdings.first_missing(stream, self._position_s) is None
            for stream in {entry.id: entry, **{s.id: s for s in self._streams}}.values()
        )
        return self._load.may_show(self._phase, self.buffer_level_s, to_the_end=to_the_end)

    # The loop

    async def run(self) -> None:
        """Fetch until cancelled."""
        try:
            while True:
                change = self._changed
                self._start_due()
                await change.wait()
        finally:
            self._loader.close()
            for task in list(self._inflight.values()):
                task.cancel()

    def _start_due(self) -> None:
        """Start what should be under way now, and end a replacement that is in its way."""
        if not self._may_replace():
            self._stop_replacing()
        wanted = self._wanted()
        again = self._again(wanted)
        for address, work in [again] if again else [(a, self._fetch(a)) for a in wanted]:
            task = asyncio.create_task(work)
            self._inflight[address] = task
            task.add_done_callback(partial(self._finished, address))

    def _may_replace(self) -> bool:
        waited_for = any(self._holdings.get(address) is None for address in self._demands)
        return not waited_for and self._load.may_replace(self._phase, self.buffer_level_s)

    def _stop_replacing(self) -> None:
        for address, task in self._inflight.items():
            if address == self._replacing.address:
                task.cancel()

    def _again(
        self, wanted: list[SegmentAddress]
    ) -> tuple[SegmentAddress, Coroutine[Any, Any, None]] | None:
        """What to fetch once more before the next segment of the video, and the work of it."""
        video = self._presentation.video
        if video is None or self._inflight or self._broken or not self._may_replace():
            return None
        missing = self._holdings.first_missing(video, self._position_s)
        if missing is None or any(address.set_id != video.id for address in wanted):
            return None
        return self._replacing.begin(self._context(video, missing), self._position_s)

    @property
    def _streams(self) -> tuple[AdaptationSet, ...]:
        return tuple(e for e in (self._audio, self._presentation.video) if e is not None)

    def _wanted(self) -> list[SegmentAddress]:
        """What to start now: what the engine waits for, else the stream that ends first."""
        if self._broken:
            return []
        busy = {address.set_id for address in self._inflight}
        demanded = [
            a for a in self._demands if self._holdings.get(a) is None and a.set_id not in busy
        ]
        if demanded:
            # In the order of the film, so that of two sets the one nearer to running dry leads.
            return sorted(demanded, key=self._start_s)[:1]
        if busy:
            return []
        ends = [(self._holdings.end_s(entry, self._position_s), entry) for entry in self._streams]
        for end_s, entry in sorted(ends, key=lambda pair: pair[0]):
            missing = self._holdings.first_missing(entry, self._position_s)
            if missing is not None and self._load.may_fetch(end_s - self._position_s):
                return [SegmentAddress(entry.id, missing)]
        return []

    def _start_s(self, address: SegmentAddress) -> float:
        return self._presentation.adaptation_set(address.set_id).segment_starts_s[address.index]

    def _finished(self, address: SegmentAddress, task: asyncio.Task[None]) -> None:
        self._inflight.pop(address, None)
        self._replacing.finished(address)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            log.error("fetcher.failed", exc_info=error)
            self._fail(PlayerError("Playback broke down.", detail=repr(error)))
        self._notify()

    def _fail(self, error: PlayerError) -> None:
        """What cannot be had is not asked for again and again."""
        self._broken = True
        self._listener.failed(error)

    def _notify(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def _change(self) -> None:
        await self._changed.wait()

    async def load_inits(self) -> None:
        """Fetch the init segments of all representations at once, to wait for the network once.

        For after the start: until then only what the first picture needs is fetched.
        """
        with contextlib.suppress(PlayerError):  # each is asked for again when it is needed
            await asyncio.gather(
                *(
                    self._loader.init_segment(entry, representation)
                    for entry in self._streams
                    for representation in entry.representations
                )
            )

    async def _fetch(self, address: SegmentAddress) -> None:
        entry = self._presentation.adaptation_set(address.set_id)
        try:
            await self._persist(lambda: self._loader.load(entry, address.index))
        except PlayerError as error:
            self._fail(error)

    def _arrived(self, entry: AdaptationSet, index: int, representation: Representation) -> None:
        self._holdings.add(SegmentAddress(entry.id, index), representation.id)
        self._replacing.arrived()

    async def _persist(self, work: Callable[[], Coroutine[Any, Any, _T]]) -> _T:
        """Try until the source answers; each attempt decides anew what to fetch."""
        async for attempt in stamina.retry_context(
            on=self._worth_retrying,
            attempts=None,
            timeout=None,
            wait_initial=_FIRST_RETRY_S,
            wait_max=_LAST_RETRY_S,
            wait_jitter=_RETRY_JITTER_S,
        ):
            with attempt:
                return await work()
        raise AssertionError  # the loop above returns or raises

    def _worth_retrying(self, error: Exception) -> bool:
        if not isinstance(error, SourceUnreachable):
            return False
        self._listener.waiting(error)
        return True

    def _context(self, entry: AdaptationSet, index: int) -> DecisionContext:
        return DecisionContext(
            now_s=self._clock(),
            adaptation_set=entry,
            segment_index=index,
            buffer_level_s=self.buffer_level_s,
            max_buffer_s=self._load.max_buffer_s,
            phase=self._phase,
            previous=self._holdings.get(SegmentAddress(entry.id, index - 1)),
            estimate=self.estimate,
            history=self._abr.history,
            limits=self._limits,
            playback_speed=self._speed,
        )
