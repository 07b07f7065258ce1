"""Whatever a house has watched: the lists it is shown are lists one can show."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_server.services.recommendation.taste.arrange import Pool, arranged
from local_server.services.recommendation.taste.explore import chances, draw
from local_server.services.recommendation.taste.model import TasteModel
from local_server.services.recommendation.taste.row_order import Moment, RowOrder, RowOutcome
from local_server.services.recommendation.taste.values import TasteSettings, Viewing
from tests.helpers.tastes import LIBRARY, NOW_S, PROFILES, TITLE_IDS, of, viewings

seeds = st.integers(0, 2**63)
weights = st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=30).map(np.array)


@given(
    viewings(),
    st.sets(st.sampled_from(TITLE_IDS)),
    st.sets(st.sampled_from((*TITLE_IDS, "gone"))),
    st.integers(0, 20),
    seeds,
)
def test_a_list_holds_only_what_may_be_shown_and_that_once(
    house: list[Viewing],
    allowed: set[str],
    exclude: set[str],
    limit: int,
    seed: int,
) -> None:
    model = TasteModel.fit(house, LIBRARY, sharing=PROFILES)
    mine = of("ann", house)
    found = model.rank(
        mine,
        shares=bool(seed % 2),
        now_s=NOW_S,
        limit=limit,
        seed=seed,
        allowed=model.mask(allowed),
        exclude=exclude,
    )
    possible = allowed - exclude - {viewing.title_id for viewing in mine}
    ids = [ranked.title_id for ranked in found]
    assert len(set(ids)) == len(ids) == min(limit, len(possible))
    assert set(ids) <= possible
    assert all(0 < ranked.propensity <= 1 for ranked in found)
    assert all(set(ranked.reason.title_ids) <= allowed for ranked in found)


@given(viewings(), seeds)
def test_the_same_seed_gives_the_same_list(house: list[Viewing], seed: int) -> None:
    lists = [
        TasteModel.fit(house, LIBRARY, sharing=PROFILES).rank(
            of("ben", house), shares=True, now_s=NOW_S, limit=10, seed=seed
        )
        for _ in range(2)
    ]
    assert lists[0] == lists[1]


@given(viewings())
def test_scores_are_numbers(house: list[Viewing]) -> None:
    model = TasteModel.fit(house, LIBRARY, sharing=PROFILES)
    assert np.isfinite(model.scores(of("ann", house), shares=True, now_s=NOW_S)).all()


@given(viewings())
def test_a_score_is_the_sum_of_what_the_titles_watched_add_to_it(house: list[Viewing]) -> None:
    """Apart from the mean, which is the same for all titles."""
    model = TasteModel.fit(house, LIBRARY, sharing=PROFILES)
    mine = of("ann", house)
    opinion = model.house.opinion(model.history(mine), now_s=NOW_S)
    others = np.setdiff1d(np.arange(len(LIBRARY)), model.history(mine).titles)
    _, shares = opinion.shares.of(others)
    rest = opinion.taste[others] - shares.sum(axis=1)
    assert np.allclose(rest, rest[:1], atol=1e-6)


@given(weights, st.floats(0, 1), st.data())
def test_the_chances_of_a_place_add_up_to_one(
    given_weights: np.ndarray, share: float, data: st.DataObject
) -> None:
    best = data.draw(st.integers(0, len(given_weights) - 1))
    likely = chances(best, given_weights, share=share)
    assert likely.sum() == pytest.approx(1.0)
    assert likely[best] >= 1 - share
    assert likely[draw(likely, np.random.default_rng(data.draw(seeds)))] > 0


@given(st.integers(1, 12), st.integers(0, 15), seeds, st.floats(0, 1))
def test_a_propensity_is_that_of_the_title_at_its_place(
    size: int, limit: int, seed: int, share: float
) -> None:
    """What was drawn comes by its share; the best comes by that and by all the rest."""
    random = np.random.default_rng(1)
    pool = Pool(
        scores=random.random(size),
        points=np.zeros((size, 2)),
        genres=np.zeros((size, 0)),
        wanted_genres=np.zeros(0),
    )
    settings = replace(TasteSettings(), exploration=share)
    chosen = arranged(pool, limit=limit, settings=settings, random=np.random.default_rng(seed))
    left = list(range(size))
    for choice in chosen:
        best = max(left, key=lambda candidate: pool.scores[candidate])
        drawn = share / len(left)
        expected = drawn + (1 - share) * (choice.candidate == best)
        assert choice.propensity == pytest.approx(expected)
        left.remove(choice.candidate)


rows = st.lists(st.sampled_from("abcdefg"), unique=True, max_size=7)
moments = st.builds(
    Moment,
    hour=st.integers(0, 23),
    weekday=st.integers(0, 6),
    device=st.sampled_from(("television", "telephone")),
)


@st.composite
def outcomes(draw_: st.DrawFn) -> RowOutcome:
    seen = draw_(st.floats(0, 50))
    return RowOutcome(
        row_id=draw_(st.sampled_from("abcdefg")),
        moment=draw_(moments),
        seen=seen,
        played=seen * draw_(st.floats(0, 1)),
    )


@given(rows, st.lists(outcomes(), max_size=20), moments, seeds)
def test_rows_are_ordered_completely_and_the_same_way_each_time(
    designed: list[str], past: list[RowOutcome], moment: Moment, seed: int
) -> None:
    placed = RowOrder.fit(past).order(designed, moment, seed=seed)
    assert sorted(row.row_id for row in placed) == sorted(designed)
    assert all(0 < row.propensity <= 1 and 0 < row.expected < 1 for row in placed)
    assert placed == RowOrder.fit(past[::-1]).order(designed, moment, seed=seed)
    if placed:
        assert placed[-1].propensity == pytest.approx(1.0)
