"""A minute of watching a film, as the stats panel gets to know of it."""

from __future__ import annotations

from collections.abc import Sequence

from abr.context import ThroughputEstimate
from abr.decision import Considered, Decision, Reason
from abr.media import Representation
from player.snapshot import TimelinePoint

HEIGHTS = (0, 0, 1, 1, 2, 2, 2, 2, 1, 1, 2, 2, 2, 2)  # positions in the ladder, every four seconds


def estimate(throughput_bps: float, spread_bps: float = 600_000.0) -> ThroughputEstimate:
    """An estimate with an even spread."""
    return ThroughputEstimate(
        throughput_bps=throughput_bps,
        low_bps=throughput_bps - spread_bps,
        high_bps=throughput_bps + spread_bps,
        ttfb_s=0.03,
        samples=12,
    )


def film_timeline(ladder: Sequence[Representation]) -> tuple[TimelinePoint, ...]:
    """Up, a transfer given up, a stall, up again, and a segment fetched again."""
    return tuple(
        TimelinePoint(
            at_s=4.0 * i,
            segment_index=i,
            throughput_bps=3.1e6 + 9e5 * ((i * 7) % 5 - 2) / 2,
            estimate=estimate(3.1e6 + 4e5 * ((i * 3) % 4 - 1.5)),
            buffer_level_s=min(30.0, 3.0 + 2.4 * i),
            bandwidth_bps=ladder[height].bandwidth_bps,
            height_px=ladder[height].height_px,
            given_up=i == 7,
            stalled=i == 8,
            replaced=i == 12,
        )
        for i, height in enumerate(HEIGHTS)
    )


def film_decision(ladder: Sequence[Representation]) -> Decision:
    """To stay at the third representation; the plan leaves the fourth out."""
    planned = zip(ladder[:3], (0.0, 1.1, 2.1), (0, 0, 1), strict=True)
    return Decision(
        representation=ladder[2],
        reason=Reason.KEEP,
        rule="dynamic",
        explanation=(
            "Stayed at 720p: 1080p needs 6.4 Mbit/s and the network gives 3.1, "
            "which would empty the buffer in 40 s."
        ),
        considered=(
            *(
                Considered(
                    representation_id=rung.id,
                    score=quality,
                    note=f"quality {quality:.2f} now, stall risk {percent} %",
                )
                for rung, quality, percent in planned
            ),
            Considered(
                representation_id=ladder[3].id,
                score=0.0,
                note="screen or plan allow 720p at most",
                allowed=False,
            ),
        ),
    )
