"""Fetches the beginnings of likely titles while the network has nothing better to do.

What it fetches lies in the one segment store under the keys that playback uses, so that playback
finds it on its usual way. The film that plays comes first: a transfer is begun only when it fits
into the time for which the film leaves the network alone, and is cancelled as soon as it does not.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import structlog

from abr.context import TransferSample
from abr.likelihood import DWELL_EDGES_S, Signal, by_title
from abr.prefetch import FALLBACK_BPS, IdleNetwork, Piece, PlannedFetch, PrefetchContext, plan
from abr.throughput import ThroughputEstimator
from player.beginnings import Beginnings, Known
from player.equipment import Equipment
from player.errors import PlayerError, SourceUnreachable
from player.loop import PlayerLoop
from player.prefetch_memory import PrefetchMemory
from player.session import PlaybackSession
from player.snapshot import PlayerState, Snapshot
from player.source import Body, Progress, Source
from player.store import StoreKey

log = structlog.get_logger()

_GLANCE_S = 0.05  # how often a transfer under way looks whether the film needs the network
_FILM_LOOK_S = 0.5  # how often a film is looked at for time it leaves over
_IDLE_LOOK_S = 60.0
_AFTER_FAILURE_S = 60.0  # a title that could not be read is left alone so long
_AFTER_PLAYBACK_S = 3.0  # by then the server knows where it stopped
_AT_ONCE = 3  # transfers side by side while no film plays: what follows waits for the first
_SAVE_EVERY_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PrefetchSettings:
    """What prefetching may take."""

    hour_bytes: int = 150_000_000  # a quarter of an hour of film at 1.3 Mbit/s
    store_share: float = 0.05  # of the segment store, held by what nobody has played


class Prefetcher:
    """Plans from what is on screen, fetches, and learns from what is played.

    Threading: :meth:`show`, :meth:`start` and :meth:`close` may be called from any thread;
    everything else happens on the player's event loop.
    """

    def __init__(
        self,
        *,
        loop: PlayerLoop,
        session: PlaybackSession,
        equipment: Equipment,
        beginnings: Beginnings,
        memory: PrefetchMemory,
        settings: PrefetchSettings | None = None,
    ) -> None:
        self._loop, self._session, self._equipment = loop, session, equipment
        self._beginnings, self._memory = beginnings, memory
        self._settings = settings or PrefetchSettings()
        self._clock = equipment.clock
        self._since: dict[tuple[str, str], float] = {}  # by kind and title
        self._signals: tuple[Signal, ...] = ()
        self._groups: dict[str, str] = {}
        self._resting: dict[str, float] = {}  # until when a title is left alone
        self._estimator = ThroughputEstimator()
        self._changed = asyncio.Event()
        self._running: asyncio.Task[None] | None = None
        self._work: asyncio.Task[None] | None = None
        self._wished = ""  # the title that plays or opens
        self._judged = False  # whether its start was accounted for
        self._saved_at_s = -math.inf
        self._stop_listening: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Begin."""
        self._loop.post(self._begin)

    def show(self, signals: tuple[Signal, ...]) -> None:
        """These hold now; how long each has held is counted here."""
        self._loop.post(lambda: self._take(signals))

    def close(self) -> None:
        """Stop, and keep what was learned; blocks until that is done."""
        self._loop.run(self._close()).result(timeout=5)

    # On the player's loop

    def is_ready(self, title_id: str) -> bool:
        """Whether nothing is missing of the beginning of a title whose manifest was read."""
        beginning = self._beginnings.beginning(title_id)
        return beginning is not None and not beginning.missing

    def _begin(self) -> None:
        self._stop_listening = self._session.listen(self._on_snapshot)
        self._running = asyncio.ensure_future(self._run())

    async def _close(self) -> None:
        self._stop_listening()
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait({self._running})
        self._memory.save()

    def _take(self, signals: tuple[Signal, ...]) -> None:
        now_s = self._clock()
        keys = [(str(signal.kind), signal.title_id) for signal in signals]
        self._since = {key: self._since.get(key, now_s) for key in keys}
        self._signals = signals
        self._groups |= {s.title_id: s.group or s.title_id for s in signals}
        self._notify()

    def _notify(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    def _on_snapshot(self, now: Snapshot) -> None:
        if now.title_id != self._wished:
            self._leave_alone(self._wished, _AFTER_PLAYBACK_S)
            self._wished, self._judged = now.title_id, False
            self._notify()
        if self._work is not None and not self._work.done() and self._spare_s() <= 0:
            self._work.cancel()
        if now.startup_s is not None and not self._judged:
            self._judged = True
            self._judge(now.title_id)

    def _judge(self, title_id: str) -> None:
        """The first picture is there: account for whether what was fetched before helped."""
        playback = self._session.playback
        if playback is None:
            return
        used = {
            StoreKey(playback.presentation.id, record.representation.id, record.index)
            for record in playback.recorder.segments
            if record.from_store
        }
        memory = self._memory
        held = memory.ledger.holds(title_id)
        helped = memory.ledger.started(title_id, used)
        group, useful = self._groups.get(title_id, ""), helped or not held
        memory.likelihood.played(title_id, group, self._hour(), self._at_s(), useful=useful)
        log.info("prefetch.started", title_id=title_id, held=held, helped=helped)

    def _leave_alone(self, title_id: str, for_s: float) -> None:
        """Ask for it anew, but not at once."""
        self._beginnings.forget(title_id)
        self._resting[title_id] = self._clock() + for_s

    async def _run(self) -> None:
        try:
            while True:
                change = self._changed
                self._look()
                wish = self._wish()
                if wish is None:
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(self._pause_s()):
                            await change.wait()
                    continue
                log.debug("prefetch.planned", title_id=wish.title_id, because=wish.because)
                self._work = asyncio.ensure_future(self._fetch(wish))
                await self._attend(self._work)
        finally:
            if self._work is not None:
                self._work.cancel()
                await asyncio.wait({self._work})

    async def _attend(self, work: asyncio.Task[None]) -> None:
        """Wait for it, and cancel it as soon as the film needs the network."""
        while not work.done():
            await asyncio.wait({work}, timeout=_GLANCE_S)
            if not work.done() and self._spare_s() <= 0:
                work.cancel()
        if not work.cancelled() and (error := work.exception()) is not None:
            log.error("prefetch.broke", exc_info=error)
            self._signals = ()  # a fault of our own must not come again and again

    def _look(self) -> None:
        """Note what the screen shows, and settle what nobody played in time."""
        at_s, memory = self._at_s(), self._memory
        for title_id, signals in by_title(self._held()).items():
            beginning = self._beginnings.beginning(title_id)
            # What an earlier playback left in the store needs no fetching and teaches nothing.
            if beginning is None or beginning.missing or memory.ledger.holds(title_id):
                memory.likelihood.saw(signals, self._hour(), at_s)
        memory.likelihood.settle(at_s)
        store = self._equipment.store
        for key in memory.ledger.settle(at_s, store.__contains__):
            store.discard(key)
        if self._clock() - self._saved_at_s >= _SAVE_EVERY_S:
            self._saved_at_s = self._clock()
            memory.save()

    def _held(self) -> tuple[Signal, ...]:
        now_s = self._clock()
        return tuple(
            replace(s, held_s=max(0.0, now_s - self._since.get((str(s.kind), s.title_id), now_s)))
            for s in self._signals
        )

    def _wish(self) -> PlannedFetch | None:
        """The first of the plan; it is made anew after every fetch."""
        now_s, at_s, ledger = self._clock(), self._at_s(), self._memory.ledger
        held = tuple(
            signal
            for signal in self._held()
            if signal.title_id != self._wished and self._resting.get(signal.title_id, 0.0) <= now_s
        )
        found = (self._beginnings.beginning(title_id) for title_id in by_title(held))
        beginnings = tuple(beginning for beginning in found if beginning is not None)
        share_bytes = self._settings.store_share * self._equipment.store.limit_bytes
        context = PrefetchContext(
            signals=held,
            hour=self._hour(),
            beginnings=tuple(b for b in beginnings if b.missing),
            ready=frozenset(b.title_id for b in beginnings if not b.missing),
            budget_bytes=min(
                self._settings.hour_bytes - ledger.spent_bytes(at_s),
                share_bytes - ledger.held_bytes,
            ),
            network=self._network(),
            account=ledger.account,
        )
        return next(iter(plan(context, self._memory.likelihood)), None)

    def _network(self) -> IdleNetwork:
        estimate = self._estimator.estimate() or self._equipment.new_abr().estimate
        return IdleNetwork(
            spare_s=self._spare_s(),
            throughput_bps=FALLBACK_BPS if estimate is None else estimate.throughput_bps,
            ttfb_s=0.1 if estimate is None else estimate.ttfb_s,
        )

    def _spare_s(self) -> float:
        now = self._session.snapshot
        if not now.title_id or now.state in {PlayerState.IDLE, PlayerState.FAILED}:
            return math.inf
        playback = self._session.playback
        return 0.0 if playback is None else playback.spare_s

    def _pause_s(self) -> float:
        """Until the next look: a signal has held for longer, or a title was left alone enough."""
        if not self._signals:
            return _IDLE_LOOK_S
        now_s = self._clock()
        waits_s = [e - s.held_s for s in self._held() for e in DWELL_EDGES_S if e > s.held_s]
        waits_s += [until_s - now_s for until_s in self._resting.values() if until_s > now_s]
        wait_s = min((*waits_s, _IDLE_LOOK_S)) + 0.01
        return min(wait_s, _FILM_LOOK_S) if self._session.snapshot.title_id else wait_s

    # Transfers

    async def _fetch(self, wish: PlannedFetch) -> None:
        try:
            known = self._beginnings.get(wish.title_id)
            if known is None:
                await self._get_to_know(wish)
            else:
                await self._fetch_pieces(wish, known)
        except PlayerError as error:
            log.info("prefetch.failed", title_id=wish.title_id, error=str(error))
            self._leave_alone(wish.title_id, _AFTER_FAILURE_S)

    async def _get_to_know(self, wish: PlannedFetch) -> None:
        with self._counting() as progress:
            _, size_bytes = await self._beginnings.read_manifest(wish.title_id, progress.append)
            progress.clear()
        if size_bytes:
            self._memory.ledger.fetched(
                wish.title_id, None, size_bytes, wish.probability, self._at_s()
            )

    async def _fetch_pieces(self, wish: PlannedFetch, known: Known) -> None:
        """All of them side by side, or one alone beside a film: the plan is made anew after it."""
        _, source = await self._beginnings.leave(wish.title_id)
        try:
            alone = self._spare_s() < math.inf
            places = asyncio.Semaphore(_AT_ONCE)
            transfers = [
                asyncio.ensure_future(self._fetch_piece(wish, known, piece, source, places))
                for piece in (wish.pieces[:1] if alone else wish.pieces)
            ]
            try:
                await asyncio.gather(*transfers)
            finally:
                for transfer in transfers:
                    transfer.cancel()
                await asyncio.wait(transfers)
        finally:
            await source.close()

    async def _fetch_piece(
        self,
        wish: PlannedFetch,
        known: Known,
        piece: Piece,
        source: Source,
        places: asyncio.Semaphore,
    ) -> None:
        async with places:
            with self._counting() as progress:
                body = await source.read(known.path(piece), progress.append)
                if piece.size_bytes and len(body.data) != piece.size_bytes:
                    raise SourceUnreachable("A part of the film arrived damaged.")
                key, playing = known.key(piece), self._session.playback
                keep = {known.presentation.id} | ({playing.presentation.id} if playing else set())
                if not self._equipment.store.offer(key, body.data, keep=keep):
                    raise PlayerError("The disk takes nothing.")
                progress.clear()
            self._observe(piece, body)
            size_bytes = len(body.data)
            self._memory.ledger.fetched(
                wish.title_id, key, size_bytes, wish.probability, self._at_s()
            )

    @contextlib.contextmanager
    def _counting(self) -> Iterator[list[Progress]]:
        """What has come of a transfer that ends early is spent all the same."""
        progress: list[Progress] = []
        try:
            yield progress
        finally:
            if progress and progress[-1].received_bytes:
                self._memory.ledger.lost(progress[-1].received_bytes, self._at_s())

    def _observe(self, piece: Piece, body: Body) -> None:
        self._estimator.add(
            TransferSample(
                representation_id=piece.representation_id,
                segment_index=max(0, piece.index),
                transferred_bytes=len(body.data),
                ttfb_s=body.ttfb_s,
                duration_s=body.duration_s,
                finished_at_s=body.finished_at_s,
            )
        )

    def _at_s(self) -> float:
        return self._equipment.wall_clock().timestamp()

    def _hour(self) -> int:
        return self._equipment.wall_clock().astimezone().hour
