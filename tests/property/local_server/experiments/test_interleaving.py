"""Neither ranking has an advantage that it does not earn."""

from __future__ import annotations

import itertools
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from local_server.services.recommendation.experiments.interleaving import (
    Drafted,
    Team,
    credit,
    draft,
    draw_seed,
    team_draft,
)

rankings = st.lists(st.sampled_from("abcdefghijkl"), unique=True, max_size=12)
short = st.lists(st.sampled_from("abcdef"), unique=True, max_size=5)
lengths = st.integers(0, 15)
OTHER = {Team.FIRST: Team.SECOND, Team.SECOND: Team.FIRST, None: None}


@given(first=rankings, second=rankings, seed=st.integers(0, 2**64 - 1), length=lengths)
def test_every_title_is_there_once_and_as_many_as_there_is_room_for(
    first: list[str], second: list[str], seed: int, length: int
) -> None:
    ids = [card.title_id for card in team_draft(first, second, seed=seed, length=length)]
    assert len(ids) == len(set(ids)) == min(length, len({*first, *second}))
    assert set(ids) <= {*first, *second}


@given(first=rankings, second=rankings, seed=st.integers(0, 2**64 - 1), length=lengths)
def test_no_team_is_ever_more_than_one_card_ahead(
    first: list[str], second: list[str], seed: int, length: int
) -> None:
    cards = team_draft(first, second, seed=seed, length=length)
    for end in range(len(cards) + 1):
        teams = Counter(card.team for card in cards[:end])
        assert abs(teams[Team.FIRST] - teams[Team.SECOND]) <= 1


@given(first=rankings, second=rankings, seed=st.integers(0, 2**64 - 1), length=lengths)
def test_each_team_shows_its_cards_in_its_own_order(
    first: list[str], second: list[str], seed: int, length: int
) -> None:
    cards = team_draft(first, second, seed=seed, length=length)
    for team, ranking in ((Team.FIRST, first), (Team.SECOND, second)):
        places = [ranking.index(card.title_id) for card in cards if card.team is team]
        assert places == sorted(places)


@given(first=rankings, second=rankings, length=lengths, coins=st.lists(st.booleans(), min_size=13))
def test_swapping_the_rankings_and_the_coins_swaps_the_teams(
    first: list[str], second: list[str], length: int, coins: list[bool]
) -> None:
    one = draft(first, second, coins=coins, length=length)
    other = draft(second, first, coins=[not coin for coin in coins], length=length)
    assert [(card.title_id, OTHER[card.team]) for card in one] == [
        (card.title_id, card.team) for card in other
    ]


@given(first=short, second=short, length=lengths)
def test_over_all_coins_every_place_is_as_often_the_ones_as_the_others(
    first: list[str], second: list[str], length: int
) -> None:
    places: Counter[tuple[int, Team | None]] = Counter()
    for coins in itertools.product((False, True), repeat=6):
        for place, card in enumerate(draft(first, second, coins=coins, length=length)):
            places[place, card.team] += 1
    for place in range(length):
        assert places[place, Team.FIRST] == places[place, Team.SECOND]


def test_seeds_toss_fair_coins() -> None:
    begun = Counter(
        team_draft("abc", "xyz", seed=draw_seed("trial", "anna", f"day {day}"), length=1)[0].team
        for day in range(2_000)
    )
    assert abs(begun[Team.FIRST] - 1_000) < 3 * 2_000**0.5 / 2


@given(seed=st.integers(0, 2**64 - 1), ranking=rankings, other=rankings)
def test_the_same_seed_draws_the_same_row(seed: int, ranking: list[str], other: list[str]) -> None:
    one, again = (team_draft(ranking, other, seed=seed, length=10) for _ in range(2))
    assert one == again


def test_plays_are_credited_to_the_team_of_the_card_and_once() -> None:
    cards = (
        Drafted(title_id="a", team=Team.FIRST),
        Drafted(title_id="b", team=Team.SECOND),
        Drafted(title_id="c", team=Team.SECOND),
        Drafted(title_id="d", team=None),
    )
    assert credit(cards, ["b", "b", "d", "elsewhere"]) == {Team.FIRST: 0, Team.SECOND: 1}
    assert credit(cards, ["a", "b", "c"]) == {Team.FIRST: 1, Team.SECOND: 2}


def test_the_rest_of_a_longer_ranking_earns_nothing() -> None:
    cards = team_draft("abcd", "a", seed=1, length=10)
    assert [card.title_id for card in cards] == ["a", "b", "c", "d"]
    assert [card.team for card in cards[1:]] == [None, None, None]
