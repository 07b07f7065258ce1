"""One segment, from wish to store: decide, look in the store, transfer, abandon, keep, replace."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Protocol, TypeVar

from abr.context import DecisionContext, Limits, TransferProgress, TransferSample
from abr.decision import Decision, Replacement
from abr.engine import AbrEngine
from abr.media import AdaptationSet, MediaKind, Presentation, Representation, RepresentationId
from player.errors import FilmError, PlayerError, SourceUnreachable
from player.parameter_sets import FragmentError, parameter_sets, with_parameter_sets
from player.records import SegmentRecord
from player.source import Body, Progress, Source
from player.store import SegmentStore, StoreKey

_T = TypeVar("_T")

_WHOLE = -1  # store index of init segments and subtitle files
_LOOK_AGAIN_S = 0.1  # how often a transfer under way is asked whether to abandon it


class FetchListener(Protocol):
    """Who wants to know; called on the player's event loop."""

    def decided(self, context: DecisionContext, decision: Decision) -> None:
        """A decision was taken."""

    def fetched(self, record: SegmentRecord) -> None:
        """A segment arrived, for the first time or again, or was abandoned."""

    def waiting(self, error: PlayerError | None) -> None:
        """The source is away (the fetcher keeps trying), or back."""

    def failed(self, error: PlayerError) -> None:
        """Playback cannot go on."""


class SegmentLoader:
    """Loads segments of one presentation into the store.

    ``context`` describes the present moment for a set and an index of it; ``arrived`` is told of
    every segment that is in the store now, before the listener.
    Threading: every method belongs to the player's event loop.
    """

    def __init__(
        self,
        *,
        presentation: Presentation,
        source: Source,
        store: SegmentStore,
        abr: AbrEngine,
        clock: Callable[[], float],
        listener: FetchListener,
        context: Callable[[AdaptationSet, int], DecisionContext],
        arrived: Callable[[AdaptationSet, int, Representation], None],
    ) -> None:
        self._presentation, self._source, self._store = presentation, source, store
        self._abr, self._clock, self._listener = abr, clock, listener
        self._context, self._arrived = context, arrived
        self._sets: dict[str, bytes] = {}  # parameter sets by representation
        self._inits: dict[str, asyncio.Future[bytes]] = {}
        self._closed = False

    def close(self) -> None:
        """The playback is over: transfers that end now are nobody's news."""
        self._closed = True

    def stored_segment(self, index: int, representation: Representation) -> bytes | None:
        """A segment out of the store, ready for the engine; ``None``: it is not there."""
        data = self._read(representation, index)
        try:
            return data and with_parameter_sets(data, self._sets.get(representation.id, b""))
        except FragmentError:  # the disk changed it: on arrival it was sound
            self._store.discard(self._key(representation, index))
            return None

    async def init_segment(self, entry: AdaptationSet, representation: Representation) -> bytes:
        """The init segment of a representation, fetched once however many ask for it."""
        task = self._inits.get(representation.id)
        if task is None or (task.done() and (task.cancelled() or task.exception())):
            task = asyncio.ensure_future(self._load_init(entry, representation))
            self._inits[representation.id] = task
        return await asyncio.shield(task)

    async def _load_init(self, entry: AdaptationSet, representation: Representation) -> bytes:
        path, size = representation.init_path, representation.init_bytes
        data = await self._whole(representation, path, size)
        try:
            self._sets[representation.id] = _sets_of(entry, representation, data)
        except FilmError:
            self._store.discard(self._key(representation, _WHOLE))
            raise
        return data

    async def subtitle(self, representation: Representation) -> bytes:
        """A subtitle file."""
        path, size = representation.segment_path, sum(representation.segment_bytes)
        return await self._whole(representation, path, size)

    async def _whole(self, representation: Representation, path: str, size: int) -> bytes:
        """A file that is not cut into segments; a ``size`` of 0 is not known."""
        key = self._key(representation, _WHOLE)
        data = self._store.get(key, expected_bytes=size or None)
        if data is None:
            data = _whole_body(await self._source.read(path), path, size).data
            self._listener.waiting(None)
            self._store.put(key, data, keep=(self._presentation.id,))
        return data

    async def load(self, entry: AdaptationSet, index: int) -> None:
        """Bring a segment into the store."""
        representation, limits = entry.representations[-1], Limits()
        if entry.kind is MediaKind.VIDEO:
            context = self._context(entry, index)
            decision = self._abr.decide(context)
            self._listener.decided(context, decision)
            representation, limits = decision.representation, context.limits
            await self._read_inits(entry, index, limits)
        while True:
            stored = self._stored(entry, index, representation, limits)
            if stored is None:
                await self.init_segment(entry, representation)  # without it nothing stored is ready
                if entry.kind is MediaKind.VIDEO and self._context(entry, index).limits != limits:
                    await self.load(entry, index)  # the decision knew other limits
                    return
                stored = self._stored(entry, index, representation, limits)
            if stored is not None:
                self._record(entry, index, stored, self._instant(stored, index))
                return
            outcome = await self._transfer(
                index, representation, partial(self._abandonment, entry, index, representation), []
            )
            if isinstance(outcome, Body):
                self._keep(entry, index, representation, outcome)
                return
            representation = outcome.representation

    async def load_again(
        self,
        entry: AdaptationSet,
        better: Replacement,
        *,
        former: RepresentationId,
        following: int,
        replaceable: Callable[[], bool],
    ) -> None:
        """Bring a buffered segment into the store once more, in place of its ``former`` self.

        ``following`` is the segment that is fetched next. What would come too late, or does
        because ``replaceable`` no longer holds, is given up; so is what is cancelled.
        """
        index, representation = better.segment_index, better.decision.representation
        self._listener.decided(self._context(entry, index), better.decision)
        await self.init_segment(entry, representation)
        if self._read(representation, index) is not None:
            body = self._instant(representation, index)
            self._record(entry, index, representation, body, former=former)
            return

        def drop(progress: TransferProgress) -> TransferProgress | None:
            late = self._abr.should_drop(self._context(entry, following), progress)
            return progress if late or not replaceable() else None

        started: list[Progress] = []
        try:
            outcome = await self._transfer(index, representation, drop, started)
        except asyncio.CancelledError:
            if started and not self._closed:
                progress = self._progress(index, representation, started[-1])
                self._give_up(entry, representation, progress, former)
            raise
        if not isinstance(outcome, Body):
            self._give_up(entry, representation, outcome, former)
        else:
            self._keep(entry, index, representation, outcome, former, of_use=replaceable())

    async def _read_inits(self, entry: AdaptationSet, index: int, limits: Limits) -> None:
        """Take the init segments of what the store has of this segment, if it has those, too.

        Before the first picture no parameter sets are known, and nothing stored would be ready.
        """
        for representation in limits.allowed(entry.representations):
            keys = (self._key(representation, n) for n in (index, _WHOLE))
            if representation.id not in self._sets and all(key in self._store for key in keys):
                await self.init_segment(entry, representation)

    def _stored(
        self, entry: AdaptationSet, index: int, wished: Representation, limits: Limits
    ) -> Representation | None:
        """The wished representation if the store has the segment, or a better allowed one."""
        better = [
            r
            for r in limits.allowed(entry.representations)
            if r.bandwidth_bps > wished.bandwidth_bps and limits.fixed is None
        ]
        for representation in (*reversed(better), wished):
            ready = entry.kind is not MediaKind.VIDEO or representation.id in self._sets
            if ready and self._read(representation, index) is not None:
                return representation
        return None

    def _read(self, representation: Representation, index: int) -> bytes | None:
        expected = representation.segment_bytes[index]
        return self._store.get(self._key(representation, index), expected_bytes=expected)

    def _key(self, representation: Representation, index: int) -> StoreKey:
        return StoreKey(self._presentation.id, representation.id, index)

    def _instant(self, representation: Representation, index: int) -> Body:
        data = self._read(representation, index) or b""
        now_s = self._clock()
        return Body(data=data, ttfb_s=0.0, duration_s=0.0, finished_at_s=now_s, from_store=True)

    async def _transfer(
        self,
        index: int,
        representation: Representation,
        judge: Callable[[TransferProgress], _T | None],
        started: list[Progress],
    ) -> Body | _T:
        """The segment over the network, or the judgement that ended its transfer.

        ``judge`` is asked every now and then; ``started`` receives the transfer's live progress.
        """
        path = representation.path_of(index)
        task = asyncio.ensure_future(self._source.read(path, started.append))
        try:
            while True:
                done, _ = await asyncio.wait({task}, timeout=_LOOK_AGAIN_S)
                if done:
                    sets = self._sets.get(representation.id, b"")
                    return _checked(task.result(), representation, index, sets)
                judgement = (
                    judge(self._progress(index, representation, started[-1])) if started else None
                )
                if judgement is not None:
                    return judgement
        finally:
            task.cancel()

    def _progress(
        self, index: int, representation: Representation, progress: Progress
    ) -> TransferProgress:
        first_s = progress.first_byte_at_s
        return TransferProgress(
            representation_id=representation.id,
            segment_index=index,
            received_bytes=progress.received_bytes,
            total_bytes=representation.segment_bytes[index],
            ttfb_s=None if first_s is None else first_s - progress.started_at_s,
            elapsed_s=self._clock() - progress.started_at_s,
        )

    def _abandonment(
        self,
        entry: AdaptationSet,
        index: int,
        representation: Representation,
        progress: TransferProgress,
    ) -> Decision | None:
        if entry.kind is not MediaKind.VIDEO:
            return None
        context = self._context(entry, index)
        decision = self._abr.should_abandon(context, progress)
        if decision is not None:
            self._give_up(entry, representation, progress)
            self._listener.decided(context, decision)
        return decision

    def _give_up(
        self,
        entry: AdaptationSet,
        representation: Representation,
        progress: TransferProgress,
        former: RepresentationId | None = None,
    ) -> None:
        body = Body(
            data=b"",
            ttfb_s=progress.elapsed_s if progress.ttfb_s is None else progress.ttfb_s,
            duration_s=progress.elapsed_s,
            finished_at_s=self._clock(),
        )
        index, received = progress.segment_index, progress.received_bytes
        self._observe(representation, index, body, received, given_up=True)
        self._record(entry, index, representation, body, abandoned_bytes=received, former=former)

    def _keep(
        self,
        entry: AdaptationSet,
        index: int,
        representation: Representation,
        body: Body,
        former: RepresentationId | None = None,
        *,
        of_use: bool = True,
    ) -> None:
        received, key = len(body.data), self._key(representation, index)
        self._store.put(key, body.data, keep=(self._presentation.id,))
        self._observe(representation, index, body, received)
        self._listener.waiting(None)
        unused = None if of_use else received
        self._record(entry, index, representation, body, abandoned_bytes=unused, former=former)

    def _observe(
        self,
        representation: Representation,
        index: int,
        body: Body,
        received_bytes: int,
        *,
        given_up: bool = False,
    ) -> None:
        self._abr.observe(
            TransferSample(
                representation_id=representation.id,
                segment_index=index,
                transferred_bytes=received_bytes,
                ttfb_s=body.ttfb_s,
                duration_s=body.duration_s,
                finished_at_s=body.finished_at_s,
                from_store=body.from_store,
                given_up=given_up,
            )
        )

    def _record(
        self,
        entry: AdaptationSet,
        index: int,
        representation: Representation,
        body: Body,
        *,
        abandoned_bytes: int | None = None,
        former: RepresentationId | None = None,
    ) -> None:
        context = self._context(entry, index)
        record = SegmentRecord(
            set_id=entry.id,
            index=index,
            representation=representation,
            received_bytes=len(body.data) if abandoned_bytes is None else abandoned_bytes,
            ttfb_s=body.ttfb_s,
            duration_s=body.duration_s,
            finished_at_s=body.finished_at_s,
            from_store=body.from_store,
            abandoned=abandoned_bytes is not None,
            replaces=former,
            buffer_level_s=context.buffer_level_s,
            estimate=context.estimate,
        )
        if not record.abandoned:
            self._arrived(entry, index, representation)
        self._listener.fetched(record)


def _whole_body(body: Body, path: str, size: int) -> Body:
    if size and len(body.data) != size:
        raise SourceUnreachable(
            "A part of the film arrived damaged.",
            detail=f"{path} has {len(body.data)} bytes.",
            hint="It is fetched again.",
        )
    return body


def _checked(body: Body, representation: Representation, index: int, sets: bytes) -> Body:
    path = representation.path_of(index)
    _whole_body(body, path, representation.segment_bytes[index])
    try:
        with_parameter_sets(body.data, sets)
    except FragmentError as error:
        raise _damaged(path, error) from error
    return body


def _sets_of(entry: AdaptationSet, representation: Representation, init_segment: bytes) -> bytes:
    if entry.kind is not MediaKind.VIDEO:
        return b""
    try:
        return parameter_sets(init_segment)
    except FragmentError as error:
        raise _damaged(representation.init_path, error) from error


def _damaged(path: str, error: FragmentError) -> FilmError:
    return FilmError(
        "This film cannot be played.",
        detail=f"{path} is damaged: {error}.",
        hint="Prepare the title again on the server.",
    )
