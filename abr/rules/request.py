"""What a rule says, and what it means to be one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from abr.context import DecisionContext
from abr.decision import Considered, Reason
from abr.media import Representation


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
