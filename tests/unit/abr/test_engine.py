"""The engine: what it remembers, how it explains itself, and what no rule can talk it into."""

from __future__ import annotations

import math
from typing import Any

import pytest

from abr.context import DecisionContext, Limits, Phase
from abr.decision import Reason
from abr.engine import HISTORY_SAMPLES, AbrEngine
from abr.media import RepresentationId
from abr.rules.dynamic import DynamicRule
from abr.rules.request import SwitchRequest
from tests.helpers.films import estimate, ladder, moment, rung, transfer

V720 = RepresentationId("v720")


def _no_opinion(_: DecisionContext) -> SwitchRequest | None:
    return None


def _measured(rate_bps: float) -> dict[str, Any]:
    return {"estimate": estimate(rate_bps), "history": (transfer(rate_bps),)}


def test_the_explanation_says_what_happened_and_why() -> None:
    context = moment(buffer_level_s=8.0, **_measured(3.1e6), previous=V720)

    decision = AbrEngine(DynamicRule()).decide(context)

    assert decision.explanation == (
        "Stayed at 720p: 1080p is declared at 4.5 Mbit/s, and 2.8 Mbit/s are counted on."
    )
    assert decision.reason is Reason.THROUGHPUT
    assert decision.rule == "throughput"


@pytest.mark.parametrize(
    ("previous", "opening"),
    [
        ("v480", "Up to 720p: "),
        ("v720", "Stayed at 720p: "),
        ("v1080", "Down to 720p: "),
        ("another film's", "Started at 720p: "),
        (None, "Started at 720p: "),
    ],
)
def test_the_explanation_opens_with_the_direction(previous: str | None, opening: str) -> None:
    before = None if previous is None else RepresentationId(previous)
    context = moment(buffer_level_s=8.0, **_measured(3.1e6), previous=before)

    assert AbrEngine(DynamicRule()).decide(context).explanation.startswith(opening)


def test_every_rung_was_considered_with_a_score() -> None:
    context = moment(estimate=estimate(3.1e6), limits=Limits(max_height_px=480))

    considered = AbrEngine().decide(context).considered

    assert [entry.representation_id for entry in considered] == [
        r.id for r in context.adaptation_set.representations
    ]
    assert all(math.isfinite(entry.score) and entry.note for entry in considered)
    assert considered[-1].note == "the plan allows 480p at most"


def test_a_person_s_choice_is_followed_and_said_to_be_one() -> None:
    fixed = Limits(fixed=RepresentationId("v1080"))

    decision = AbrEngine().decide(moment(estimate=estimate(100_000.0), limits=fixed))

    assert decision.representation.id == "v1080"
    assert decision.reason is Reason.FIXED
    assert decision.explanation == "Started at 1080p: a person chose it."


def test_a_choice_that_does_not_exist_leaves_the_engine_free() -> None:
    unknown = Limits(fixed=RepresentationId("v4320"))

    decision = AbrEngine().decide(moment(estimate=estimate(3.1e6), limits=unknown))

    assert decision.reason is not Reason.FIXED


def test_a_ladder_of_one_rung_leaves_no_choice() -> None:
    film = ladder([rung(720, 2_400_000, [1_200_000] * 20)])

    decision = AbrEngine().decide(moment(film))

    assert decision.reason is Reason.FIXED
    assert decision.representation.id == "v720"


def test_a_cap_is_the_reason_only_where_it_was_what_held_quality_down() -> None:
    cap = Limits(max_height_px=720)
    engine = AbrEngine(DynamicRule())

    capped = engine.decide(moment(buffer_level_s=8.0, **_measured(20e6), limits=cap))
    network = engine.decide(moment(buffer_level_s=8.0, **_measured(3.1e6), limits=cap))

    assert (capped.representation.id, capped.reason) == ("v720", Reason.CAP)
    assert capped.explanation == "Started at 720p: the plan allows 720p at most."
    assert (network.representation.id, network.reason) == ("v720", Reason.THROUGHPUT)


def test_a_data_limit_is_named_in_words() -> None:
    limits = Limits(max_bandwidth_bps=1_500_000)

    decision = AbrEngine().decide(moment(buffer_level_s=8.0, **_measured(20e6), limits=limits))

    assert decision.explanation.endswith("data use is limited to 1.5 Mbit/s.")


def test_the_first_segment_comes_soon_whatever_the_network() -> None:
    decision = AbrEngine().decide(moment(phase=Phase.STARTUP, buffer_level_s=0.0))

    assert decision.reason is Reason.STARTUP
    assert decision.representation.id == "v240"


def test_a_prior_lifts_the_first_segment() -> None:
    engine = AbrEngine(prior=estimate(60e6, samples=0))

    decision = engine.decide(
        moment(phase=Phase.STARTUP, buffer_level_s=0.0, estimate=engine.estimate)
    )

    assert decision.representation.id == "v1080"


@pytest.mark.parametrize(("sound_bps", "first"), [(12e6, "v1080"), (2e6, "v360"), (0.2e6, "v240")])
def test_sound_that_came_first_holds_a_prior_to_what_is_true_today(
    sound_bps: float, first: str
) -> None:
    engine = AbrEngine(prior=estimate(60e6, samples=0))
    engine.observe(transfer(sound_bps, size=32_768, representation_id=RepresentationId("sound")))

    decision = engine.decide(
        moment(
            phase=Phase.STARTUP,
            buffer_level_s=0.0,
            estimate=engine.estimate,
            history=engine.history,
        )
    )

    assert decision.representation.id == first
    assert decision.reason is Reason.STARTUP


def test_a_rule_that_looks_past_the_limits_is_held_to_them() -> None:
    def greedy(context: DecisionContext) -> SwitchRequest:
        best = context.adaptation_set.representations[-1]
        return SwitchRequest(representation=best, reason=Reason.PLAN, rule="greedy", because="more")

    decision = AbrEngine(greedy).decide(moment(limits=Limits(max_height_px=480)))

    assert decision.representation.id == "v480"


def test_a_rule_without_an_opinion_leaves_it_to_the_startup_choice() -> None:
    decision = AbrEngine(_no_opinion).decide(moment(estimate=estimate(3.1e6)))

    assert decision.rule == "startup"


def test_history_holds_network_samples_only_and_is_bounded() -> None:
    engine = AbrEngine()
    engine.observe(transfer(4e6, from_store=True))
    engine.observe(transfer(4e6, duration_s=math.nan))
    assert not engine.history
    assert engine.estimate is None

    for number in range(HISTORY_SAMPLES + 6):
        engine.observe(transfer(4e6, segment_index=number))

    indexes = [sample.segment_index for sample in engine.history]
    assert indexes == list(range(6, HISTORY_SAMPLES + 6))


def test_two_rungs_of_one_height_are_told_apart_by_their_rate() -> None:
    sizes = [500_000] * 20
    film = ladder([rung(720, 1_000_000, sizes), rung(720, 1_500_000, sizes)])

    assert "720p (1.0 Mbit/s)" in AbrEngine(_no_opinion).decide(moment(film)).explanation
