"""Remembers a playback: what reports, charts and the stats overlay are made of."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace

import structlog

from abr.context import DecisionContext, ThroughputEstimate
from abr.decision import Decision, Reason
from abr.media import AdaptationSet, Representation
from player.records import DecisionRecord, EngineSwitch, Rebuffer, SegmentRecord
from player.snapshot import TimelinePoint

log = structlog.get_logger()

_TIMELINE_POINTS = 180  # three minutes: what a glance at a chart takes in


class Recorder:
    """Collects the records of one playback.

    Threading: the player's event loop.
    """

    def __init__(self, clock: Callable[[], float], began_at_s: float) -> None:
        self._clock = clock
        self.began_at_s = began_at_s
        self.startup_s: float | None = None
        self.decisions: list[DecisionRecord] = []
        self.segments: list[SegmentRecord] = []
        self.rebuffers: list[Rebuffer] = []
        self.switches: list[EngineSwitch] = []
        self.decode_errors: list[str] = []
        self.dropped_frames = 0
        self.last_position_s = 0.0
        self.seen: list[tuple[int, Representation]] = []  # video segments, as they were shown
        self._video: AdaptationSet | None = None
        self._stalled = False
        self._throughput_bps = 0.0
        self._given_up = self._replaced = False  # since the last moment of the timeline
        self._timeline: deque[TimelinePoint] = deque(maxlen=_TIMELINE_POINTS)

    def follow(self, video: AdaptationSet | None) -> None:
        """The ladder whose segments are shown."""
        self._video = video

    @property
    def timeline(self) -> tuple[TimelinePoint, ...]:
        """The last three minutes."""
        return tuple(self._timeline)

    @property
    def decision(self) -> Decision | None:
        """The last one taken."""
        return self.decisions[-1].decision if self.decisions else None

    def decided(self, context: DecisionContext, decision: Decision) -> None:
        """Note a decision."""
        log.debug(
            "abr.decision",
            segment_index=context.segment_index,
            buffer_level_s=round(context.buffer_level_s, 3),
            representation=decision.representation.id,
            reason=str(decision.reason),
        )
        self.decisions.append(DecisionRecord(context=context, decision=decision))
        self._replaced = self._replaced or decision.reason is Reason.REPLACE

    def fetched(self, record: SegmentRecord) -> None:
        """Note a transfer."""
        self.segments.append(record)
        of_video = self._video is not None and record.set_id == self._video.id
        self._given_up = self._given_up or (record.abandoned and of_video)
        if not record.from_store and record.throughput_bps:
            self._throughput_bps = record.throughput_bps

    def tick(
        self,
        *,
        segment_index: int,
        shown: Representation,
        buffer_level_s: float,
        estimate: ThroughputEstimate | None,
    ) -> None:
        """Note a moment for the timeline."""
        self._timeline.append(
            TimelinePoint(
                at_s=self._clock() - self.began_at_s,
                segment_index=segment_index,
                throughput_bps=self._throughput_bps,
                estimate=estimate,
                buffer_level_s=buffer_level_s,
                bandwidth_bps=shown.average_bandwidth_bps,
                height_px=shown.height_px,
                stalled=self._stalled,
                given_up=self._given_up,
                replaced=self._replaced,
            )
        )
        self._given_up = self._replaced = False

    def started(self) -> None:
        """The first picture is on screen."""
        if self.startup_s is None:
            self.startup_s = self._clock() - self.began_at_s

    def moved(self, position_s: float) -> None:
        """The picture at ``position_s`` is on screen."""
        self.last_position_s = position_s
        if self._video is None:
            return
        index = self._video.segment_at(position_s)
        if not self.seen or self.seen[-1][0] != index:
            representation = self._fetched_as(index)
            if representation is not None:
                self.seen.append((index, representation))

    def stalled(self, position_s: float) -> None:
        """The buffer ran dry."""
        if not self._stalled:
            self._stalled = True
            now_s = self._clock()
            self.rebuffers.append(Rebuffer(position_s=position_s, began_at_s=now_s, length_s=0.0))

    def flowing(self) -> None:
        """Film is back after a stall."""
        if self._stalled:
            self._stalled = False
            last = self.rebuffers[-1]
            self.rebuffers[-1] = replace(last, length_s=self._clock() - last.began_at_s)

    @property
    def is_stalled(self) -> bool:
        """Whether a rebuffer is under way."""
        return self._stalled

    def switched(self, position_s: float, width_px: int, height_px: int) -> None:
        """The engine decodes another size, told with the last frame of the one before."""
        rate = self._video.frame_rate if self._video and self.switches else None
        self.switches.append(
            EngineSwitch(
                position_s=position_s + (1 / float(rate) if rate else 0.0),
                width_px=width_px,
                height_px=height_px,
                at_s=self._clock(),
            )
        )

    def _fetched_as(self, index: int) -> Representation | None:
        """What video segment ``index`` last came in."""
        set_id = self._video.id if self._video else None
        for record in reversed(self.segments):
            if (record.set_id, record.index) == (set_id, index) and not record.abandoned:
                return record.representation
        return None
