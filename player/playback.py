"""One playback of one title: the state machine between engine, fetcher and screens."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

import structlog

from abr.beginning import start_position_s
from abr.context import DecisionContext, Phase
from abr.decision import Decision
from abr.media import AdaptationSetId, MediaKind, RepresentationId
from abr.profiles import QualityProfile
from player.caps import Caps
from player.diary import Diary
from player.edl import subtitle_sources, timeline
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
)
from player.equipment import Equipment
from player.errors import FilmError, PlayerError
from player.events import WatchKind
from player.feed import Feed
from player.fetcher import Fetcher
from player.opening import Opened, first_snapshot
from player.recorder import Recorder
from player.records import SegmentRecord
from player.snapshot import PlayerState, Snapshot, problem_of

log = structlog.get_logger()

_POSITION_EVERY_S = 0.1  # screens need no more
_REMEMBER_EVERY_S = 60.0  # a network is known by then also when the machine dies


class Playback:
    """Plays what was opened, from :meth:`begin` to :meth:`end`.

    Threading: everything happens on the player's event loop.
    """

    def __init__(
        self,
        *,
        equipment: Equipment,
        feed: Feed,
        opened: Opened,
        start_s: float | None,
        began_at_s: float,
        screen_height_px: int | None,
        base: Snapshot,
        publish: Callable[[Snapshot], None],
    ) -> None:
        """From ``start_s``, or from the grant's resume point."""
        grant = opened.leave.grant
        self._equipment, self._feed, self._opened = equipment, feed, opened
        self._engine, self._clock = equipment.engine, equipment.clock
        self._publish = publish
        self.presentation = opened.presentation
        self.recorder = Recorder(equipment.clock, began_at_s)
        self._abr = equipment.new_abr()
        self._caps = Caps(
            video=self.presentation.video,
            clock=equipment.clock,
            plan_height_px=grant.max_height_px,
            profile=equipment.preferences.profile,
            screen_height_px=screen_height_px,
        )
        self._opening, self._seeking, self._ended = True, False, False
        self._base_url = ""
        self._diary = Diary(equipment, opened.leave, self.presentation.duration_s)
        self._published_at_s = self._clock()
        self._tasks: set[asyncio.Task[Any]] = set()
        wished_s = grant.resume_s if start_s is None else start_s
        start_s = start_position_s(wished_s, self.presentation.duration_s)
        self._snapshot = first_snapshot(opened, self._caps.plan, base, start_s)
        self.recorder.follow(self.presentation.video)
        self._fetcher = Fetcher(
            presentation=self.presentation,
            source=opened.source,
            store=equipment.store,
            abr=self._abr,
            load=equipment.load,
            clock=equipment.clock,
            listener=self,
            limits=self._caps.limits,
            position_s=start_s,
        )
        self._fetcher.set_speed(base.speed)

    @property
    def spare_s(self) -> float:
        """How long this playback leaves the network alone, s: 0 while it waits for a picture."""
        if self._ended or self._failed:
            return math.inf
        if self._opening or self._seeking or self.recorder.is_stalled:
            return 0.0
        return self._fetcher.spare_s(paused=self._snapshot.paused)

    def begin(self) -> None:
        """Set everything going."""
        self._base_url = self._feed.offer(self.presentation, self._fetcher)
        self._load()
        self._run(self._fetcher.run())
        self._run(self._tick())
        self._report(WatchKind.START)
        self._refresh()

    def end(self) -> Coroutine[Any, Any, None]:
        """Stop everything of this playback; to be awaited until what it was lent is given back."""
        if not self._failed and not self._ended:
            self._report(WatchKind.STOP)
        self._halt()
        return self._opened.close()

    # Commands

    def set_paused(self, paused: bool) -> None:
        """Freeze or go on; going on after the end starts over."""
        if self._failed:
            return
        if not paused and self._ended:
            self.seek(0.0)
        self._engine.set_paused(paused)
        self.change(lambda now: replace(now, paused=paused))
        self._report(WatchKind.PAUSE if paused else WatchKind.PROGRESS)

    def seek(self, position_s: float) -> None:
        """Go to a position."""
        if self._failed:
            return
        position_s = min(max(0.0, position_s), max(0.0, self.presentation.duration_s - 0.05))
        self.recorder.flowing()
        self._ended = False
        self._caps.frames.look_away()
        self._fetcher.set_phase(Phase.STARTUP)
        self._fetcher.seek(position_s)
        self._snapshot = replace(self._snapshot, position_s=position_s)
        if self._opening:
            self._load()  # there is no picture yet that an engine could seek from
        else:
            self._seeking = True
            self._engine.seek(position_s)
        self._refresh()
        self._report(WatchKind.SEEK)

    def set_speed(self, speed: float) -> None:
        """The buffer drains faster or slower."""
        self._fetcher.set_speed(speed)

    def choose_quality(self, representation_id: RepresentationId | None) -> None:
        """A fixed representation of those allowed, or Auto."""
        if representation_id not in (None, *self._snapshot.allowed):
            return
        self._caps.fixed = representation_id
        self._apply_caps()
        self.change(lambda now: replace(now, fixed=representation_id))

    def use_profile(self, profile: QualityProfile) -> None:
        """Decide by another quality profile from the next segment on."""
        self._abr.use(profile.new_rule())
        self._caps.profile = profile
        self._apply_caps()
        self.change(lambda now: replace(now, profile=profile.id))

    def set_screen(self, height_px: int | None) -> None:
        """The picture is shown so tall, in pixels of the device; ``None``: nobody sees it."""
        self._caps.set_screen(height_px)
        self._apply_caps()

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
        if set_id not in (None, *(track.id for track in self._snapshot.subtitle_tracks)):
            return
        self._engine.select_subtitle(set_id)
        self.change(lambda now: replace(now, subtitle=set_id))

    def change(self, change: Callable[[Snapshot], Snapshot]) -> None:
        """Publish a changed snapshot at once."""
        self._snapshot = change(self._snapshot)
        self._refresh()

    # What the engine says

    def on_engine(self, event: EngineEvent) -> None:
        """Take an event of the engine."""
        match event:
            case EngineStarted():
                self._opening = False
                self.recorder.started()
                self._run(self._fetcher.load_inits())
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
        if self._opening or self._seeking or self._ended or self._failed:
            return  # of the place left behind
        # The last frame may end a little after the film as the manifest has it.
        position_s = min(max(0.0, position_s), self.presentation.duration_s)
        self._snapshot = replace(self._snapshot, position_s=position_s)
        self.recorder.moved(position_s)
        self._fetcher.set_position(position_s)
        if self._clock() - self._published_at_s >= _POSITION_EVERY_S:
            self._refresh()

    def _on_stalled(self, stalled: bool) -> None:
        waiting_anyway = self._opening or self._seeking or self._ended or self._failed
        if stalled and not waiting_anyway:
            self.recorder.stalled(self._snapshot.position_s)
            self._fetcher.set_phase(Phase.AFTER_REBUFFER)
            log.info("player.rebuffer", position_s=self._snapshot.position_s)
        elif not stalled:
            self.recorder.flowing()
        self._refresh()

    def _on_resolution(self, event: EngineResolution) -> None:
        self.recorder.switched(event.position_s, event.width_px, event.height_px)
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
        elif event.reason is EndReason.END_OF_FILM and not self._ended and not self._failed:
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

    def fetched(self, record: SegmentRecord) -> None:
        """A segment arrived."""
        self.recorder.fetched(record)
        self._refresh()

    def waiting(self, error: PlayerError | None) -> None:
        """The source is away, or back."""
        waiting = None if error is None else problem_of(error)
        if waiting != self._snapshot.waiting:
            self.change(lambda now: replace(now, waiting=waiting))

    def failed(self, error: PlayerError) -> None:
        """Playback cannot go on."""
        if self._failed:
            return
        log.warning("player.failed", code=error.code, error=str(error))
        self._report(WatchKind.STOP)
        self._halt()
        self._engine.stop()
        self._snapshot = replace(
            self._snapshot, state=PlayerState.FAILED, problem=problem_of(error)
        )
        self._refresh()

    # Within

    def _apply_caps(self) -> None:
        if self._caps.changed():
            self._fetcher.set_limits(self._caps.limits)

    def _load(self) -> None:
        now = self._snapshot
        audio = [track.id for track in now.audio_tracks]
        self._engine.load(
            timeline(self.presentation, self._base_url),
            start_s=now.position_s,
            paused=now.paused,
            subtitles=subtitle_sources(self.presentation, self._base_url),
            audio_index=audio.index(now.audio) if now.audio else None,
            subtitle_id=now.subtitle,
        )

    def _halt(self) -> None:
        self.recorder.flowing()
        self._equipment.remember_network(self._abr.estimate)
        for task in self._tasks:
            task.cancel()
        self._feed.withdraw()

    @property
    def _failed(self) -> bool:
        return self._snapshot.state is PlayerState.FAILED

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tick(self) -> None:
        """Report progress now and then, and note a moment for the chart every second."""
        remembered_at_s = self._clock()
        while True:
            await asyncio.sleep(1.0)
            self._note_moment()
            if self._clock() - remembered_at_s >= _REMEMBER_EVERY_S:
                remembered_at_s = self._clock()
                self._equipment.remember_network(self._abr.estimate)
            if not self._opening:
                idle = self._snapshot.paused or self._ended
                self._diary.progress(self._snapshot.position_s, idle=idle)

    def _note_moment(self) -> None:
        now, video = self._snapshot, self.presentation.video
        self._caps.look(now)
        self._apply_caps()
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
        self._diary.note(kind, self._snapshot.position_s)

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
        if self._failed:
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
