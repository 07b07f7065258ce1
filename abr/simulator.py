"""A session replayed over a trace, segment by segment, without a clock or a network.

The model of H. Mao, R. Netravali, M. Alizadeh, "Neural Adaptive Video Streaming with Pensieve",
SIGCOMM 2017, in continuous time: a request waits for the trace's latency, the segment flows at
the trace's rate, the buffer drains meanwhile, and a full buffer pauses fetching.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from abr.context import DecisionContext, Limits, Phase, TransferProgress, TransferSample
from abr.decision import Decision
from abr.engine import AbrEngine
from abr.media import AdaptationSet, Representation, RepresentationId
from abr.qoe import PlayedSegment, Qoe, QoeModel
from abr.trace import Trace


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedSegment:
    """One segment of a simulated session.

    ``stall_s`` is how long the picture stood for it, the startup delay in case of the first one;
    ``buffer_level_s`` what was ahead when it was asked for; ``abandoned`` what was tried before.
    """

    index: int
    decision: Decision
    requested_at_s: float
    finished_at_s: float
    stall_s: float
    buffer_level_s: float
    wasted_bytes: int = 0
    abandoned: tuple[RepresentationId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """A whole session and its QoE."""

    segments: tuple[SimulatedSegment, ...]
    qoe: Qoe


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Circumstances of a session. ``abandon_poll_s``: how often to ask whether to abandon.

    With None every transfer runs to its end, as in published evaluations.
    """

    max_buffer_s: float = 60.0
    playback_speed: float = 1.0
    limits: Limits = field(default_factory=Limits)
    abandon_poll_s: float | None = None


def simulate(
    adaptation_set: AdaptationSet,
    trace: Trace,
    engine: AbrEngine,
    model: QoeModel,
    setting: Setting | None = None,
) -> Simulation:
    """Play the whole set over the trace from its beginning.

    ``engine`` is changed by what it learns: give each session its own.
    """
    session = _Session(adaptation_set, trace, engine, setting or Setting())
    segments = tuple(
        session.play(index) for index in range(len(adaptation_set.segment_durations_s))
    )
    played = [
        PlayedSegment(
            representation=s.decision.representation,
            index=s.index,
            stall_s=s.stall_s if s.index else 0.0,
        )
        for s in segments
    ]
    return Simulation(segments=segments, qoe=model.score(played, startup_s=segments[0].stall_s))


class _Session:
    """Wall clock and buffer of one run."""

    def __init__(
        self, adaptation_set: AdaptationSet, trace: Trace, engine: AbrEngine, setting: Setting
    ) -> None:
        self._set = adaptation_set
        self._trace = trace
        self._engine = engine
        self._setting = setting
        self._now_s = 0.0
        self._buffer_s = 0.0  # of film
        self._phase = Phase.STARTUP
        self._previous: RepresentationId | None = None

    def play(self, index: int) -> SimulatedSegment:
        """Fetch one segment, letting time pass."""
        requested_at_s, level_s = self._now_s, self._buffer_s
        decision = self._engine.decide(self._context(index))
        abandoned: list[RepresentationId] = []
        wasted = 0
        stall_s = 0.0
        while True:
            change = self._abandonment(index, decision.representation)
            if change is None:
                break
            instead, at_s, received = change
            stall_s += self._pass(decision.representation, index, received, at_s)
            abandoned.append(decision.representation.id)
            wasted += received
            decision = instead
        representation = decision.representation
        size = representation.segment_bytes[index]
        stall_s += self._pass(representation, index, size, self._arrival_s(size))
        finished_at_s = self._now_s
        self._enqueue(index, stalled=stall_s > 0)
        self._previous = representation.id
        return SimulatedSegment(
            index=index,
            decision=decision,
            requested_at_s=requested_at_s,
            finished_at_s=finished_at_s,
            stall_s=stall_s,
            buffer_level_s=level_s,
            wasted_bytes=wasted,
            abandoned=tuple(abandoned),
        )

    def _context(self, index: int, *, now_s: float | None = None) -> DecisionContext:
        """The moment ``now_s``, by default the present one, with the buffer drained until then."""
        at_s = self._now_s if now_s is None else now_s
        drained_s = (at_s - self._now_s) * self._setting.playback_speed
        return DecisionContext(
            now_s=at_s,
            adaptation_set=self._set,
            segment_index=index,
            buffer_level_s=max(0.0, self._buffer_s - drained_s),
            max_buffer_s=self._setting.max_buffer_s,
            phase=self._phase,
            previous=self._previous,
            estimate=self._engine.estimate,
            history=self._engine.history,
            limits=self._setting.limits,
            playback_speed=self._setting.playback_speed,
        )

    def _abandonment(
        self, index: int, representation: Representation
    ) -> tuple[Decision, float, int] | None:
        """The first moment the engine gives the transfer up, and the bytes come until then."""
        size = representation.segment_bytes[index]
        first_byte_s = self._now_s + self._trace.latency_s
        for at_s in self._polls(self._arrival_s(size)):
            flowing = at_s > first_byte_s
            received = int(self._trace.bytes_between(first_byte_s, at_s)) if flowing else 0
            progress = TransferProgress(
                representation_id=representation.id,
                segment_index=index,
                received_bytes=min(received, size),
                total_bytes=size,
                ttfb_s=self._trace.latency_s if received else None,
                elapsed_s=at_s - self._now_s,
            )
            instead = self._engine.should_abandon(self._context(index, now_s=at_s), progress)
            if instead is not None:
                return instead, at_s, received
        return None

    def _polls(self, until_s: float) -> Iterator[float]:
        poll_s = self._setting.abandon_poll_s
        if poll_s is None:
            return
        count = 1
        while self._now_s + count * poll_s < until_s:
            yield self._now_s + count * poll_s
            count += 1

    def _arrival_s(self, size: int) -> float:
        return self._trace.arrival_s(self._now_s + self._trace.latency_s, size)

    def _pass(
        self, representation: Representation, index: int, received: int, until_s: float
    ) -> float:
        """Let a transfer take its time; how long the picture stood still in it."""
        duration_s = until_s - self._now_s
        drained_s = duration_s * self._setting.playback_speed
        stall_s = max(0.0, drained_s - self._buffer_s) / self._setting.playback_speed
        self._buffer_s = max(0.0, self._buffer_s - drained_s)
        self._now_s = until_s
        self._engine.observe(
            TransferSample(
                representation_id=representation.id,
                segment_index=index,
                transferred_bytes=received,
                ttfb_s=min(self._trace.latency_s, duration_s),
                duration_s=duration_s,
                finished_at_s=until_s,
            )
        )
        return stall_s

    def _enqueue(self, index: int, *, stalled: bool) -> None:
        """Put the segment into the buffer, waiting while that is too full."""
        self._phase = Phase.AFTER_REBUFFER if stalled and index else Phase.STEADY
        self._buffer_s += self._set.segment_durations_s[index]
        excess_s = max(0.0, self._buffer_s - self._setting.max_buffer_s)
        self._buffer_s -= excess_s
        self._now_s += excess_s / self._setting.playback_speed
