"""Observations become figures, by draw or by profile."""

from __future__ import annotations

import math

import numpy as np
import pytest

from local_server.services.recommendation.experiments.tally import (
    Observation,
    PreferenceTally,
    ProfileTally,
)

ALPHA = 0.05


def play(arm: str, draw: str, profile: str = "anna") -> Observation:
    return Observation(profile_id=profile, arm=arm, value=1.0, draw_id=draw)


def evening(profile: str, arm: str, minutes: float, *, before: float | None = None) -> Observation:
    return Observation(profile_id=profile, arm=arm, value=minutes, before=before)


def test_a_draw_counts_once_and_its_first_play_decides() -> None:
    tally = PreferenceTally("taste", "popular")
    assert tally.add(play("popular", "monday"))
    assert not tally.add(play("taste", "monday"))
    assert tally.add(play("popular", "monday", profile="ben"))
    assert tally.add(play("taste", "tuesday"))
    figure = tally.figure(ALPHA)
    assert figure.n == 3
    assert figure.effect == pytest.approx(1 / 3)
    assert figure.low < figure.effect < figure.high
    assert (tally.arm("taste").observations, tally.arm("popular").profiles) == (1, 2)
    assert tally.arm("popular").mean == pytest.approx(2 / 3)


def test_nothing_seen_is_nothing_known() -> None:
    for tally in (PreferenceTally("a", "b"), ProfileTally("a", "b")):
        figure = tally.figure(ALPHA)
        assert (figure.n, figure.effect, figure.log_evidence) == (0, 0.0, 0.0)
        assert tally.arm("a").mean == 0.0


def test_the_effect_is_the_second_arms_advantage_over_the_first() -> None:
    tally = ProfileTally("a", "b")
    for profile, arm, minutes in (("p", "a", 10), ("p", "a", 30), ("q", "b", 50), ("r", "b", 70)):
        tally.add(evening(profile, arm, minutes))
    assert tally.figure(ALPHA).effect == pytest.approx(40.0)
    assert tally.arm("a").mean == pytest.approx(20.0)
    assert (tally.arm("b").profiles, tally.arm("b").observations) == (2, 2)


def test_many_evenings_of_one_profile_are_one_profile() -> None:
    tally = ProfileTally("a", "b")
    for n in range(500):
        tally.add(evening("p", "a", 10.0 + n % 3))
        tally.add(evening("q", "b", 90.0 + n % 3))
    figure = tally.figure(ALPHA)
    assert (figure.low, figure.high) == (-math.inf, math.inf)
    assert figure.log_evidence == 0.0


def test_profiles_that_do_not_differ_at_all_say_nothing() -> None:
    tally = ProfileTally("a", "b")
    for n in range(6):
        tally.add(evening(f"p{n}", "ab"[n % 2], (0.1, 0.3)[n % 2]))
    assert tally.figure(ALPHA).log_evidence == 0.0


def test_the_time_before_makes_the_interval_narrower() -> None:
    rng = np.random.default_rng(3)
    with_past, without = ProfileTally("a", "b"), ProfileTally("a", "b")
    for n in range(16):
        before = float(rng.normal(60.0, 20.0))
        minutes = before + float(rng.normal(0.0, 4.0))
        with_past.add(evening(f"p{n}", "ab"[n % 2], minutes, before=before))
        without.add(evening(f"p{n}", "ab"[n % 2], minutes))
    narrow, wide = with_past.figure(ALPHA), without.figure(ALPHA)
    assert narrow.high - narrow.low < 0.5 * (wide.high - wide.low)
    assert (with_past.variance_ratio() or 1.0) < 0.25
    assert without.variance_ratio() == 1.0


@pytest.mark.parametrize("per_arm", [3, 6])
def test_looking_every_week_raises_no_false_alarms_when_nothing_differs(per_arm: int) -> None:
    rng = np.random.default_rng(4)
    runs, weeks, alarms = 400, 10, 0
    for _ in range(runs):
        tally = ProfileTally("a", "b")
        level = rng.normal(60.0, 20.0, (2, per_arm))
        past = level + rng.normal(0.0, 8.0, (2, per_arm))
        for week in rng.normal(level, 15.0, (weeks, 2, per_arm)):
            for (arm, n), minutes in np.ndenumerate(week):
                tally.add(evening(f"{arm}{n}", "ab"[arm], minutes, before=float(past[arm, n])))
            if tally.figure(ALPHA).log_evidence >= -math.log(ALPHA):
                alarms += 1
                break
    assert alarms / runs <= ALPHA + 3 * math.sqrt(ALPHA * (1 - ALPHA) / runs)


def test_an_arm_that_does_much_is_found_with_enough_profiles() -> None:
    rng = np.random.default_rng(5)
    tally = ProfileTally("a", "b")
    for n in range(24):
        before = float(rng.normal(60.0, 20.0))
        for _ in range(10):
            minutes = before + 25.0 * (n % 2) + float(rng.normal(0.0, 15.0))
            tally.add(evening(f"p{n}", "ab"[n % 2], minutes, before=before))
    figure = tally.figure(ALPHA)
    assert figure.log_evidence > -math.log(ALPHA)
    assert 0.0 < figure.low < 25.0 < figure.high
