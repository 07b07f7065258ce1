"""What people complain about in other players, each shown on a rule of theirs and not on ours.

The peers are the published rules; where ours drops a sample that cannot be true before any rule
sees it, the mean that most players keep stands for them.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from abr.context import Phase, TransferSample
from abr.engine import AbrEngine
from abr.media import AdaptationSet, RepresentationId
from abr.qoe import QoeModel
from abr.rules.bola import BolaRule
from abr.rules.hls_js import HlsJsRule
from abr.rules.media3 import Media3Rule
from abr.rules.plan import PlanRule
from abr.rules.request import Rule
from abr.rules.robust_mpc import RobustMpcRule
from abr.rules.shaka import ShakaRule
from abr.rules.throughput import ThroughputRule
from abr.simulator import Setting, Simulation, simulate
from abr.throughput import Ewma, sample_rate_bps
from abr.trace import Trace
from tests.helpers.films import estimate, moment, steady_film, transfer


def _rung_under(film: AdaptationSet, rate_bps: float) -> int:
    fitting = [r.bandwidth_bps <= rate_bps for r in film.representations]
    return max(sum(fitting) - 1, 0)


def _peer_rung(rule: Rule, samples: Sequence[TransferSample] = (), **changes: Any) -> int:
    context = moment(history=tuple(samples), **changes)
    request = rule(context)
    assert request is not None
    return context.ladder.index(request.representation)


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


def _timed(samples: Sequence[TransferSample], every_s: float = 4.0) -> list[TransferSample]:
    """The samples, one finished every so many seconds."""
    return [
        replace(s, segment_index=number, finished_at_s=every_s * number)
        for number, s in enumerate(samples)
    ]


def _returns(rungs: Sequence[int]) -> int:
    """How often quality went one way and, with the next segment, back."""
    triples = zip(rungs, rungs[1:], rungs[2:], strict=False)
    return sum(a == c != b for a, b, c in triples)


def test_answers_out_of_a_cache_do_not_count_as_a_fast_network() -> None:
    slow = [transfer(1.5e6)] * 5
    cached = [transfer(5e8, ttfb_s=0.0, from_store=True)] * 3

    unaware = [replace(s, from_store=False) for s in cached]  # no player but ours is told
    assert _peer_rung(Media3Rule(), _timed([*slow, *unaware])) == 4
    ours = _our_rung(_engine(_timed([*slow, *cached])))
    assert ours == _our_rung(_engine(_timed(slow)))
    assert ours <= 2


def test_what_a_proxy_held_back_and_sent_at_once_does_not_count_as_a_fast_network() -> None:
    # A network of 2 Mbit/s behind a proxy that is near.
    sizes = [600_000, 480_000, 750_000, 520_000, 680_000]
    held = _timed([transfer(1e9, size=size, ttfb_s=size * 8 / 2e6) for size in sizes])

    assert _peer_rung(Media3Rule(), held) == 4
    assert _our_rung(_engine(held), buffer_level_s=6.0) <= 2


def test_latency_of_small_segments_does_not_count_as_a_slow_network() -> None:
    small = _timed([transfer(12e6, size=60_000, ttfb_s=0.4)] * 6)
    tiny = _timed([transfer(12e6, size=12_000, ttfb_s=0.4)] * 30)

    assert _peer_rung(RobustMpcRule(), small, buffer_level_s=4.0) <= 1
    assert _peer_rung(ShakaRule(), tiny) <= 1
    assert _our_rung(_engine(small), buffer_level_s=4.0) >= 3
    assert _our_rung(_engine(tiny)) >= 2


def test_a_session_begins_where_the_last_one_on_this_network_was() -> None:
    first: dict[str, Any] = {"phase": Phase.STARTUP, "buffer_level_s": 0.0, "segment_index": 0}

    for forgetful in (HlsJsRule(), ShakaRule(), Media3Rule()):
        assert _peer_rung(forgetful, estimate=estimate(40e6, samples=0), **first) <= 1
    remembering = _our_rung(AbrEngine(PlanRule(), prior=estimate(40e6, samples=0)), **first)
    assert remembering >= 3


def test_quality_rises_at_once_when_the_network_allows() -> None:
    trace = Trace([(1.0, 20e6)], latency_s=0.08)
    _, peer = _play(Media3Rule(), trace)
    _, ours = _play(None, trace)

    assert max(peer[:3]) <= 1
    assert ours[2] >= 3
    assert sum(ours[:6]) > sum(peer[:6])


def test_low_quality_in_the_buffer_is_fetched_again_and_does_not_play_out() -> None:
    trace = Trace([(30.0, 1.6e6), (400.0, 30e6)], latency_s=0.05)
    _, peer = _play(Media3Rule(), trace)
    session, ours = _play(None, trace, abandon_poll_s=0.25, replacing=True)

    again = [s for s in session.segments if s.replaced]
    assert len(again) >= 2
    order = [r.id for r in steady_film().representations]
    for segment in again:
        shown = order.index(segment.decision.representation.id)
        assert all(shown > order.index(before) for before in segment.replaced)
    assert sum(ours) > sum(peer)
    assert session.qoe.rebuffer_s == 0


def test_a_network_between_two_rungs_does_not_make_quality_swing() -> None:
    trace = Trace([(3.7, 3.1e6), (3.1, 1.9e6)], latency_s=0.02)
    _, bola = _play(BolaRule(), trace, max_buffer_s=20.0)
    _, dash = _play(ThroughputRule(), trace)
    session, ours = _play(None, trace)

    assert _returns(dash) >= 3
    assert sum(a != b for a, b in itertools.pairwise(bola)) >= 15
    assert sum(a != b for a, b in itertools.pairwise(ours)) <= 4
    assert _returns(ours) <= 1
    assert session.qoe.rebuffer_s == 0


def test_a_collapse_in_mid_segment_is_noticed_once_and_without_a_loop() -> None:
    trace = Trace([(9.0, 12e6), (400.0, 420_000.0)])
    peer, _ = _play(ShakaRule(), trace, max_buffer_s=12.0)
    patient, _ = _play(None, trace, max_buffer_s=12.0)
    ours, _ = _play(None, trace, max_buffer_s=12.0, abandon_poll_s=0.25)

    given_up = [s for s in ours.segments if s.abandoned]
    assert ours.qoe.rebuffer_s < min(patient.qoe.rebuffer_s, peer.qoe.rebuffer_s)
    assert 1 <= len(given_up) <= 3
    assert all(len(s.abandoned) <= 2 for s in given_up)
    for before, after in itertools.pairwise(given_up):
        assert after.index > before.index


@pytest.mark.parametrize(
    "broken",
    [
        {"duration_s": math.nan},
        {"duration_s": math.inf},
        {"duration_s": 0.0},
        {"duration_s": -3.0},
        {"ttfb_s": math.nan},
        {"ttfb_s": -math.inf},
        {"transferred_bytes": 0},
        {"finished_at_s": math.nan, "duration_s": math.nan},
    ],
)
def test_one_impossible_sample_spoils_nothing(broken: dict[str, Any]) -> None:
    sane = _timed([transfer(3e6)] * 5)
    impossible = transfer(3e6, **broken)

    assert sample_rate_bps(impossible) is None
    assert _our_rung(_engine([impossible, *sane])) == _our_rung(_engine(sane))
    assert _our_rung(_engine([*sane, impossible])) == _our_rung(_engine(sane))


@pytest.mark.parametrize(
    ("weight_s", "rate_bps"), [(0.0, math.inf), (1.0, math.inf), (1.0, math.nan)]
)
def test_a_mean_as_players_keep_it_never_recovers_from_one(
    weight_s: float, rate_bps: float
) -> None:
    mean = Ewma(2.0)
    for weight, rate in [(weight_s, rate_bps), *[(1.0, 3e6)] * 50]:
        mean.add(weight, rate)

    assert mean.value is not None
    assert not math.isfinite(mean.value)


def test_what_another_network_was_like_is_forgotten_with_the_first_segment() -> None:
    remembered = 60e6
    engine = AbrEngine(PlanRule(), prior=estimate(remembered, samples=0))
    engine.observe(transfer(0.8e6, finished_at_s=1.0))

    believed = 0.7 * remembered + 0.3 * 0.8e6  # a player that blends the stored rate in
    assert _rung_under(steady_film(), believed) == 4
    assert _our_rung(engine, buffer_level_s=4.0, now_s=1.0) <= 1


def test_a_link_of_much_latency_and_much_rate_still_carries_the_best() -> None:
    session, ours = _play(None, Trace([(1.0, 50e6)], latency_s=1.2))

    assert session.qoe.rebuffer_s == 0
    assert min(ours[5:]) == 4


def test_sound_fetched_at_the_same_time_costs_a_rung_at_most() -> None:
    video = _timed([transfer(6e6)] * 8)
    sound = [
        replace(s, representation_id=RepresentationId("a128"), transferred_bytes=64_000)
        for s in video
    ]
    both = [sample for pair in zip(video, sound, strict=True) for sample in pair]

    assert _our_rung(_engine(video)) - _our_rung(_engine(both)) <= 1


def test_a_reader_that_paused_in_mid_transfer_is_forgotten_with_the_next_segments() -> None:
    fast = [transfer(12e6)] * 8
    paused = transfer(12e6, duration_s=95.0)  # the film was paused, and with it the reading

    after = _timed([*fast, paused, *[transfer(12e6)] * 3])
    assert _our_rung(_engine(after), now_s=44.0) >= _our_rung(_engine(_timed(fast))) - 1


@pytest.mark.parametrize("step_s", [-3600.0, 3600.0, 86_400.0 * 365])
def test_a_clock_that_was_set_changes_no_more_than_a_rung(step_s: float) -> None:
    before = _timed([transfer(6e6)] * 8)
    after = [replace(s, finished_at_s=s.finished_at_s + step_s + 32.0) for s in before]
    context = {"now_s": 64.0 + step_s}

    stepped = _our_rung(_engine([*before, *after]), **context)

    assert abs(stepped - _our_rung(_engine(_timed([transfer(6e6)] * 16)), now_s=64.0)) <= 1


def test_a_transfer_that_slept_with_the_machine_says_nothing_of_the_network() -> None:
    awake = [transfer(12e6)] * 8
    slept = transfer(12e6, duration_s=3 * 3600.0)

    assert sample_rate_bps(slept) is None
    assert _our_rung(_engine(_timed([*awake, slept]))) == _our_rung(_engine(_timed(awake)))
