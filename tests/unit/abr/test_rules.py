"""Each rule alone, on films whose sizes are known."""

from __future__ import annotations

import math

import pytest

from abr.context import Phase
from abr.decision import Reason
from abr.media import RepresentationId
from abr.rules.bola_e import BolaERule
from abr.rules.dynamic import DynamicRule
from abr.rules.insufficient_buffer import InsufficientBufferRule
from abr.rules.request import SwitchRequest
from abr.rules.startup import startup
from abr.rules.throughput import ThroughputRule
from tests.helpers.films import estimate, ladder, moment, rung, steady_film, transfer

V240, V480, V720, V1080 = (RepresentationId(f"v{h}") for h in (240, 480, 720, 1080))


def _id(request: SwitchRequest | None) -> str:
    assert request is not None
    return request.representation.id


def test_no_rule_about_the_network_speaks_before_it_was_measured() -> None:
    assert ThroughputRule()(moment()) is None
    assert InsufficientBufferRule()(moment()) is None


def test_bola_e_climbs_with_the_buffer_from_the_lowest_to_the_highest() -> None:
    rungs = [_id(BolaERule()(moment(buffer_level_s=level))) for level in (3, 11, 14, 17, 19, 25)]

    heights = [int(name.removeprefix("v")) for name in rungs]
    assert heights == sorted(heights)
    assert (heights[0], heights[-1]) == (240, 1080)
    assert len(set(heights)) >= 4


def test_bola_e_scores_are_those_of_the_paper() -> None:
    film = ladder([rung(240, 1_000_000, [500_000]), rung(480, 2_000_000, [1_000_000])])
    context = moment(film, segment_index=0, buffer_level_s=12.0)

    request = BolaERule()(context)

    # Target 18 s, low 9 s (half of it at most): gp = ln 2, V = 9 / gp; sizes 4 and 8 Mbit.
    gain = math.log(2)
    control = 9 / gain
    assert request is not None
    assert [entry.score for entry in request.considered] == pytest.approx(
        [(control * gain - 12) / 4, (control * (math.log(2) + gain) - 12) / 8]
    )
    assert request.representation.id == "v480"


def test_bola_e_does_not_climb_past_the_network() -> None:
    context = moment(buffer_level_s=40.0, previous=V480, estimate=estimate(1.5e6))

    request = BolaERule()(context)

    assert _id(request) == "v480"
    assert request is not None
    assert request.reason is Reason.KEEP


def test_bola_e_keeps_a_rung_above_the_network_while_the_buffer_pays_for_it() -> None:
    context = moment(buffer_level_s=40.0, previous=V1080, estimate=estimate(1.5e6))

    assert _id(BolaERule()(context)) == "v1080"


def test_bola_e_reaches_the_top_of_a_buffer_that_holds_little() -> None:
    assert _id(BolaERule()(moment(buffer_level_s=11.5, max_buffer_s=12.0))) == "v1080"


def test_bola_e_sees_half_the_buffer_at_double_speed() -> None:
    fast = moment(buffer_level_s=20.0, playback_speed=2.0)

    assert _id(BolaERule()(fast)) == _id(BolaERule()(moment(buffer_level_s=10.0)))


def test_guard_names_the_most_that_arrives_in_seven_tenths_of_the_buffer() -> None:
    # At the low end of 4 Mbit/s 720p, 9.6 Mbit, takes 2.4 s and 1080p 4.5 s.
    guard = InsufficientBufferRule()

    assert _id(guard(moment(buffer_level_s=3.5, estimate=estimate(5e6)))) == "v720"
    assert _id(guard(moment(buffer_level_s=3.4, estimate=estimate(5e6)))) == "v480"
    assert _id(guard(moment(buffer_level_s=0.0, estimate=estimate(5e6)))) == "v240"


def test_dynamic_follows_the_network_on_a_short_buffer_and_the_buffer_on_a_long_one() -> None:
    seen = (transfer(1.5e6),)
    rule = DynamicRule()

    short, long = (
        rule(moment(buffer_level_s=level, estimate=estimate(1.5e6), history=seen, previous=V1080))
        for level in (8.0, 30.0)
    )

    assert (_id(short), _id(long)) == ("v480", "v1080")


@pytest.mark.parametrize("previous", [V240, V480, V720, V1080])
def test_dynamic_in_between_moves_no_further_than_both_rules_agree_on(
    previous: RepresentationId,
) -> None:
    context = moment(
        buffer_level_s=12.0,
        estimate=estimate(9e6),
        history=(transfer(9e6),),
        previous=previous,
    )
    order = [r.id for r in context.ladder]
    wishes = sorted(
        order.index(RepresentationId(_id(rule(context))))
        for rule in (ThroughputRule(), BolaERule())
    )
    assert wishes[0] < wishes[1]  # the case is one of disagreement

    chosen = order.index(RepresentationId(_id(DynamicRule()(context))))

    assert chosen == min(max(order.index(previous), wishes[0]), wishes[1])


def test_dynamic_is_held_back_by_the_guard() -> None:
    context = moment(buffer_level_s=1.0, estimate=estimate(6e6), history=(transfer(6e6),))

    request = DynamicRule()(context)

    assert request is not None
    assert request.reason is Reason.INSUFFICIENT_BUFFER
    assert request.representation.id == "v360"


def test_dynamic_has_no_opinion_on_the_first_segment() -> None:
    first = moment(phase=Phase.STARTUP, buffer_level_s=0.0, estimate=estimate(6e6))

    assert DynamicRule()(first) is None


def test_after_a_rebuffer_the_lowest_rung_comes_first() -> None:
    stalled = moment(
        phase=Phase.AFTER_REBUFFER,
        buffer_level_s=0.0,
        estimate=estimate(20e6),
        history=(transfer(20e6),),
    )

    assert _id(DynamicRule()(stalled)) == "v240"


def test_startup_on_an_unknown_network_takes_what_two_megabits_carry_in_a_second() -> None:
    # 4 s of 480p are 4.8 Mbit, of 360p 2.8, of 240p 1.2.
    request = startup(moment(phase=Phase.STARTUP, buffer_level_s=0.0))

    assert request.representation.id == "v240"
    assert _id(startup(moment(steady_film(segment_s=2.0), buffer_level_s=0.0))) == "v360"


def test_startup_with_a_prior_begins_where_its_cautious_end_carries() -> None:
    # Half of 20 Mbit/s: 720p (9.6 Mbit) arrives in 0.96 s, 1080p does not.
    prior = estimate(20e6, samples=0, spread=2.0)

    assert startup(moment(buffer_level_s=0.0, estimate=prior)).representation.id == "v720"


def test_startup_takes_the_lowest_rung_where_nothing_arrives_soon() -> None:
    assert startup(moment(estimate=estimate(50_000))).representation.id == "v240"
