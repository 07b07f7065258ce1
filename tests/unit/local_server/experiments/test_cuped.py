"""What the time before foretells is taken out; what the arm does is not."""

from __future__ import annotations

import math

import numpy as np
import pytest

from local_server.services.recommendation.experiments.cuped import adjusted


def test_the_variance_shrinks_by_the_square_of_the_correlation() -> None:
    rng = np.random.default_rng(1)
    before = rng.normal(60.0, 20.0, 400)
    now = 0.7 * before + rng.normal(0.0, 10.0, 400)
    result = adjusted(now.tolist(), before.tolist(), ["a"] * 400)
    rho = float(np.corrcoef(before, now)[0, 1])
    assert result.variance_ratio == pytest.approx(1.0 - rho**2)
    assert np.var(result.values) / np.var(now) == pytest.approx(1.0 - rho**2)
    assert np.mean(result.values) == pytest.approx(np.mean(now))
    assert result.theta == pytest.approx(0.7, abs=0.1)


def test_the_effect_of_the_arm_is_the_same_on_average_and_far_less_noisy() -> None:
    rng = np.random.default_rng(2)
    effect, runs, units = 5.0, 2_000, 20
    raw, less = [], []
    for _ in range(runs):
        arms = rng.permutation(np.repeat([0, 1], units // 2))
        before = rng.normal(60.0, 20.0, units)
        now = before + effect * arms + rng.normal(0.0, 5.0, units)
        result = np.array(adjusted(now.tolist(), before.tolist(), arms.tolist()).values)
        raw.append(now[arms == 1].mean() - now[arms == 0].mean())
        less.append(result[arms == 1].mean() - result[arms == 0].mean())
    error = float(np.std(less)) / math.sqrt(runs)
    assert abs(float(np.mean(less)) - effect) < 3 * error
    assert np.var(less) < 0.15 * np.var(raw)


def test_an_effect_of_the_arm_is_not_taken_for_one_of_the_covariate() -> None:
    before = [10.0, 20.0, 30.0, 40.0]
    values = [0.0, 0.0, 100.0, 100.0]
    result = adjusted(values, before, ["a", "a", "b", "b"])
    assert result.theta == 0.0
    assert result.values == tuple(values)


@pytest.mark.parametrize(
    ("values", "before", "arms"),
    [
        ([], [], []),
        ([3.0], [5.0], ["a"]),
        ([3.0, 4.0], [5.0, 6.0], ["a", "b"]),
        ([3.0, 4.0, 8.0], [0.1, 0.1, 0.1], ["a", "a", "a"]),
        ([3.0, 4.0, 8.0], [0.0, 0.0, 0.0], ["a", "a", "a"]),
        ([3.0, 4.0, 8.0], [None, None, None], ["a", "a", "a"]),
    ],
    ids=["no unit", "one unit", "one unit an arm", "equal", "none watched", "unknown"],
)
def test_without_information_in_the_covariate_nothing_changes(
    values: list[float], before: list[float | None], arms: list[str]
) -> None:
    result = adjusted(values, before, arms)
    assert result.values == tuple(values)
    assert (result.theta, result.variance_ratio) == (0.0, 1.0)


def test_a_unit_of_unknown_past_keeps_its_value() -> None:
    result = adjusted([1.0, 2.0, 3.0, 50.0], [10.0, 20.0, 30.0, None], ["a"] * 4)
    assert result.values[3] == 50.0
    assert result.values[0] != 1.0


def test_equal_values_stay_equal() -> None:
    result = adjusted([4.0, 4.0, 4.0], [1.0, 2.0, 3.0], ["a"] * 3)
    assert result.values == (4.0, 4.0, 4.0)
    assert result.variance_ratio == 1.0


def test_lists_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="length"):
        adjusted([1.0], [1.0, 2.0], ["a"])
