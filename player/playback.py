"""One playback of one title: the state machine between engine, fetcher and screens."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import stamina
import structlog

from abr import manifest
from abr.context import DecisionContext, Limits, Phase
from abr.decision import Decision
from abr.media import AdaptationSet, AdaptationSetId, MediaKind, Presentation, RepresentationId
from player.edl import timeline
from player.engine import (
    EndReason,
    EngineDecodeError,
    EngineDropped,
    EngineEnded,
    EngineEvent,
    EnginePosition,
    EngineResolution,
    EngineSeeked,
    EngineStalled,
    EngineStarted,
    SubtitleSource,
)
from player.errors import FilmError, PlayerError, SourceUnreachable
from player.events import WatchEvent, WatchKind
from player.feed import Feed
from player.fetcher import Fetcher
from player.grants import Grant
from player.recorder import Recorder
from player.records import SegmentRecord
from player.snapshot import PlayerProblem, PlayerState, Snapshot, Track
from player.source import Source
from player.sources.renewing import RenewingSource

if TYPE_CHECKING:
    from player.session import Equipment

log = structlog.get_logger()

_T = TypeVar("_T")

_PROGRESS_EVERY_S = 5.0  # so much is lost at worst when the machine dies
_PAUSED_PROGRESS_EVERY_S = 30.0  # keeps the server's place for this device
_POSITION_EVERY_S = 0.1  # screens need no more
_OPEN_PATIENCE_S = 30.0  # a server that is just starting answers within this


class Playback:
    """Made by :meth:`open`; :meth:`end` is the last call.

    Threading: everything happens on the player's event loop.
    """

    def __init__(
        self,
        *,
        equipment: Equipment,
        feed: Feed,
        grant: Grant,
        presentation: Presentation,
        source: Source,
        start_s: float,
        recorder: Recorder,
        base: Snapshot,
        publish: Callable[[Snapshot], None],
    ) -> None:
        self._equipment, self._feed, self._grant = equipment, feed, grant
        self._engine, self._clock = equipment.engine, equipment.clock
        self._source, self._publish = source, publish
        self.presentation, self.recorder = presentation, recorder
        self._limits = Limits(max_height_px=grant.max_height_px)
        self._opening, self._seeking, self._ended = True, False, False
        self._published_at_s = self._reported_at_s = self._clock()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._snapshot = self._first_snapshot(base, start_s)
        recorder.follow(presentation.video.id if presentation.video else None)
        self._fetcher = Fetcher(
            presentation=presentation,
            source=source,
            store=equipment.store,
            abr=equipment.new_abr(),
            load=equipment.load,
            clock=equipment.clock,
            listener=self,
            limits=self._limits,
            position_s=start_s,
        )
        self._fetcher.set_speed(base.speed)

    @classmethod
    async def open(
        cls,
        *,
        equipment: Equipment,
        feed: Feed,
        title_id: str,
        start_s: float | None,
        began_at_s: float,
        base: Snapshot,
        publish: Callable[[Snapshot], None],
    ) -> Playback:
        """Ask for leave, read the manifest and set everything going.

        Raises :class:`~player.errors.PlayerError` when the title cannot be played.
        """
        recorder = Recorder(equipment.clock, began_at_s)
        grant = await _patiently(lambda: equipment.grants.request(title_id))

        async def renew() -> Source:
            return equipment.open_source((await equipment.grants.request(title_id)).media_url)

        source = RenewingSource(equipment.open_source(grant.media_url), renew)
        body = await _patiently(lambda: source.read(grant.manifest_path))
        presentation = _presentation(body.data)
        wished_s = grant.resume_s if start_s is None else start_s
        playback = cls(
            equipment=equipment,
            feed=feed,
            grant=grant,
            presentation=presentation,
            source=source,
            start_s=min(max(0.0, wished_s), max(0.0, presentation.duration_s - 0.5)),
            recorder=recorder,
            base=base,
            publish=publish,
        )
        playback._begin()
        return playback

    # Commands

    def set_paused(self, paused: bool) -> None:
        """Freeze or go on; going on after the end starts over."""
        if not paused and self._ended:
            self.seek(0.0)
        self._engine.set_paused(paused)
        self.change(lambda now: replace(now, paused=paused))
        self._report(WatchKind.PAUSE if paused else WatchKind.PROGRESS)

    def seek(self, position_s: float) -> None:
        """Go to a position."""
        position_s = min(max(0.0, position_s), max(0.0, self.presentation.duration_s - 0.05))
        self.recorder.flowing()
        self._seeking, self._ended = True, False
        self._fetcher.set_phase(Phase.STARTUP)
        self._fetcher.seek(position_s)
        self._engine.seek(position_s)
        self.change(lambda now: replace(now, position_s=position_s))
        self._report(WatchKind.SEEK)

    def set_speed(self, speed: float) -> None:
        """The buffer drains faster or slower."""
        self._fetcher.set_speed(speed)

    def choose_quality(self, representation_id: RepresentationId | None) -> None:
        """A fixed representation, or Auto."""
        self._limits = replace(self._limits, fixed=representation_id)
        self._fetcher.set_limits(self._limits)
        self.change(lambda now: replace(now, fixed=representation_id))

    def select_audio(self, set_id: AdaptationSetId) -> None:
        """Another language."""
        sets = self.presentation.of_kind(MediaKind.AUDIO)
        for index, entry in enumerate(sets):
            if entry.id == set_id:
                self._fetcher.select_audio(entry)
                self._engine.select_audio(index)
                self.change(lambda now: replace(now, audio=set_id))

    def select_subtitle(self, set_id: AdaptationSetId | None) -> None:
        """Subtitles, or none."""
        self._engine.select_subtitle(set_id)
        self.change(lambda now: replace(now, subtitle=set_id))

    def change(self, change: Callable[[Snapshot], Snapshot]) -> None:
        """Publish a changed snapshot at once."""
        self._snapshot = change(self._snapshot)
        self._refresh()

    def end(self) -> None:
        """Stop everything of this playback; the session goes on."""
        if self._snapshot.state is not PlayerState.FAILED and not self._ended:
            self._report(WatchKind.STOP)
        self.recorder.flowing()
        for task in self._tasks:
            task.cancel()
        self._feed.withdraw()
        closing = asyncio.ensure_future(self._close())
        _keep_until_done.add(closing)
        closing.add_done_callback(_keep_until_done.discard)

    # What the engine says

    def on_engine(self, event: EngineEvent) -> None:
        """Take an event of the engine."""
        match event:
            case EngineStarted():
                self._opening = False
                self.recorder.started()
                self._fetcher.set_phase(Phase.STEADY)
                self._refresh()
            case EngineSeeked():
                self._seeking = False
                self._fetcher.set_phase(Phase.STEADY)
                self._refresh()
            case EnginePosition():
                self._on_position(event.position_s)
            case EngineStalled():
                self._on_stalled(event.stalled)
            case EngineResolution():
                self._on_resolution(event)
            case EngineDecodeError():
                self.recorder.decode_errors.append(event.text)
                log.warning("player.decode_error", text=event.text)
            case EngineDropped():
                self.recorder.dropped_frames = event.frames
            case EngineEnded():
                self._on_ended(event)

    def _on_position(self, position_s: float) -> None:
        if self._seeking or self._ended:
            return  # of the place left behind
        self._snapshot = replace(self._snapshot, position_s=position_s)
        self.recorder.last_position_s = position_s
        self._fetcher.set_position(position_s)
        if self._clock() - self._published_at_s >= _POSITION_EVERY_S:
            self._refresh()

    def _on_stalled(self, stalled: bool) -> None:
        waiting_anyway = self._opening or self._seeking or self._ended
        if stalled and not waiting_anyway:
            self.recorder.stalled(self._snapshot.position_s)
            self._fetcher.set_phase(Phase.AFTER_REBUFFER)
            log.info("player.rebuffer", position_s=self._snapshot.position_s)
        elif not stalled:
            self.recorder.flowing()
        self._refresh()

    def _on_resolution(self, event: EngineResolution) -> None:
        video = self.presentation.video
        first = not self.recorder.switches
        frame_s = 1 / float(video.frame_rate) if video and video.frame_rate and not first else 0.0
        self.recorder.switched(event.position_s + frame_s, event.width_px, event.height_px)
        self._refresh()

    def _on_ended(self, event: EngineEnded) -> None:
        if event.reason is EndReason.FAILED:
            self.failed(
                FilmError(
                    "This film cannot be played.",
                    detail=f"The media engine gave up: {event.detail or 'no reason given'}.",
                    hint="Play it again; if that fails, prepare the title again on the server.",
                )
            )
        elif event.reason is EndReason.END_OF_FILM and not self._ended:
            self._ended = True
            self.recorder.flowing()
            end_s = self.presentation.duration_s
            self._snapshot = replace(self._snapshot, position_s=end_s)
            self._report(WatchKind.END)
            self._refresh()

    # What the fetcher says

    def decided(self, context: DecisionContext, decision: Decision) -> None:
        """A decision was taken."""
        self.recorder.decided(context, decision)
        log.debug(
            "abr.decision",
            segment_index=context.segment_index,
            buffer_level_s=round(context.buffer_level_s, 3),
            representation=decision.representation.id,
            reason=str(decision.reason),
        )

    def fetched(self, record: SegmentRecord) -> None:
        """A segment arrived."""
        self.recorder.fetched(record)
        self._refresh()

    def waiting(self, error: PlayerError | None) -> None:
        """The source is away, or back."""
        waiting = None if error is None else _problem(error)
        if waiting != self._snapshot.waiting:
            self.change(lambda now: replace(now, waiting=waiting))

    def failed(self, error: PlayerError) -> None:
        """Playback cannot go on."""
        log.warning("player.failed", code=error.code, error=str(error))
        self._report(WatchKind.STOP)
        self._engine.stop()
        self._snapshot = replace(self._snapshot, state=PlayerState.FAILED, problem=_problem(error))
        self._refresh()

    # Within

    def _begin(self) -> None:
        base_url = self._feed.offer(self.presentation, self._fetcher)
        subtitles = tuple(
            SubtitleSource(
                id=entry.id,
                url=f"{base_url}/{entry.id}/subtitle.vtt",
                language=entry.language,
                label=entry.label,
            )
            for entry in self.presentation.of_kind(MediaKind.SUBTITLE)
        )
        self._engine.load(
            timeline(self.presentation, base_url),
            start_s=self._snapshot.position_s,
            paused=False,
            subtitles=subtitles,
            audio_index=0 if self._snapshot.audio_tracks else None,
            subtitle_id=self._snapshot.subtitle,
        )
        self._run(self._fetcher.load_inits())
        self._run(self._fetcher.run())
        self._run(self._tick())
        self._report(WatchKind.START)
        self._refresh()

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tick(self) -> None:
        """Report progress now and then, and note a moment for the chart every second."""
        while True:
            await asyncio.sleep(1.0)
            self._note_moment()
            idle = self._snapshot.paused or self._ended
            every_s = _PAUSED_PROGRESS_EVERY_S if idle else _PROGRESS_EVERY_S
            if not self._opening and self._clock() - self._reported_at_s >= every_s:
                self._report(WatchKind.PROGRESS)

    def _note_moment(self) -> None:
        now, video = self._snapshot, self.presentation.video
        if video is None or now.shown is None or now.paused or self._opening or self._ended:
            return
        self.recorder.tick(
            segment_index=video.segment_at(now.position_s),
            shown=now.shown,
            buffer_level_s=self._fetcher.buffer_level_s,
            estimate=self._fetcher.estimate,
        )
        self._refresh()

    def _report(self, kind: WatchKind) -> None:
        self._reported_at_s = self._clock()
        duration_s = self.presentation.duration_s
        self._equipment.events.put(
            WatchEvent(
                id=self._equipment.new_id(),
                session_id=self._grant.session_id,
                title_id=self._grant.title_id,
                kind=kind,
                position_s=min(max(0.0, self._snapshot.position_s), duration_s),
                duration_s=duration_s,
                at=self._equipment.wall_clock(),
            )
        )

    async def _close(self) -> None:
        with contextlib.suppress(PlayerError):
            await self._equipment.grants.release(self._grant.session_id)
        await self._source.close()

    def _first_snapshot(self, base: Snapshot, start_s: float) -> Snapshot:
        audio = tuple(map(_track, self.presentation.of_kind(MediaKind.AUDIO)))
        video = self.presentation.video
        ladder = video.representations if video else ()
        return replace(
            base,
            name=self._grant.name,
            position_s=start_s,
            duration_s=self.presentation.duration_s,
            audio_tracks=audio,
            audio=audio[0].id if audio else None,
            subtitle_tracks=tuple(map(_track, self.presentation.of_kind(MediaKind.SUBTITLE))),
            ladder=ladder,
            allowed=tuple(r.id for r in self._limits.allowed(ladder)) if ladder else (),
        )

    def _refresh(self) -> None:
        self._published_at_s = self._clock()
        now = self._snapshot
        self._snapshot = replace(
            now,
            state=self._state(),
            buffered_s=self._fetcher.ranges_s,
            buffer_level_s=self._fetcher.buffer_level_s,
            shown=self._fetcher.representation_at(now.position_s) or now.shown,
            decision=self.recorder.decision,
            estimate=self._fetcher.estimate,
            dropped_frames=self.recorder.dropped_frames,
            rebuffers=len(self.recorder.rebuffers),
            startup_s=self.recorder.startup_s,
            timeline=self.recorder.timeline,
        )
        self._publish(self._snapshot)

    def _state(self) -> PlayerState:
        now = self._snapshot
        if now.state is PlayerState.FAILED:
            return PlayerState.FAILED
        if self._opening:
            return PlayerState.OPENING
        if self._ended:
            return PlayerState.ENDED
        if self._seeking:
            return PlayerState.SEEKING
        if self.recorder.is_stalled:
            return PlayerState.REBUFFERING
        return PlayerState.PAUSED if now.paused else PlayerState.PLAYING


_keep_until_done: set[asyncio.Future[None]] = set()  # the loop itself holds tasks weakly


async def _patiently(work: Callable[[], Coroutine[Any, Any, _T]]) -> _T:
    """Try for a while: the server may be starting up."""
    async for attempt in stamina.retry_context(
        on=SourceUnreachable, attempts=None, timeout=_OPEN_PATIENCE_S, wait_max=1.0
    ):
        with attempt:
            return await work()
    raise AssertionError  # the loop above returns or raises


def _presentation(data: bytes) -> Presentation:
    try:
        return manifest.load(data)
    except manifest.ManifestError as error:
        raise FilmError(
            "This film cannot be played.",
            detail=f"Its manifest is damaged: {error}.",
            hint="Prepare the title again on the server.",
        ) from error


def _track(entry: AdaptationSet) -> Track:
    channels = entry.representations[-1].channels
    return Track(id=entry.id, language=entry.language, label=entry.label, channels=channels)


def _problem(error: PlayerError) -> PlayerProblem:
    return PlayerProblem(code=error.code, title=error.title, detail=error.detail, hint=error.hint)
