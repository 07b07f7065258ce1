"""Abandonment: give up a transfer that would arrive too late for one that would not.

After the AbandonRequestsRule of the DASH reference player (MMSys 2018, section 5), with two
guards against loops: only a strictly lower rung is ever named, and only one that has fewer bytes
than the transfer under way still lacks.
"""

from __future__ import annotations

from dataclasses import dataclass

from abr.context import DecisionContext, Phase, TransferProgress
from abr.decision import Considered, Reason
from abr.demand import buffer_wall_s, segment_wall_s, speed
from abr.media import Representation
from abr.pace import Pace
from abr.rules.request import SwitchRequest

DEFAULT_TTFB_S = 0.1
MINIMUM_RATE_BPS = 1000.0  # a transfer that stands still, without dividing by zero


@dataclass(frozen=True, slots=True, kw_only=True)
class AbandonRule:
    """Asks, during a transfer, whether a lower rung would spare the viewer a wait."""

    grace_s: float = 0.5  # of flowing bytes; dash.js: GRACE_TIME_THRESHOLD
    patience: float = 1.8  # dash.js: ABANDON_MULTIPLIER, in durations of the segment
    worth: float = 0.8  # the other rung must come in this share of the rest, and of the buffer
    urgent_segments: float = 2.0  # with more than this ahead, a slow spell may still pass
    silent_ttfb: float = 4.0  # no byte after so many usual waits is no longer a usual wait

    def __call__(
        self, context: DecisionContext, progress: TransferProgress, rate_bps: float | None
    ) -> SwitchRequest | None:
        """The rung to fetch instead; ``None``: go on.

        ``context`` describes this moment, its ``segment_index`` the segment under way;
        ``rate_bps`` is the transfer's present rate, ``None`` while no byte has come.
        """
        lower = self._lower(context, progress)
        rate_bps = self._expected_bps(context, progress, rate_bps)
        if not lower or rate_bps is None or not self._urgent(context):
            return None
        remaining_bytes = progress.total_bytes - progress.received_bytes
        remaining_s = remaining_bytes * 8 / rate_bps
        patience_s = self._patience_s(context, progress)
        if remaining_s <= patience_s:
            return None
        ttfb_s = context.estimate.ttfb_s if context.estimate else DEFAULT_TTFB_S
        times_s = [ttfb_s + size * 8 / rate_bps for _, size in lower]
        sooner = [
            (rung, time_s)
            for (rung, size), time_s in zip(lower, times_s, strict=True)
            if size < remaining_bytes and time_s < remaining_s * self.worth
        ]
        if not sooner:
            return None
        in_time = [rung for rung, time_s in sooner if time_s <= patience_s * self.worth]
        return SwitchRequest(
            representation=in_time[-1] if in_time else sooner[0][0],
            reason=Reason.ABANDON,
            rule="abandon",
            because=_because(remaining_s, buffer_wall_s(context)),
            considered=tuple(
                Considered(
                    representation_id=rung.id,
                    score=patience_s - time_s,
                    note=f"arrives in {time_s:.1f} s",
                )
                for (rung, _), time_s in zip(lower, times_s, strict=True)
            ),
        )

    def _lower(
        self, context: DecisionContext, progress: TransferProgress
    ) -> list[tuple[Representation, int]]:
        """Allowed rungs below the one under way, with the size of the segment."""
        order = [r.id for r in context.adaptation_set.representations]
        if progress.representation_id not in order:
            return []
        below = set(order[: order.index(progress.representation_id)])
        index = progress.segment_index
        return [(r, r.segment_bytes[index]) for r in context.ladder if r.id in below]

    def _expected_bps(
        self, context: DecisionContext, progress: TransferProgress, rate_bps: float | None
    ) -> float | None:
        """The rate to reckon with; ``None`` while it is too early to judge."""
        if rate_bps is not None:
            flow_s = progress.elapsed_s - (progress.ttfb_s or 0.0)
            return max(rate_bps, MINIMUM_RATE_BPS) if flow_s >= self.grace_s else None
        if context.estimate is None:
            return None
        silence_s = max(self.grace_s, self.silent_ttfb * context.estimate.ttfb_s)
        if progress.elapsed_s < silence_s:
            return None
        return max(context.estimate.throughput_bps, MINIMUM_RATE_BPS)

    def _urgent(self, context: DecisionContext) -> bool:
        """Whether so little is buffered that waiting longer could cost a stall.

        Short slow spells are common; giving up under a long buffer pays for each with a switch.
        """
        if context.phase is not Phase.STEADY:
            return True
        return buffer_wall_s(context) <= self.urgent_segments * segment_wall_s(context)

    def _patience_s(self, context: DecisionContext, progress: TransferProgress) -> float:
        """How much longer the transfer may take before it hurts."""
        if context.phase is Phase.STEADY:
            return buffer_wall_s(context)
        # Nothing plays, so that the buffer is no measure: everything that comes is a relief.
        return max(0.0, self.patience * segment_wall_s(context) - progress.elapsed_s)


def too_late(context: DecisionContext, progress: TransferProgress, pace: Pace) -> bool:
    """Whether fetching a buffered segment again is in vain, or takes what the buffer needs.

    It is when the rest takes half the buffer, or longer than until the segment plays.
    """
    starts_s = context.adaptation_set.segment_starts_s
    playing_s = starts_s[context.segment_index] - context.buffer_level_s
    due_s = (starts_s[progress.segment_index] - playing_s) / speed(context)
    spare_s = min(due_s, buffer_wall_s(context) / 2)
    if pace.recent_bps is None:
        return spare_s <= 0
    remaining_bits = max(0, progress.total_bytes - progress.received_bytes) * 8
    return remaining_bits / max(pace.recent_bps, MINIMUM_RATE_BPS) > spare_s


def _because(remaining_s: float, left_s: float) -> str:
    rest = f"the rest would take {remaining_s:.1f} s" if remaining_s < 120 else "hardly a byte came"
    return f"{rest} and the buffer lasts {left_s:.1f}"
