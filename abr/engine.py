"""The engine of one session: memory around pure rules."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace

from abr import explain
from abr.context import (
    DecisionContext,
    Limits,
    ThroughputEstimate,
    TransferProgress,
    TransferSample,
)
from abr.decision import Considered, Decision, Reason
from abr.rules.abandon import AbandonRule
from abr.rules.dynamic import DynamicRule
from abr.rules.request import Rule, SwitchRequest
from abr.rules.startup import startup
from abr.throughput import ThroughputEstimator, TransferMeter, sample_rate_bps

HISTORY_SAMPLES = 64  # about four minutes of film: more than any rule looks back

__all__ = ["AbrEngine", "Rule"]


class AbrEngine:
    """One session's memory around pure rules.

    Not thread-safe: the task that fetches owns it. ``rule`` decides wherever a choice is left;
    ``prior`` is what an earlier session on this network measured.
    """

    def __init__(
        self, rule: Rule | None = None, *, prior: ThroughputEstimate | None = None
    ) -> None:
        self._rule = rule if rule is not None else DynamicRule()
        self._abandon = AbandonRule()
        self._estimator = ThroughputEstimator(prior=prior)
        self._meter = TransferMeter()
        self._history: deque[TransferSample] = deque(maxlen=HISTORY_SAMPLES)

    def observe(self, sample: TransferSample) -> None:
        """Learn from a transfer; what came from a store or cannot be true is ignored."""
        if sample_rate_bps(sample) is None:
            return
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
        rate_bps = self._meter.rate_bps(progress)
        if _fixed(context):
            return None
        request = self._abandon(context, progress, rate_bps)
        return _decision(context, request) if request else None

    def _ask(self, context: DecisionContext) -> SwitchRequest:
        request = self._rule(context) or startup(context)
        if request.representation in context.ladder:
            return request
        # A rule that looks past the limits is held to them.
        wished_bps = request.representation.bandwidth_bps
        allowed = [r for r in context.ladder if r.bandwidth_bps <= wished_bps]
        return replace(request, representation=(allowed or context.ladder[:1])[-1])


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
    return replace(request, reason=Reason.CAP, because=explain.cap(context.limits))


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
            score=worst,
            note="not compared" if r.id in allowed else _why_not(context),
        )
        for r in context.adaptation_set.representations
    )


def _why_not(context: DecisionContext) -> str:
    return "another was chosen by hand" if _fixed(context) else explain.cap(context.limits)
