"""What holds for every decision, whatever the moment."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from abr.context import (
    DecisionContext,
    Limits,
    TransferProgress,
    TransferSample,
)
from abr.decision import Decision, Reason
from abr.engine import AbrEngine
from abr.media import Representation, RepresentationId
from abr.qoe import QoeModel
from abr.rules.throughput import ThroughputRule
from abr.simulator import Setting, simulate
from abr.trace import Trace
from tests.helpers.films import scenic_film
from tests.helpers.strategies import broken_samples, contexts, samples, slow_transfers

FILM = scenic_film(12)


@given(contexts)
def test_a_decision_never_leaves_the_ladder_and_never_says_nan(context: DecisionContext) -> None:
    decision = AbrEngine().decide(context)

    assert decision.representation in context.ladder
    _is_sound(context, decision)
    if context.limits.fixed == decision.representation.id:
        assert decision.reason is Reason.FIXED


@given(contexts)
def test_nothing_above_a_cap_is_ever_fetched(context: DecisionContext) -> None:
    decision, limits = AbrEngine().decide(context), context.limits
    everything, chosen = context.adaptation_set.representations, decision.representation
    if chosen == everything[0] or len(everything) == 1:
        return  # there is always the lowest
    assert limits.max_height_px is None or chosen.height_px <= limits.max_height_px
    if decision.reason is Reason.FIXED:
        return  # a person may look past the other caps
    assert limits.max_bandwidth_bps is None or chosen.bandwidth_bps <= limits.max_bandwidth_bps
    order = [r.id for r in everything]
    if limits.too_heavy in order:
        assert order.index(chosen.id) < order.index(limits.too_heavy)
    if limits.screen_height_px is not None:
        # Nothing smaller would fill the screen as well.
        smaller = [r.height_px for r in everything if r.height_px < chosen.height_px]
        assert all(height_px < limits.screen_height_px for height_px in smaller)


@given(contexts)
def test_equal_moments_get_equal_decisions(context: DecisionContext) -> None:
    assert AbrEngine().decide(context) == AbrEngine().decide(replace(context))


@given(contexts, st.lists(samples(), min_size=1, max_size=8), st.floats(1.0, 100.0))
def test_more_throughput_never_means_less_quality(
    context: DecisionContext, history: list[TransferSample], factor: float
) -> None:
    richer = [
        replace(s, transferred_bytes=math.ceil(s.transferred_bytes * factor)) for s in history
    ]
    rule = ThroughputRule()

    before = rule(replace(context, history=tuple(history)))
    after = rule(replace(context, history=tuple(richer)))

    assert before is not None
    assert after is not None
    order = context.ladder.index
    assert order(after.representation) >= order(before.representation)


@given(slow_transfers())
def test_a_transfer_is_only_ever_given_up_for_fewer_bytes_than_it_lacks(
    case: tuple[DecisionContext, TransferProgress],
) -> None:
    context, progress = case
    decision = AbrEngine().should_abandon(context, progress)
    if decision is None:
        return
    order = [r.id for r in context.adaptation_set.representations]
    assert decision.representation in context.ladder
    assert order.index(decision.representation.id) < order.index(progress.representation_id)
    lacking = progress.total_bytes - progress.received_bytes
    assert decision.representation.segment_bytes[context.segment_index] < lacking
    _is_sound(context, decision)


@given(st.lists(broken_samples(), max_size=8), contexts)
def test_no_sample_however_broken_poisons_a_decision(
    broken: list[TransferSample], context: DecisionContext
) -> None:
    engine = AbrEngine()
    for sample in broken:
        engine.observe(sample)

    estimate = engine.estimate
    if estimate is not None:
        assert 0 < estimate.low_bps <= estimate.throughput_bps <= estimate.high_bps < math.inf
        assert 0 <= estimate.ttfb_s < math.inf
    decision = engine.decide(replace(context, estimate=estimate, history=engine.history))
    _is_sound(context, decision)


@given(
    st.lists(
        st.tuples(st.floats(0.1, 30.0), st.sampled_from([0.0, 1e5, 5e5, 2e6, 8e6, 4e7])),
        min_size=1,
        max_size=8,
    ).filter(lambda intervals: any(rate for _, rate in intervals)),
    st.sampled_from([8.0, 20.0, 60.0]),
    st.sampled_from([0.5, 1.0, 2.0]),
    st.sampled_from([Limits(), Limits(max_height_px=480)]),
)
def test_a_session_over_any_network_ends_with_every_segment_played_once(
    intervals: list[tuple[float, float]], max_buffer_s: float, speed: float, limits: Limits
) -> None:
    setting = Setting(
        max_buffer_s=max_buffer_s, playback_speed=speed, limits=limits, abandon_poll_s=1.0
    )
    model = QoeModel.of(FILM.representations)

    session = simulate(FILM, Trace(intervals), AbrEngine(), model, setting)

    assert [s.index for s in session.segments] == list(range(12))
    assert math.isfinite(session.qoe.per_segment)
    allowed = limits.allowed(FILM.representations)
    for segment in session.segments:
        assert segment.decision.representation in allowed
        assert 0 <= segment.buffer_level_s <= max_buffer_s
        assert _descends([*segment.abandoned, segment.decision.representation.id], allowed)


def _is_sound(context: DecisionContext, decision: Decision) -> None:
    listed = [entry.representation_id for entry in decision.considered]
    assert listed == [r.id for r in context.adaptation_set.representations]
    assert all(math.isfinite(entry.score) for entry in decision.considered)
    assert decision.explanation.endswith(".")
    assert "nan" not in decision.explanation
    assert "inf " not in decision.explanation


def _descends(ids: list[RepresentationId], allowed: tuple[Representation, ...]) -> bool:
    order = [r.id for r in allowed]
    positions = [order.index(entry) for entry in ids]
    return all(after < before for before, after in itertools.pairwise(positions))
