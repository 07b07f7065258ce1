"""Quality of experience of a session, as one number and its parts.

X. Yin, A. Jindal, V. Sekar, B. Sinopoli, "A Control-Theoretic Approach for Dynamic Adaptive Video
Streaming over HTTP", SIGCOMM 2015: the quality of every segment, less what waiting and switching
cost. Utility and weights are parameters.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from abr.demand import nominal_bps
from abr.media import Representation

VMAF_SCALE = 20.0  # 0..100 becomes 0..5, the range of the linear utility on usual ladders


class Utility(StrEnum):
    """What the quality of a segment is."""

    LIN = "lin"  # its mean rate in Mbit/s
    LOG = "log"  # ln of its mean rate over the lowest rung's
    VMAF = "vmaf"  # its VMAF over 20; needs ``segment_vmaf``


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayedSegment:
    """One segment as it was shown; ``stall_s`` is how long the picture stood before it.

    The wait before the first segment is the startup delay and does not count here.
    """

    representation: Representation
    index: int
    stall_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Qoe:
    """The parts of a session's QoE in the utility's unit, penalties positive."""

    segments: int
    quality: float
    startup_penalty: float
    rebuffer_penalty: float
    switch_penalty: float
    startup_s: float
    rebuffer_s: float
    switches: int
    stalls: int = 0

    @property
    def total(self) -> float:
        """Quality less all penalties."""
        return self.quality - self.startup_penalty - self.rebuffer_penalty - self.switch_penalty

    @property
    def per_segment(self) -> float:
        """The figure sessions are compared by; 0 for a session without a segment."""
        return self.total / self.segments if self.segments else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class QoeModel:
    """How quality is measured and what a second of waiting (mu) and a switch (lambda) cost."""

    utility: Utility
    lowest_bps: float
    wait_weight: float  # mu, per second
    switch_weight: float = 1.0  # lambda, per unit of quality difference

    @classmethod
    def of(
        cls,
        ladder: Sequence[Representation],
        utility: Utility = Utility.LIN,
        *,
        wait_weight: float | None = None,
        switch_weight: float = 1.0,
    ) -> QoeModel:
        """Model for a whole ladder; a second of waiting costs a segment of the best quality."""
        lowest, highest = nominal_bps(ladder[0]), nominal_bps(ladder[-1])
        best = {
            Utility.LIN: highest / 1e6,
            Utility.LOG: math.log(highest / lowest),
            Utility.VMAF: 100 / VMAF_SCALE,
        }[utility]
        return cls(
            utility=utility,
            lowest_bps=lowest,
            wait_weight=best if wait_weight is None else wait_weight,
            switch_weight=switch_weight,
        )

    def quality(self, representation: Representation, index: int) -> float:
        """Quality of one segment.

        Raises :class:`ValueError` for VMAF that the manifest does not hold.
        """
        if self.utility is Utility.LIN:
            return nominal_bps(representation) / 1e6
        if self.utility is Utility.LOG:
            return math.log(nominal_bps(representation) / self.lowest_bps)
        if not representation.segment_vmaf:
            raise ValueError(f"representation {representation.id!r} has no VMAF")
        return representation.segment_vmaf[index] / VMAF_SCALE

    def score(self, segments: Sequence[PlayedSegment], *, startup_s: float) -> Qoe:
        """QoE of the segments in the order they were shown."""
        qualities = [self.quality(s.representation, s.index) for s in segments]
        steps = [abs(after - before) for before, after in itertools.pairwise(qualities)]
        rebuffer_s = sum(s.stall_s for s in segments)
        return Qoe(
            segments=len(segments),
            quality=sum(qualities),
            startup_penalty=self.wait_weight * startup_s,
            rebuffer_penalty=self.wait_weight * rebuffer_s,
            switch_penalty=self.switch_weight * sum(steps),
            startup_s=startup_s,
            rebuffer_s=rebuffer_s,
            stalls=sum(s.stall_s > 0 for s in segments),
            switches=sum(
                before.representation.id != after.representation.id
                for before, after in itertools.pairwise(segments)
            ),
        )
