"""Caps from outside the network, each with its own words."""

from __future__ import annotations

import pytest

from abr.context import Cap, Limits
from abr.decision import Reason
from abr.engine import AbrEngine
from abr.media import RepresentationId
from abr.rules.throughput import ThroughputRule
from tests.helpers.films import estimate, moment, steady_film

LADDER = steady_film().representations
V480, V1080 = RepresentationId("v480"), RepresentationId("v1080")


def heights(limits: Limits) -> list[int]:
    return [r.height_px for r in limits.allowed(LADDER)]


@pytest.mark.parametrize(
    ("screen_px", "highest"),
    [(1, 240), (240, 240), (241, 360), (700, 720), (720, 720), (721, 1080), (2160, 1080)],
)
def test_the_screen_caps_at_the_smallest_that_fills_it(screen_px: int, highest: int) -> None:
    assert heights(Limits(screen_height_px=screen_px))[-1] == highest


def test_a_device_that_drops_frames_gets_what_is_below() -> None:
    assert heights(Limits(too_heavy=V480)) == [240, 360]
    assert heights(Limits(too_heavy=RepresentationId("v240"))) == [240]
    assert heights(Limits(too_heavy=RepresentationId("another film's"))) == heights(Limits())


def test_what_a_person_fixed_is_held_to_the_plan_alone() -> None:
    tight = {"screen_height_px": 100, "max_bandwidth_bps": 1, "too_heavy": V480}
    assert heights(Limits(fixed=V1080, **tight)) == [1080]  # type: ignore[arg-type]
    assert heights(Limits(fixed=V1080, max_height_px=720)) == [240, 360, 480, 720]


@pytest.mark.parametrize(
    ("limits", "cap", "words"),
    [
        (Limits(max_height_px=480), Cap.PLAN, "the plan allows 480p at most"),
        (
            Limits(screen_height_px=400),
            Cap.SCREEN,
            "the picture is 400 pixels tall on this screen",
        ),
        (
            Limits(max_bandwidth_bps=1_200_000),
            Cap.DATA_SAVER,
            "data use is limited to 1.2 Mbit/s",
        ),
        (
            Limits(too_heavy=RepresentationId("v720")),
            Cap.DROPPED_FRAMES,
            "this device drops frames at 720p",
        ),
    ],
)
def test_every_cap_is_told_in_its_own_words(limits: Limits, cap: Cap, words: str) -> None:
    context = moment(buffer_level_s=8.0, estimate=estimate(20e6), limits=limits)

    decision = AbrEngine(ThroughputRule()).decide(context)

    assert (decision.representation.id, decision.reason) == (V480, Reason.CAP)
    assert decision.explanation == f"Started at 480p: {words}."
    assert decision.considered[-1].note == words
    assert limits.against(LADDER[-1], LADDER) == (cap,)


def test_caps_that_agree_are_told_together_and_one_that_forbids_nothing_is_not() -> None:
    limits = Limits(max_height_px=480, screen_height_px=480, max_bandwidth_bps=100_000_000)

    decision = AbrEngine(ThroughputRule()).decide(
        moment(buffer_level_s=8.0, estimate=estimate(20e6), limits=limits)
    )

    assert decision.explanation.endswith(
        ": the plan allows 480p at most and the picture is 480 pixels tall on this screen."
    )
