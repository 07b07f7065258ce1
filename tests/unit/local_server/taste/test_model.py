"""What a profile is shown, and why."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from local_server.services.recommendation.taste.content import Library
from local_server.services.recommendation.taste.model import TasteModel
from local_server.services.recommendation.taste.values import (
    DAY_S,
    Feature,
    FeatureKind,
    Prior,
    Ranked,
    ReasonKind,
    TasteSettings,
    TitleFeatures,
    Viewing,
)
from tests.helpers.tastes import NOW_S, bare, seen

PLAIN = replace(TasteSettings(), exploration=0.0, diversity=0.0, calibration=0.0)
FILMS = Library.of(
    [
        TitleFeatures(title_id="west1", name="", genres=("Western",), people=("Ada",)),
        TitleFeatures(title_id="west2", name="", genres=("Western",), people=("ADA",)),
        TitleFeatures(title_id="west3", name="", genres=("Western",), people=("Bela",)),
        TitleFeatures(title_id="com1", name="", genres=("Comedy",), people=("Cleo",)),
        TitleFeatures(title_id="com2", name="", genres=("Comedy",), people=("Cleo",)),
        TitleFeatures(title_id="com3", name="", genres=("Comedy",), people=("Bela",)),
    ]
)


def ranked(
    model: TasteModel, history: list[Viewing], *, shares: bool = True, limit: int = 10
) -> dict[str, Ranked]:
    found = model.rank(history, shares=shares, now_s=NOW_S, limit=limit, seed=1)
    return {one.title_id: one for one in found}


def test_content_alone_finds_what_is_like_what_was_watched() -> None:
    model = TasteModel.fit([], FILMS, sharing=(), settings=PLAIN)
    found = ranked(model, seen("ann", "west1"), shares=False)
    assert list(found)[:2] == ["west2", "west3"]
    reason = found["west2"].reason
    assert reason.kind is ReasonKind.SHARED
    assert reason.title_ids == ("west1",)
    assert reason.features == (
        Feature(kind=FeatureKind.PERSON, name="ADA"),
        Feature(kind=FeatureKind.GENRE, name="Western"),
    )


def test_what_others_watched_together_goes_together() -> None:
    library = bare(*"abcdef")
    house = seen("ben", "a", "b") + seen("cem", "c", "d")
    model = TasteModel.fit(house, library, sharing={"ben", "cem"}, settings=PLAIN)
    found = ranked(model, seen("ann", "c"))
    assert next(iter(found)) == "d"
    assert found["d"].reason.kind is ReasonKind.WATCHED
    assert found["d"].reason.title_ids == ("c",)


def test_a_cold_title_is_found_by_its_content_in_a_house_full_of_histories() -> None:
    house = [
        viewing
        for n in range(8)
        for viewing in seen(f"p{n}", *(("west1", "west2") if n % 2 else ("com1", "com2")))
    ]
    model = TasteModel.fit(house, FILMS, sharing={f"p{n}" for n in range(8)}, settings=PLAIN)
    found = ranked(model, seen("ann", "west1", "west2"))
    assert next(iter(found)) == "west3"


def test_a_profile_without_history_sees_what_the_house_watches_if_it_shares() -> None:
    library = bare(*"abcd")
    house = seen("ben", "b") + seen("cem", "b")
    model = TasteModel.fit(house, library, sharing={"ben", "cem"}, settings=PLAIN)
    shared = ranked(model, [])
    assert next(iter(shared)) == "b"
    assert shared["b"].reason.kind is ReasonKind.HOUSE
    assert {one.reason.kind for one in ranked(model, [], shares=False).values()} == {
        ReasonKind.UNSEEN
    }


def test_where_nothing_else_speaks_the_newest_comes_first() -> None:
    library = Library.of(
        TitleFeatures(title_id=f"t{age}", name="", added_at_s=NOW_S - age * DAY_S)
        for age in (400, 300, 1, 200)
    )
    found = ranked(TasteModel.fit([], library, sharing=(), settings=PLAIN), [])
    assert next(iter(found)) == "t1"
    assert found["t1"].reason.kind is ReasonKind.NEW
    assert found["t400"].reason.kind is ReasonKind.UNSEEN


def test_what_is_not_wanted_pushes_what_is_like_it_down_and_explains_nothing() -> None:
    model = TasteModel.fit([], FILMS, sharing=(), settings=PLAIN)
    found = ranked(model, seen("ann", "com1") + seen("ann", "west1", weight=-1.0))
    assert list(found)[:2] == ["com2", "com3"]
    assert list(found)[-1] == "west2"
    assert "west1" not in found
    assert not any("west1" in one.reason.title_ids for one in found.values())


def test_an_owners_prior_decides_while_the_house_knows_nothing() -> None:
    library = bare(*"abcd")
    prior = Prior(title_ids=("c", "a", "gone"), rows=np.array([[1.0, 1.0, 1.0]]), weight=400.0)
    model = TasteModel.fit([], library, sharing=(), prior=prior, settings=PLAIN)
    found = ranked(model, seen("ann", "a"), shares=False)
    assert next(iter(found)) == "c"
    assert found["c"].reason.title_ids == ("a",)


@pytest.mark.parametrize(
    ("rows", "weight"),
    [
        (np.ones((2, 3)), 1.0),
        (np.ones(2), 1.0),
        (np.ones((1, 2)), -1.0),
        (np.full((1, 2), np.inf), 1.0),
    ],
)
def test_a_prior_fits_its_titles_and_is_finite(rows: np.ndarray, weight: float) -> None:
    with pytest.raises(ValueError, match="a prior"):
        Prior(title_ids=("a", "b"), rows=rows, weight=weight)


def test_a_list_is_made_for_one_profile() -> None:
    model = TasteModel.fit([], FILMS, sharing=())
    with pytest.raises(ValueError, match="one profile"):
        ranked(model, seen("ann", "west1") + seen("ben", "com1"))


def test_titles_like_another_come_by_content_and_by_what_the_house_watches_together() -> None:
    house = seen("ben", "west1", "com1")
    settings = replace(PLAIN, content_weight=20.0, regularisation=20.0)
    model = TasteModel.fit(house, FILMS, sharing={"ben"}, settings=settings)
    shared = [one.title_id for one in model.similar("west1", shares=True, limit=9)]
    alone = [one.title_id for one in model.similar("west1", shares=False, limit=9)]
    assert "com1" in shared
    reasons = {one.title_id: one.reason for one in model.similar("west1", shares=True, limit=9)}
    assert reasons["com1"].kind is ReasonKind.TOGETHER
    assert reasons["west3"].features == (Feature(kind=FeatureKind.GENRE, name="Western"),)
    assert alone == ["west2", "west3"]


def test_titles_like_another_are_only_those_allowed() -> None:
    model = TasteModel.fit([], FILMS, sharing=())
    allowed = model.mask(["west1", "west3", "com2", "gone"])
    found = model.similar("west1", shares=False, limit=9, allowed=allowed)
    assert [one.title_id for one in found] == ["west3"]
    assert model.similar("west1", shares=False, limit=9, allowed=allowed, exclude=("west3",)) == ()


def test_an_unknown_title_is_like_none() -> None:
    with pytest.raises(KeyError):
        TasteModel.fit([], FILMS, sharing=()).similar("gone", shares=False, limit=3)


def test_equal_scores_come_in_an_order_that_the_seed_decides() -> None:
    library = bare(*"abcdefgh")
    model = TasteModel.fit([], library, sharing=(), settings=PLAIN)
    orders = {
        tuple(one.title_id for one in model.rank([], shares=False, now_s=0.0, limit=8, seed=n))
        for n in range(20)
    }
    assert len(orders) > 10


def test_an_empty_library_gives_empty_lists() -> None:
    model = TasteModel.fit(seen("ann", "a"), bare(), sharing={"ann"})
    assert model.rank(seen("ann", "a"), shares=True, now_s=NOW_S, limit=5, seed=1) == ()


def test_what_the_house_watches_is_told_to_those_who_share_alone() -> None:
    library = bare(*"abc")
    house = seen("ben", "a", "b") + seen("cem", "b")
    model = TasteModel.fit(house, library, sharing={"ben", "cem"})
    popular = model.popular(shares=True, now_s=NOW_S, limit=5)
    assert [one.title_id for one in popular] == ["b", "a"]
    assert {one.reason.kind for one in popular} == {ReasonKind.HOUSE}
    assert model.popular(shares=False, now_s=NOW_S, limit=5) == ()
    assert model.trending(shares=False, now_s=NOW_S, limit=5) == ()


def test_what_rises_comes_before_what_was_always_watched() -> None:
    library = bare(*"abc")
    long_ago = [replace(one, at_s=one.at_s - 20 * DAY_S) for one in seen("ben", "a")]
    house = long_ago + seen("cem", "a") + seen("ben", "b") + seen("dot", "b")
    model = TasteModel.fit(house, library, sharing={"ben", "cem", "dot"})
    rising = model.trending(shares=True, now_s=NOW_S, limit=5, exclude=("c",))
    assert [one.title_id for one in rising] == ["b"]


def test_a_title_that_is_not_allowed_is_named_in_no_reason() -> None:
    """A child watched it before the profile was made a child's."""
    model = TasteModel.fit([], FILMS, sharing=(), settings=PLAIN)
    allowed = model.mask(["west2", "west3", "com1"])
    history = seen("ann", "com1", "west1")
    found = model.rank(history, shares=False, now_s=NOW_S, limit=9, seed=1, allowed=allowed)
    assert [one.title_id for one in found] == ["west2", "west3"]
    assert not any("west1" in one.reason.title_ids for one in found)
