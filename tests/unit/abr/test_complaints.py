"""What people complain about in other players, each shown on a rule of theirs and not on ours.

The rules here are those of the players' estimators and selectors in their simplest form.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from abr.context import DecisionContext, Phase, TransferSample
from abr.decision import Reason
from abr.engine import AbrEngine
from abr.media import AdaptationSet
from abr.qoe import QoeModel
from abr.rules.plan import PlanRule
from abr.rules.request import Rule, SwitchRequest
from abr.simulator import Setting, Simulation, simulate
from abr.throughput import sample_rate_bps
from abr.trace import Trace
from tests.helpers.films import estimate, moment, steady_film, transfer


def _whole_rate(sample: TransferSample) -> float:
    return sample.transferred_bytes * 8 / sample.duration_s


def _rung_under(film: AdaptationSet, rate_bps: float) -> int:
    fitting = [r.bandwidth_bps <= rate_bps for r in film.representations]
    return max(sum(fitting) - 1, 0)


def _mean_rule_rung(samples: Sequence[TransferSample]) -> int:
    """The highest rung under the mean of everything that came in, whatever it was."""
    return _rung_under(steady_film(), sum(map(_whole_rate, samples)) / len(samples))


def _our_rung(engine: AbrEngine, **changes: Any) -> int:
    context = moment(estimate=engine.estimate, history=engine.history, **changes)
    chosen = engine.decide(context).representation
    return context.adaptation_set.representations.index(chosen)


def _engine(samples: Sequence[TransferSample]) -> AbrEngine:
    engine = AbrEngine(PlanRule())
    for sample in samples:
        engine.observe(sample)
    return engine


def _rungs(session: Simulation, film: AdaptationSet) -> list[int]:
    order = [r.id for r in film.representations]
    return [order.index(s.decision.representation.id) for s in session.segments]


def _play(rule: Rule | None, trace: Trace, **setting: Any) -> tuple[Simulation, list[int]]:
    film = steady_film(30)
    model = QoeModel.of(film.representations)
    session = simulate(film, trace, AbrEngine(rule or PlanRule()), model, Setting(**setting))
    return session, _rungs(session, film)


def _selecting(choose: Callable[[DecisionContext], int]) -> Rule:
    def rule(context: DecisionContext) -> SwitchRequest:
        return SwitchRequest(
            representation=context.ladder[choose(context)],
            reason=Reason.THROUGHPUT,
            rule="peer",
            because="the peer says so",
        )

    return rule


def _timed(samples: Sequence[TransferSample]) -> list[TransferSample]:
    """The samples, one finished every four seconds."""
    return [
        TransferSample(
            representation_id=s.representation_id,
            segment_index=number,
            transferred_bytes=s.transferred_bytes,
            ttfb_s=s.ttfb_s,
            duration_s=s.duration_s,
            finished_at_s=4.0 * number,
            from_store=s.from_store,
        )
        for number, s in enumerate(samples)
    ]


def test_answers_out_of_a_cache_do_not_count_as_a_fast_network() -> None:
    slow = [transfer(1.5e6)] * 5
    cached = [transfer(5e8, ttfb_s=0.0, from_store=True)] * 3

    assert _mean_rule_rung([*slow, *cached]) == 4
    ours = _our_rung(_engine(_timed([*slow, *cached])))
    assert ours == _our_rung(_engine(_timed(slow)))
    assert ours <= 2


def test_latency_of_small_segments_does_not_count_as_a_slow_network() -> None:
    small = _timed([transfer(12e6, size=60_000, ttfb_s=0.4)] * 6)

    assert _mean_rule_rung(small) <= 1
    assert _our_rung(_engine(small)) >= 3


def test_a_session_begins_where_the_last_one_on_this_network_was() -> None:
    first = {"phase": Phase.STARTUP, "buffer_level_s": 0.0, "segment_index": 0}

    forgetful = _our_rung(AbrEngine(PlanRule()), **first)
    remembering = _our_rung(AbrEngine(PlanRule(), prior=estimate(40e6, samples=0)), **first)

    assert forgetful == 0
    assert remembering >= 3


def test_quality_rises_at_once_when_the_network_allows() -> None:
    def media3(context: DecisionContext) -> int:
        if context.previous is None or context.estimate is None:
            return 0
        order = [r.id for r in context.ladder]
        before = order.index(context.previous)
        ideal = _rung_under(context.adaptation_set, 0.7 * context.estimate.throughput_bps)
        return before if ideal > before and context.buffer_level_s < 10 else ideal

    trace = Trace([(1.0, 20e6)], latency_s=0.08)
    _, peer = _play(_selecting(media3), trace)
    _, ours = _play(None, trace)

    assert peer[:3] == [0, 0, 0]
    assert ours[2] >= 3
    assert sum(ours[:6]) > sum(peer[:6])


def test_a_network_between_two_rungs_does_not_make_quality_swing() -> None:
    def last_rate(context: DecisionContext) -> int:
        if not context.history:
            return 0
        return _rung_under(context.adaptation_set, _whole_rate(context.history[-1]))

    trace = Trace([(3.7, 3.1e6), (3.1, 1.9e6)], latency_s=0.02)
    _, peer = _play(_selecting(last_rate), trace)
    session, ours = _play(None, trace)

    def returns(rungs: list[int]) -> int:
        """How often quality went one way and, with the next segment, back."""
        triples = zip(rungs, rungs[1:], rungs[2:], strict=False)
        return sum(a == c != b for a, b, c in triples)

    assert returns(peer) >= 5
    assert returns(ours) <= 1
    assert session.qoe.rebuffer_s == 0


def test_a_collapse_in_mid_segment_is_noticed_once_and_without_a_loop() -> None:
    trace = Trace([(9.0, 12e6), (400.0, 420_000.0)])
    patient, _ = _play(None, trace, max_buffer_s=12.0)
    ours, _ = _play(None, trace, max_buffer_s=12.0, abandon_poll_s=0.25)

    given_up = [s for s in ours.segments if s.abandoned]
    assert ours.qoe.rebuffer_s < patient.qoe.rebuffer_s
    assert 1 <= len(given_up) <= 3
    assert all(len(s.abandoned) <= 2 for s in given_up)
    for before, after in itertools.pairwise(given_up):
        assert after.index > before.index


@pytest.mark.parametrize("seconds", [math.nan, 0.0])
def test_one_impossible_sample_spoils_nothing(seconds: float) -> None:
    sane = [transfer(3e6)] * 5
    broken = transfer(3e6, duration_s=seconds)

    average = 3e6
    for sample in [broken, *sane]:  # an average that forgets exponentially never forgets this
        took_s = sample.duration_s
        rate = sample.transferred_bytes * 8 / took_s if took_s else math.inf
        average = 0.5 * average + 0.5 * rate

    assert not math.isfinite(average)
    assert sample_rate_bps(broken) is None
    assert _our_rung(_engine(_timed([broken, *sane]))) == _our_rung(_engine(_timed(sane)))


def test_what_another_network_was_like_is_forgotten_with_the_first_segment() -> None:
    remembered = 60e6
    engine = AbrEngine(PlanRule(), prior=estimate(remembered, samples=0))
    engine.observe(transfer(0.8e6, finished_at_s=1.0))

    believed = 0.7 * remembered + 0.3 * 0.8e6  # a player that blends the stored rate in
    assert _rung_under(steady_film(), believed) == 4
    assert _our_rung(engine, buffer_level_s=4.0, now_s=1.0) <= 1
