"""What a plan says of itself: requests with their reasons in words a person understands."""

from __future__ import annotations

import numpy as np

from abr.context import BufferedSegment, DecisionContext
from abr.decision import Considered, Reason
from abr.demand import buffer_wall_s, transfer_s
from abr.explain import name_in, nothing_better, rate
from abr.media import Representation
from abr.planning import Task
from abr.regime import Floats
from abr.rules.request import ReplaceRequest, SwitchRequest
from abr.weighing import Moment, Plan, Underway

NOTABLE_RISK = 0.01  # of a stall; less is not worth a word


def chosen(context: DecisionContext, task: Task, moment: Moment, plan: Plan) -> SwitchRequest:
    """The rung of the best plan."""
    best = int(np.argmax(plan.values))
    return SwitchRequest(
        representation=context.ladder[best],
        reason=Reason.PLAN,
        rule="plan",
        because=_because(context, task, moment, plan, best),
        considered=_planned(context, task, plan),
    )


def _planned(context: DecisionContext, task: Task, plan: Plan) -> tuple[Considered, ...]:
    segments, waits = sum(task.counts), buffer_wall_s(context) <= 0
    return tuple(
        Considered(
            representation_id=rung.id,
            score=float(value) / segments,
            note=f"quality {quality:.2f}{_after(context, n)}"
            if waits
            else f"quality {quality:.2f} now, stall risk {_percent(risk)}",
        )
        for n, (rung, value, risk, quality) in enumerate(
            zip(context.ladder, plan.values, plan.stall_risks, task.qualities[0], strict=True)
        )
    )


def given_up(
    context: DecisionContext, transfer: Underway, instead: int, values: Floats | None = None
) -> SwitchRequest:
    """A transfer not worth its end; ``values`` has those of lower rungs, then of going on.

    Without ``values`` it was the last chance to avoid a stall.
    """
    rest_s = transfer.remaining_bits / transfer.rate_bps
    rest = f"the rest would take {rest_s:.1f} s" if rest_s < 120 else "hardly a byte came"
    against = f"only {rate(transfer.rate_bps)} for {transfer.slow_s:.1f} s"
    return SwitchRequest(
        representation=context.ladder[instead],
        reason=Reason.ABANDON,
        rule="plan",
        because=f"{against}, {rest} and the buffer lasts {buffer_wall_s(context):.1f}",
        considered=_in_time(context, transfer)
        if values is None
        else _against_going_on(context, values),
    )


def _in_time(context: DecisionContext, transfer: Underway) -> tuple[Considered, ...]:
    """Every rung by when it would be there at the rate of the slow spell."""
    lasts_s, index = buffer_wall_s(context), context.segment_index
    bits = [rung.segment_bytes[index] * 8.0 for rung in context.ladder]
    bits[transfer.rung] = transfer.remaining_bits
    return tuple(
        Considered(
            representation_id=rung.id,
            score=lasts_s - own / transfer.rate_bps,
            note=f"there in {own / transfer.rate_bps:.1f} s",
        )
        for rung, own in zip(context.ladder, bits, strict=True)
    )


def _against_going_on(context: DecisionContext, values: Floats) -> tuple[Considered, ...]:
    worst = min(float(value) for value in values if np.isfinite(value)) - 1.0
    higher = len(context.ladder) - len(values)
    notes = [_of_giving_up(value, values[-1]) for value in values]
    return tuple(
        Considered(
            representation_id=rung.id,
            score=float(value) if np.isfinite(value) else worst,
            note=note,
        )
        for rung, value, note in zip(
            context.ladder,
            [*values, *[-np.inf] * higher],
            [*notes, *["more than what is given up"] * higher],
            strict=True,
        )
    )


def replaced(
    context: DecisionContext, task: Task, plan: Plan, segment: BufferedSegment, gain: float
) -> ReplaceRequest:
    """A buffered segment worth fetching again, as the next one is planned."""
    film, better = context.adaptation_set, context.ladder[int(np.argmax(plan.values))]
    before = film.representation(segment.representation_id)
    now_s = film.segment_starts_s[context.segment_index] - context.buffer_level_s
    due_s = film.segment_starts_s[segment.index] - now_s
    return ReplaceRequest(
        segment_index=segment.index,
        request=SwitchRequest(
            representation=better,
            reason=Reason.REPLACE,
            rule="plan",
            because=(
                f"it plays in {due_s:.0f} s, and the network now affords better than "
                f"{name_in(film, before)}, a gain of {gain:.2f} in quality"
            ),
            considered=_planned(context, task, plan),
        ),
    )


def _because(context: DecisionContext, task: Task, moment: Moment, plan: Plan, best: int) -> str:
    """What is expected, what it risks, and what speaks against the next rung."""
    if buffer_wall_s(context) <= 0:
        return _awaited(context, task, best)
    risk = float(plan.stall_risks[best])
    expected = f"quality {task.qualities[0][best]:.2f} at a stall risk of {_percent(risk)}"
    if best == len(context.ladder) - 1:
        return f"{expected}, and {nothing_better(context)}"
    return f"{expected}; {_against(context, task, moment, plan, best)}"


def _awaited(context: DecisionContext, task: Task, best: int) -> str:
    """The same while nothing plays: every rung is waited for, and only how long matters."""
    expected = f"quality {task.qualities[0][best]:.2f}{_after(context, best)}"
    if best == len(context.ladder) - 1:
        return f"{expected}, and {nothing_better(context)}"
    label = name_in(context.adaptation_set, context.ladder[best + 1])
    return f"{expected}; {label} would be there{_after(context, best + 1) or ' later'}"


def _after(context: DecisionContext, rung: int) -> str:
    if context.estimate is None:
        return ""
    time_s = transfer_s(context, context.ladder[rung], context.estimate.throughput_bps)
    return f" after {time_s:.1f} s"


def _against(context: DecisionContext, task: Task, moment: Moment, plan: Plan, best: int) -> str:
    above = best + 1
    label = name_in(context.adaptation_set, context.ladder[above])
    risk, now = float(plan.stall_risks[above]), float(plan.stall_risks[best])
    if risk - now > NOTABLE_RISK:
        return f"{label} would stall with {_percent(risk)}"
    gain = float(task.qualities[0][above] - task.qualities[0][best])
    if moment.quality_before is not None and _climbs(context, context.ladder[above]):
        steps = np.abs(task.qualities[0] - moment.quality_before)
        cost = task.switch_weight * float(steps[above] - steps[best])
        if cost > 0 and gain <= cost:
            return f"the switch to {label} would cost what it gains before it has to be undone"
    return f"{label} would use up buffer that serves better later"


def _climbs(context: DecisionContext, rung: Representation) -> bool:
    order = context.adaptation_set.representations
    return any(r.id == context.previous for r in order[: order.index(rung)])


def _of_giving_up(value: float, going_on: float) -> str:
    if not np.isfinite(value):
        return "larger than the rest"
    return "going on" if value == going_on else f"{value - going_on:+.2f} against going on"


def _percent(share: float) -> str:
    if 0 < share < 0.005:
        return "under 1 %"
    return f"{min(max(share, 0.0), 1.0):.0%}".replace("%", " %")
