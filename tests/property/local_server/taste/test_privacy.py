"""What is deleted was never there, and who keeps to themselves is heard by nobody."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from local_server.services.recommendation.taste.content import Library
from local_server.services.recommendation.taste.model import TasteModel
from local_server.services.recommendation.taste.values import Ranked, ReasonKind, Viewing
from tests.helpers.tastes import (
    LIBRARY,
    NOW_S,
    PROFILES,
    TITLE_IDS,
    of,
    viewings,
    written,
)

SHARING = frozenset(PROFILES)
some_profile = st.sampled_from(PROFILES)


def shown(model: TasteModel, history: list[Viewing], *, shares: bool) -> tuple[Ranked, ...]:
    return model.rank(history, shares=shares, now_s=NOW_S, limit=8, seed=5)


@given(viewings(), some_profile)
def test_a_profile_that_was_deleted_was_never_there(house: list[Viewing], gone: str) -> None:
    before = TasteModel.fit(house, LIBRARY, sharing=SHARING)
    kept = [viewing for viewing in house if viewing.profile_id != gone]
    after = before.refitted(kept, sharing=SHARING - {gone})
    never = TasteModel.fit(kept, LIBRARY, sharing=SHARING - {gone})
    assert written(after) == written(never)


@given(viewings(), st.integers(0))
def test_a_viewing_that_was_deleted_was_never_there(house: list[Viewing], which: int) -> None:
    before = TasteModel.fit(house, LIBRARY, sharing=SHARING)
    kept = [viewing for n, viewing in enumerate(house) if n != which % max(len(house), 1)]
    after = before.refitted(kept, sharing=SHARING)
    assert written(after) == written(TasteModel.fit(kept, LIBRARY, sharing=SHARING))


@given(viewings(), st.sampled_from(TITLE_IDS))
def test_a_title_that_was_deleted_was_never_there(house: list[Viewing], gone: str) -> None:
    library = Library.of(title for title in LIBRARY.titles if title.title_id != gone)
    kept = [viewing for viewing in house if viewing.title_id != gone]
    after = TasteModel.fit(house, library, sharing=SHARING)
    assert written(after) == written(TasteModel.fit(kept, library, sharing=SHARING))
    assert gone.encode() not in written(after)


@given(st.data(), viewings())
def test_neither_the_order_of_arrival_nor_that_of_titles_matters(
    data: st.DataObject, house: list[Viewing]
) -> None:
    other = data.draw(st.permutations(house))
    library = Library.of(data.draw(st.permutations(LIBRARY.titles)))
    one = TasteModel.fit(house, LIBRARY, sharing=SHARING)
    assert written(one) == written(TasteModel.fit(other, library, sharing=SHARING))
    mine = of("ann", house)
    assert shown(one, mine, shares=True) == shown(one, of("ann", other), shares=True)


@given(viewings(), viewings(("ben",)), some_profile)
def test_who_does_not_share_changes_nothing_for_anybody(
    house: list[Viewing], instead: list[Viewing], asking: str
) -> None:
    """Whatever ben watches, as long as he does not share it: the others see the same."""
    others = [viewing for viewing in house if viewing.profile_id != "ben"]
    sharing = SHARING - {"ben"}
    one, other = (
        TasteModel.fit(house, LIBRARY, sharing=sharing),
        TasteModel.fit(others + instead, LIBRARY, sharing=sharing),
    )
    assert written(one) == written(other)
    if asking != "ben":
        mine = of(asking, house)
        assert shown(one, mine, shares=True) == shown(other, mine, shares=True)


@given(viewings(("ann",)), viewings(PROFILES[1:]), viewings(PROFILES[1:]))
def test_who_does_not_share_sees_nothing_of_the_others(
    mine: list[Viewing], house: list[Viewing], instead: list[Viewing]
) -> None:
    """The others share; what ann sees is the same to the byte, whatever they watch."""
    sharing = SHARING - {"ann"}
    lists = [
        (
            shown(model, mine, shares=False),
            model.similar("t03", shares=False, limit=5),
            model.scores(mine, shares=False, now_s=NOW_S),
        )
        for model in (
            TasteModel.fit(mine + others, LIBRARY, sharing=sharing) for others in (house, instead)
        )
    ]
    assert written(lists[0]) == written(lists[1])
    assert ReasonKind.HOUSE not in {ranked.reason.kind for ranked in lists[0][0]}


@given(viewings(), some_profile, st.booleans())
def test_reasons_cite_only_what_the_profile_itself_liked(
    house: list[Viewing], asking: str, shares: bool
) -> None:
    model = TasteModel.fit(house, LIBRARY, sharing=SHARING)
    mine = of(asking, house)
    liked = {viewing.title_id for viewing in mine if viewing.weight > 0}
    for ranked in shown(model, mine, shares=shares):
        assert set(ranked.reason.title_ids) <= liked
        personal = ranked.reason.kind in {ReasonKind.WATCHED, ReasonKind.SHARED}
        assert personal == bool(ranked.reason.title_ids)
    for ranked in model.similar("t03", shares=shares, limit=5):
        assert ranked.reason.title_ids == ()


@given(viewings(), some_profile)
def test_features_named_in_a_reason_are_shared_with_the_cited(
    house: list[Viewing], asking: str
) -> None:
    model = TasteModel.fit(house, LIBRARY, sharing=SHARING)
    titles = {title.title_id: title for title in LIBRARY.titles}
    for ranked in shown(model, of(asking, house), shares=True):
        mine = titles[ranked.title_id]
        for feature in ranked.reason.features:
            cited = [titles[title_id] for title_id in ranked.reason.title_ids]
            assert feature.name in mine.genres + mine.people
            assert any(feature.name in one.genres + one.people for one in cited)
