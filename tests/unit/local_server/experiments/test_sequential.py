"""One may look after every observation: false alarms stay rare, and differences are found."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from local_server.services.recommendation.experiments.sequential import (
    log_evidence_of_mean,
    log_evidence_of_preference,
    mean_interval,
    p_value,
    preference_interval,
)
from local_server.services.recommendation.experiments.tally import MIXING_PER_SD

RUNS, LOOKS, ALPHA = 2_000, 500, 0.05
MOST_FALSE_ALARMS = ALPHA + 3 * math.sqrt(ALPHA * (1 - ALPHA) / RUNS)
N = np.arange(1, LOOKS + 1)
Z_FIXED = 1.959964  # of a test that looks once

Runs = NDArray[np.bool_]


def tosses(share: float, seed: int) -> NDArray[np.int64]:
    """Wins so far, by run and look."""
    rng = np.random.default_rng(seed)
    return (rng.random((RUNS, LOOKS)) < share).cumsum(axis=1)


def needed_wins() -> NDArray[np.int64]:
    """The fewest wins at each look that reach the boundary from above."""
    log_bound = -math.log(ALPHA)
    fewest = []
    for n in range(1, LOOKS + 1):
        wins = (n + 1) // 2
        while wins <= n and log_evidence_of_preference(wins, n - wins) < log_bound:
            wins += 1
        fewest.append(wins)
    return np.array(fewest)


def crossings_of_preference(wins: NDArray[np.int64]) -> Runs:
    needed = needed_wins()
    return np.asarray((wins >= needed) | (N - wins >= needed))


def means(effect: float, seed: int) -> NDArray[np.float64]:
    """Difference of two arms' means so far, with one unit of deviation 1 per arm and look."""
    rng = np.random.default_rng(seed)
    steps = rng.normal(effect, math.sqrt(2.0), (RUNS, LOOKS))
    return np.asarray(steps.cumsum(axis=1) / N)


def half_widths(mixing_sd: float) -> NDArray[np.float64]:
    intervals = (
        mean_interval(0.0, variance=2.0 / n, mixing_sd=mixing_sd, alpha=ALPHA) for n in N.tolist()
    )
    return np.array([interval.high for interval in intervals])


def share_of_runs(crossings: Runs) -> float:
    return float(crossings.any(axis=1).mean())


def test_looking_at_every_preference_raises_false_alarms_for_a_fixed_test_alone() -> None:
    wins = tosses(0.5, seed=1)
    naive = np.abs(2 * wins - N) >= Z_FIXED * np.sqrt(N)
    assert share_of_runs(crossings_of_preference(wins)) <= MOST_FALSE_ALARMS
    assert share_of_runs(naive[:, 9:]) > 0.2


@pytest.mark.parametrize("mixing_sd", [0.05, 0.3, 2.0])
def test_looking_at_every_mean_raises_false_alarms_for_a_fixed_test_alone(mixing_sd: float) -> None:
    effects = means(0.0, seed=2)
    naive = np.abs(effects) >= Z_FIXED * np.sqrt(2.0 / N)
    assert share_of_runs(np.abs(effects) >= half_widths(mixing_sd)) <= MOST_FALSE_ALARMS
    assert share_of_runs(naive) > 0.2


def test_a_preference_is_found_and_a_stronger_one_sooner() -> None:
    weak, strong = (crossings_of_preference(tosses(share, seed=3)) for share in (0.6, 0.7))
    assert share_of_runs(weak) > 0.9
    assert share_of_runs(strong) > 0.999
    first = [np.median(np.where(c.any(axis=1), c.argmax(axis=1), LOOKS)) for c in (weak, strong)]
    assert first[1] < 60 < first[0]


def test_a_difference_of_means_is_found() -> None:
    assert share_of_runs(np.abs(means(0.3, seed=4)) >= half_widths(0.3)) > 0.9


def test_the_intervals_cover_the_truth_at_all_looks_at_once() -> None:
    covered = np.abs(means(0.3, seed=5) - 0.3) < half_widths(0.3)
    assert 1.0 - covered.all(axis=1).mean() <= MOST_FALSE_ALARMS
    wins = tosses(0.65, seed=6)[:300, ::10]
    missed = 0
    for run in wins:
        for n, won in zip(N[::10].tolist(), run.tolist(), strict=True):
            interval = preference_interval(won, n - won, alpha=ALPHA)
            if not interval.low <= 0.65 <= interval.high:
                missed += 1
                break
    assert missed / 300 <= ALPHA + 3 * math.sqrt(ALPHA * (1 - ALPHA) / 300)


@pytest.mark.parametrize("per_arm", [3, 5, 8])
@pytest.mark.parametrize("between_variance", [0.0, 0.3])
def test_few_profiles_watched_for_long_raise_no_false_alarms(
    per_arm: int, between_variance: float
) -> None:
    rng = np.random.default_rng(7)
    runs, days = 1_000, 100
    level = rng.normal(0.0, math.sqrt(between_variance), (runs, 2, per_arm, 1))
    daily = level + rng.normal(0.0, 1.0, (runs, 2, per_arm, days))
    profile = daily.cumsum(axis=-1) / np.arange(1, days + 1)
    effect = profile[:, 1].mean(axis=1) - profile[:, 0].mean(axis=1)
    square = profile.var(axis=2, ddof=1).mean(axis=1)
    # The half width in units of the profiles' deviation is the same at every look.
    unit = mean_interval(
        0.0,
        variance=2.0 / per_arm,
        mixing_sd=MIXING_PER_SD,
        alpha=ALPHA,
        freedom=2.0 * per_arm - 2.0,
    )
    alarms = share_of_runs(np.abs(effect) >= unit.high * np.sqrt(square))
    assert alarms <= ALPHA + 3 * math.sqrt(ALPHA * (1 - ALPHA) / runs)

    days_as_units = Z_FIXED * np.sqrt(2.0 * square / per_arm)
    assert share_of_runs(np.abs(effect) >= days_as_units) > 0.2


def test_two_profiles_an_arm_can_never_decide() -> None:
    interval = mean_interval(9.0, variance=1.0, mixing_sd=MIXING_PER_SD, alpha=ALPHA, freedom=2.0)
    assert (interval.low, interval.high) == (-math.inf, math.inf)


def test_the_evidence_is_the_product_of_what_each_toss_was_worth() -> None:
    wins = losses = 0
    product, prior = 1.0, 6.0
    for won in (True, True, False, True, True, True, False, True):
        ahead = wins if won else losses
        product *= (prior + ahead) / (2 * prior + wins + losses) / 0.5
        wins, losses = wins + won, losses + (not won)
        assert log_evidence_of_preference(wins, losses) == pytest.approx(math.log(product))


def test_before_anything_is_seen_nothing_is_known() -> None:
    assert log_evidence_of_preference(0, 0) == 0.0
    interval = preference_interval(0, 0, alpha=ALPHA)
    assert interval.low < 0.001
    assert interval.high > 0.999


def test_the_p_value_never_rises_and_stays_a_probability() -> None:
    assert p_value(-3.0) == 1.0
    assert p_value(math.log(40)) == pytest.approx(0.025)
    assert p_value(math.log(2), lowest_before=0.025) == 0.025
    assert p_value(1e6) == 0.0


def test_much_freedom_is_a_known_variance() -> None:
    many, known = (
        log_evidence_of_mean(0.7, variance=0.04, mixing_sd=0.5, freedom=f) for f in (1e7, math.inf)
    )
    assert many == pytest.approx(known, rel=1e-5)
