"""What a decision says: the representation, the reason, and what else was weighed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from abr.media import Representation, RepresentationId


class Reason(StrEnum):
    """Why this representation and no other."""

    FIXED = "fixed"  # a person chose it, or the ladder has one rung
    STARTUP = "startup"  # nothing measured yet
    THROUGHPUT = "throughput"  # the highest the measured network carries
    BUFFER = "buffer"  # the buffer, not the network, allowed or demanded it
    KEEP = "keep"  # a switch would not pay
    INSUFFICIENT_BUFFER = "insufficient_buffer"  # little left: what arrives before it runs dry
    ABANDON = "abandon"  # the transfer under way would arrive too late
    REPLACE = "replace"  # buffered film is worth fetching again, better
    CAP = "cap"  # plan, screen, data saver or dropped frames
    PLAN = "plan"  # best expected quality over the coming segments


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    """One alternative: its score (the higher the better, in the rule's own unit) and a note.

    One that was not ``allowed`` is in the ladder, but a limit from outside excludes it.
    """

    representation_id: RepresentationId
    score: float
    note: str = ""
    allowed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Fetch ``representation`` for the segment asked about.

    ``explanation`` is one plain sentence for a person; ``rule`` names the rule that prevailed.
    """

    representation: Representation
    reason: Reason
    rule: str
    explanation: str
    considered: tuple[Considered, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """Fetch a buffered segment again: ``segment_index``, as ``decision`` says."""

    segment_index: int
    decision: Decision
