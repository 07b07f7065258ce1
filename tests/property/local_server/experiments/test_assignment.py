"""A profile stays in its arm, whatever else happens."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_server.services.recommendation.experiments.assignment import assign

words = st.text(max_size=20)
arms = st.dictionaries(
    st.sampled_from(["taste", "popular", "content", "newest"]),
    st.floats(0.1, 10.0),
    min_size=1,
)


@given(experiment=words, profile=words, arms=arms, salt=words)
def test_the_order_of_the_arms_does_not_matter(
    experiment: str, profile: str, arms: dict[str, float], salt: str
) -> None:
    turned = dict(reversed(arms.items()))
    assert assign(experiment, profile, arms, salt=salt) == assign(
        experiment, profile, turned, salt=salt
    )


@given(experiment=words, profile=words, arms=arms, weight=st.floats(0.1, 10.0))
def test_an_arm_that_is_added_moves_profiles_to_itself_alone(
    experiment: str, profile: str, arms: dict[str, float], weight: float
) -> None:
    before = assign(experiment, profile, arms, salt="s")
    after = assign(experiment, profile, {**arms, "added": weight}, salt="s")
    assert after in {before, "added"}


@given(experiment=words, profile=words, arms=arms, factor=st.sampled_from([0.5, 2.0, 4.0]))
def test_only_the_ratio_of_the_weights_counts(
    experiment: str, profile: str, arms: dict[str, float], factor: float
) -> None:
    scaled = {arm: weight * factor for arm, weight in arms.items()}
    assert assign(experiment, profile, arms, salt="s") == assign(
        experiment, profile, scaled, salt="s"
    )


def test_arms_get_their_shares() -> None:
    counts = Counter(
        assign("trial", f"profile {n}", {"one": 1.0, "three": 3.0}, salt="s") for n in range(4_000)
    )
    assert abs(counts["three"] - 3_000) < 3 * (4_000 * 0.75 * 0.25) ** 0.5


def test_experiments_split_independently_of_each_other() -> None:
    arms = {"a": 1.0, "b": 1.0}
    both = Counter(
        (assign("one", f"p{n}", arms, salt="s"), assign("two", f"p{n}", arms, salt="s"))
        for n in range(4_000)
    )
    assert all(abs(count - 1_000) < 3 * (4_000 * 0.25 * 0.75) ** 0.5 for count in both.values())
    assert len(both) == 4


def test_words_are_not_run_together() -> None:
    arms = {"a": 1.0, "b": 1.0}
    pairs = (
        (assign("x", f"y{n}", arms, salt="s"), assign(f"xy{n}", "", arms, salt="s"))
        for n in range(64)
    )
    assert any(one != other for one, other in pairs)


@pytest.mark.parametrize("weight", [0.0, -1.0, float("inf"), float("nan")])
def test_impossible_weights_are_refused(weight: float) -> None:
    with pytest.raises(ValueError, match="weight"):
        assign("trial", "anna", {"a": weight, "b": 1.0}, salt="s")
    with pytest.raises(ValueError, match="arms"):
        assign("trial", "anna", {}, salt="s")
