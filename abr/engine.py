"""The engine of one session: memory around pure rules."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace

from abr import explain
from abr.context import (
    BufferedSegment,
    DecisionContext,
    Limits,
    ThroughputEstimate,
    TransferProgress,
    TransferSample,
)
from abr.decision import Considered, Decision, Reason, Replacement
from abr.media import Representation
from abr.pace import Pace, TransferMeter
from abr.prior import held_against
from abr.rules.abandon import AbandonRule, too_late
from abr.rules.plan import PlanRule
from abr.rules.request import Planner, Rule, SwitchRequest
from abr.rules.startup import startup
from abr.rules.transfers import usual_bps
from abr.throughput import ThroughputEstimator, sample_rate_bps

HISTORY_SAMPLES = 128  # about eight minutes of film: more than any rule needs to look back

__all__ = ["AbrEngine", "Rule"]


class AbrEngine:
    """One session's memory around pure rules.

    Not thread-safe: the task that fetches owns it. ``rule`` decides wherever a choice is left; one
    that does not judge transfers under way has :class:`AbandonRule` beside it. ``prior`` is what an
    earlier session on this network measured.
    """

    def __init__(
        self, rule: Rule | None = None, *, prior: ThroughputEstimate | None = None
    ) -> None:
        self.use(rule if rule is not None else PlanRule())
        self._abandon = AbandonRule()
        self._estimator = ThroughputEstimator(prior=prior)
        self._prior = self._estimator.estimate()
        self._meter = TransferMeter()
        self._dropped = False  # a replacement, since the last transfer that came to its end
        self._history: deque[TransferSample] = deque(maxlen=HISTORY_SAMPLES)

    def use(self, rule: Rule) -> None:
        """Decide by another rule from the next segment on; what was learned stays."""
        self._rule = rule
        self._planner = rule if isinstance(rule, Planner) else None

    def observe(self, sample: TransferSample) -> None:
        """Learn from a transfer; what came from a store or cannot be true is ignored."""
        rate_bps = sample_rate_bps(sample)
        if rate_bps is None:
            return
        if not sample.given_up:
            self._meter.finished(rate_bps)
            self._dropped = False
        self._estimator.add(sample)
        self._history.append(sample)

    @property
    def estimate(self) -> ThroughputEstimate | None:
        """What the network is expected to carry; ``None`` before anything is known."""
        return self._estimator.estimate()

    @property
    def history(self) -> tuple[TransferSample, ...]:
        """Recent network samples, oldest first."""
        return tuple(self._history)

    def decide(self, context: DecisionContext) -> Decision:
        """Choose the representation of ``context.segment_index``, always one of its ladder."""
        if _fixed(context):
            request = _only(context, "a person chose it")
        elif len(context.adaptation_set.representations) == 1:
            request = _only(context, "there is no other")
        else:
            request = _under_cap(self._ask, context)
        return _decision(context, request)

    def should_abandon(
        self, context: DecisionContext, progress: TransferProgress
    ) -> Decision | None:
        """Whether to give up the transfer under way, and for which lower representation.

        ``context`` describes this moment, with the segment under way as its ``segment_index``.
        Ask every few hundred milliseconds; ``None``: go on.
        """
        pace = self._meter.pace(progress, context.now_s, usual_bps(context))
        if _fixed(context):
            return None
        request = self._given_up(context, progress, pace)
        return _decision(context, request) if request else None

    def replacement(
        self, context: DecisionContext, buffered: tuple[BufferedSegment, ...]
    ) -> Replacement | None:
        """The buffered segment to fetch again, better, before ``context.segment_index``.

        ``buffered`` ascends without a gap up to the segment before that. ``None``: go on.
        """
        if self._planner is None or self._dropped or _fixed(context):
            return None
        wish = self._planner.replacement(context, buffered)
        if wish is None:
            return None
        decision = _decision(context, wish.request)
        return Replacement(segment_index=wish.segment_index, decision=decision)

    def should_drop(self, context: DecisionContext, progress: TransferProgress) -> bool:
        """Whether to stop fetching a buffered segment again: what is there is played instead.

        Ask as for :meth:`should_abandon`; no other is named until a transfer came to its end.
        """
        pace = self._meter.pace(progress, context.now_s, usual_bps(context))
        self._dropped = too_late(context, progress, pace)
        return self._dropped

    def _given_up(
        self, context: DecisionContext, progress: TransferProgress, pace: Pace
    ) -> SwitchRequest | None:
        if self._planner is not None:
            return self._planner.abandonment(context, progress, pace)
        return self._abandon(context, progress, pace.lowest_bps)

    def _ask(self, context: DecisionContext) -> SwitchRequest:
        request = self._remembered(context) or self._rule(context) or startup(context)
        if request.representation in context.ladder:
            return request
        # A rule that looks past the limits is held to them.
        wished_bps = request.representation.bandwidth_bps
        allowed = [r for r in context.ladder if r.bandwidth_bps <= wished_bps]
        return replace(request, representation=(allowed or context.ladder[:1])[-1])

    def _remembered(self, context: DecisionContext) -> SwitchRequest | None:
        """The first segment by the prior: a transfer of sound tells a rule less than that does."""
        own = {r.id for r in context.adaptation_set.representations}
        if self._prior is None or any(s.representation_id in own for s in context.history):
            return None
        return startup(replace(context, estimate=held_against(self._prior, context.history)))


def _fixed(context: DecisionContext) -> bool:
    """Whether a person's choice is in force: an unknown one is not."""
    return context.limits.fixed is not None and context.ladder[0].id == context.limits.fixed


def _only(context: DecisionContext, because: str) -> SwitchRequest:
    return SwitchRequest(
        representation=context.ladder[0], reason=Reason.FIXED, rule="fixed", because=because
    )


def _under_cap(
    ask: Callable[[DecisionContext], SwitchRequest], context: DecisionContext
) -> SwitchRequest:
    """The rule's wish, with the cap as its reason where that alone held it down."""
    request = ask(context)
    order = context.adaptation_set.representations
    if len(context.ladder) == len(order) or request.representation is not context.ladder[-1]:
        return request
    free = ask(replace(context, limits=Limits()))
    if order.index(free.representation) <= order.index(request.representation):
        return request
    above = order[order.index(request.representation) + 1]
    because = explain.cap(context.limits, context.adaptation_set, above)
    return replace(request, reason=Reason.CAP, because=because)


def _decision(context: DecisionContext, request: SwitchRequest) -> Decision:
    opening = explain.opening(context, request.representation, request.reason)
    return Decision(
        representation=request.representation,
        reason=request.reason,
        rule=request.rule,
        explanation=f"{opening}: {request.because}.",
        considered=_every_rung(context, request),
    )


def _every_rung(context: DecisionContext, request: SwitchRequest) -> tuple[Considered, ...]:
    """One entry per rung, ascending; those the rule did not score are scored with the worst."""
    scored = {entry.representation_id: entry for entry in request.considered}
    worst = min((entry.score for entry in request.considered), default=0.0)
    allowed = {r.id for r in context.ladder}
    return tuple(
        scored.get(r.id)
        or Considered(
            representation_id=r.id,
            allowed=r.id in allowed,
            score=worst,
            note="not compared" if r.id in allowed else _why_not(context, r),
        )
        for r in context.adaptation_set.representations
    )


def _why_not(context: DecisionContext, forbidden: Representation) -> str:
    if _fixed(context):
        return "another was chosen by hand"
    return explain.cap(context.limits, context.adaptation_set, forbidden)
