"""The playback session: one title at a time, from the wish to see it to its last frame."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

import structlog

from abr.media import AdaptationSetId, RepresentationId
from abr.profiles import QualityProfileId
from player.engine import EngineEvent
from player.equipment import Equipment, EventSink
from player.errors import PlayerError
from player.feed import Feed
from player.loop import PlayerLoop
from player.opening import open_title
from player.playback import Playback
from player.recorder import Recorder
from player.snapshot import PlayerState, Snapshot, problem_of

log = structlog.get_logger()

_CLOSING_S = 3.0  # patience with a server that does not take a title back

__all__ = ["Equipment", "EventSink", "PlaybackSession"]

MIN_SPEED, MAX_SPEED = 0.5, 2.0


class PlaybackSession:
    """The :class:`~player.control.PlaybackControl` of this device.

    Threading: methods may be called from any thread; everything happens on the player's loop,
    where listeners are called, too.
    """

    def __init__(self, loop: PlayerLoop, equipment: Equipment) -> None:
        self._loop, self._equipment = loop, equipment
        self._feed = Feed()
        self._playback: Playback | None = None
        self._opening: asyncio.Task[None] | None = None
        self._asked_early: list[Callable[[Playback], None]] = []  # while a title opens
        self._leaving: set[asyncio.Task[None]] = set()  # of playbacks that are over
        self._listeners: list[Callable[[Snapshot], None]] = []
        self._screen_height_px: int | None = None
        self._snapshot = Snapshot(profile=equipment.preferences.profile.id)
        self._ready = loop.run(self._feed.start())
        equipment.engine.listen(self._on_engine)

    @property
    def snapshot(self) -> Snapshot:
        """The newest state."""
        return self._snapshot

    @property
    def recorder(self) -> Recorder | None:
        """The records of the present playback."""
        return self._playback.recorder if self._playback else None

    @property
    def playback(self) -> Playback | None:
        """The present playback; belongs to the player's loop."""
        return self._playback

    @property
    def screen_height_px(self) -> int | None:
        """How tall the picture is shown; ``None``: nobody sees it. Belongs to the player's loop."""
        return self._screen_height_px

    def listen(self, listener: Callable[[Snapshot], None]) -> Callable[[], None]:
        """Deliver every new snapshot to ``listener``; the answer ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def play(self, title_id: str, *, start_s: float | None = None) -> None:
        """Play a title."""
        began_at_s = self._equipment.clock()
        self._loop.post(lambda: self._begin(title_id, start_s, began_at_s))

    def stop(self) -> None:
        """End the playback."""
        self._loop.post(self._stop)

    def pause(self) -> None:
        """Freeze the picture."""
        self._with(lambda playback: playback.set_paused(True))

    def resume(self) -> None:
        """Go on."""
        self._with(lambda playback: playback.set_paused(False))

    def seek(self, position_s: float) -> None:
        """Go to a position."""
        self._with(lambda playback: playback.seek(position_s))

    def set_speed(self, speed: float) -> None:
        """0.5 to 2."""
        speed = min(MAX_SPEED, max(MIN_SPEED, speed))
        self._equipment.engine.set_speed(speed)
        self._change(lambda now: replace(now, speed=speed))
        self._with(lambda playback: playback.set_speed(speed))

    def set_volume(self, percent: float) -> None:
        """0 to 100."""
        percent = min(100.0, max(0.0, percent))
        self._equipment.engine.set_volume(percent)
        self._change(lambda now: replace(now, volume_percent=percent))

    def set_muted(self, muted: bool) -> None:
        """Silence."""
        self._equipment.engine.set_muted(muted)
        self._change(lambda now: replace(now, muted=muted))

    def choose_quality(self, representation_id: RepresentationId | None) -> None:
        """A fixed representation, or Auto."""
        self._with(lambda playback: playback.choose_quality(representation_id))

    def choose_profile(self, profile_id: QualityProfileId) -> None:
        """Another quality profile."""

        def run() -> None:
            preferences = self._equipment.preferences
            preferences.choose(profile_id)
            if self._playback is not None:
                self._playback.use_profile(preferences.profile)
            else:
                self._publish(replace(self._snapshot, profile=profile_id))

        self._loop.post(run)

    def set_screen(self, height_px: int | None) -> None:
        """How tall the picture is shown."""

        def run() -> None:
            self._screen_height_px = height_px
            if self._playback is not None:
                self._playback.set_screen(height_px)

        self._loop.post(run)

    def select_audio(self, set_id: AdaptationSetId) -> None:
        """Another audio language."""
        self._with(lambda playback: playback.select_audio(set_id))

    def select_subtitle(self, set_id: AdaptationSetId | None) -> None:
        """Subtitles, or none."""
        self._with(lambda playback: playback.select_subtitle(set_id))

    def close(self) -> None:
        """End everything; blocks until it has ended. The engine is its owner's to close."""
        self._equipment.engine.listen(lambda _: None)
        self._loop.run(self._close()).result(timeout=5)

    # On the player's loop

    def _begin(self, title_id: str, start_s: float | None, began_at_s: float) -> None:
        self._end_playback()
        self._publish(replace(self._blank(), state=PlayerState.OPENING, title_id=title_id))
        self._opening = self._leaving_when_over(self._open(title_id, start_s, began_at_s))

    async def _open(self, title_id: str, start_s: float | None, began_at_s: float) -> None:
        try:
            await asyncio.shield(asyncio.wrap_future(self._ready))
            equipment = self._equipment
            opened = await open_title(
                equipment.grants, equipment.open_source, title_id, equipment.known
            )
            self._opening = None
            self._playback = Playback(
                equipment=equipment,
                feed=self._feed,
                opened=opened,
                start_s=start_s,
                began_at_s=began_at_s,
                screen_height_px=self._screen_height_px,
                base=self._snapshot,
                publish=self._publish,
            )
            self._playback.begin()
            for action in self._asked_early:
                action(self._playback)
            self._asked_early.clear()
        except PlayerError as error:
            self._fail(error)
        except Exception as error:
            log.exception("session.open_failed", title_id=title_id)
            self._fail(PlayerError("This title cannot be played.", detail=repr(error)))

    def _fail(self, error: PlayerError) -> None:
        self._opening = None
        self._end_playback()
        self._publish(replace(self._snapshot, state=PlayerState.FAILED, problem=problem_of(error)))

    def _stop(self) -> None:
        self._end_playback()
        self._equipment.engine.stop()
        self._publish(self._blank())

    def _blank(self) -> Snapshot:
        """Nothing plays; what is true of every playback is kept."""
        now = self._snapshot
        return Snapshot(
            speed=now.speed,
            volume_percent=now.volume_percent,
            muted=now.muted,
            profile=now.profile,
        )

    def _end_playback(self) -> None:
        self._asked_early.clear()
        if self._opening is not None:
            self._opening.cancel()
            self._opening = None
        if self._playback is not None:
            self._leaving_when_over(self._playback.end())
            self._playback = None

    def _leaving_when_over(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.ensure_future(work)
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)
        return task

    async def _close(self) -> None:
        self._end_playback()
        if self._leaving:
            await asyncio.wait(self._leaving, timeout=_CLOSING_S)
        await self._feed.close()

    def _on_engine(self, event: EngineEvent) -> None:
        def run() -> None:
            if self._playback is not None:
                self._playback.on_engine(event)

        self._loop.post(run)

    def _with(self, action: Callable[[Playback], None]) -> None:
        """Do it to the playback, or as soon as the title that opens has become one."""

        def run() -> None:
            if self._playback is not None:
                action(self._playback)
            elif self._opening is not None:
                self._asked_early.append(action)

        self._loop.post(run)

    def _change(self, change: Callable[[Snapshot], Snapshot]) -> None:
        def run() -> None:
            if self._playback is not None:
                self._playback.change(change)
            else:
                self._publish(change(self._snapshot))

        self._loop.post(run)

    def _publish(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        for listener in tuple(self._listeners):
            listener(snapshot)
