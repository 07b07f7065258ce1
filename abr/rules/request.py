"""What a rule says, and what it means to be one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from abr.context import BufferedSegment, DecisionContext, TransferProgress
from abr.decision import Considered, Reason
from abr.media import Representation
from abr.pace import Pace


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchRequest:
    """A rule's wish for the segment asked about.

    ``because`` completes "Stayed at 720p: ..." and ends without a full stop; ``rule`` names the
    rule. ``considered`` holds a score for every rung of the context's ladder.
    """

    representation: Representation
    reason: Reason
    rule: str
    because: str
    considered: tuple[Considered, ...] = ()


class Rule(Protocol):
    """A pure function of the context: equal contexts get equal answers."""

    def __call__(self, context: DecisionContext, /) -> SwitchRequest | None:
        """The wish, its representation one of ``context.ladder``; ``None``: no opinion."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceRequest:
    """A rule's wish to fetch a buffered segment again."""

    segment_index: int
    request: SwitchRequest


@runtime_checkable
class Planner(Rule, Protocol):
    """A rule that also judges the transfer under way and what is buffered."""

    def abandonment(
        self, context: DecisionContext, progress: TransferProgress, pace: Pace, /
    ) -> SwitchRequest | None:
        """The lower rung to fetch instead of the transfer under way; ``None``: go on."""

    def replacement(
        self, context: DecisionContext, buffered: tuple[BufferedSegment, ...], /
    ) -> ReplaceRequest | None:
        """The buffered segment worth more than the next one; ``None``: none is.

        ``buffered`` ascends without a gap up to the segment before ``context.segment_index``.
        """
