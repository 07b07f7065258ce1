"""What the measurement of recommendations hides, ranks and counts."""

from __future__ import annotations

import math
import random
from pathlib import Path

import numpy as np
import pytest

from bench.recommendation import Quality, Task, _rank
from bench.recommendation_data import (
    Events,
    drawn_events,
    drawn_titles,
    read_movies,
    read_ratings,
)
from bench.recommendation_peers import PEERS, Matinee, Peer, popularity
from local_server.services.recommendation.taste.content import Library
from tests.helpers.tastes import bare

TIED = Events(by_person={"1": (*((title, 5.0) for title in "abcdef"), ("g", 9.0))})


def test_events_of_one_second_come_in_an_order_that_the_seed_decides() -> None:
    orders = {tuple(viewing.title_id for viewing in TIED.histories(seed)[0]) for seed in range(20)}
    assert len(orders) > 10
    assert {order[-1] for order in orders} == {"g"}
    assert TIED.histories(3) == TIED.histories(3)


def test_times_are_distinct_and_ascend() -> None:
    times_s = [viewing.at_s for viewing in TIED.histories(1)[0]]
    assert times_s == sorted(set(times_s))


def test_validation_does_not_see_the_last_title() -> None:
    library = bare(*"abcdefg")
    test, validation = (Task.of(TIED, library, seeds=1, back=back) for back in (1, 2))
    assert test.hidden == [["g"]]
    assert "g" not in {viewing.title_id for viewing in validation.histories[0][0]}
    assert validation.hidden[0][0] in set("abcdef")


def test_a_rank_counts_better_titles_not_seen_and_a_share_of_the_equal() -> None:
    library = bare(*"abcde")
    scores = np.array([9.0, 2.0, 1.0, 1.0, 1.0])
    ranks = {_rank(library, scores, {"a"}, "c", random.Random(n)) for n in range(40)}
    assert ranks == {1, 2, 3}


def test_quality_by_hand() -> None:
    quality = Quality.of(np.array([[0, 2, 15, 40]]))
    assert quality.ndcg == pytest.approx((1 + 1 / math.log2(4)) / 4)
    assert quality.recall == pytest.approx(3 / 4)
    assert quality.recall_error == pytest.approx(0.25)


def test_files_are_read_as_they_are_published(tmp_path: Path) -> None:
    ratings, movies = tmp_path / "ratings.csv", tmp_path / "movies.csv"
    ratings.write_text("userId,movieId,rating,timestamp\n1,10,0.5,7\n1,20,5.0,3\n")
    movies.write_text(
        'movieId,title,genres\n10,"Heat, The (1995)",Action|Crime\n20,Odd,(no genres listed)\n'
    )
    (history,) = read_ratings(ratings).histories(1)
    assert [viewing.title_id for viewing in history] == ["20", "10"]
    known = read_movies(movies)
    assert (known["10"].name, known["10"].year) == ("Heat, The", 1995)
    assert known["10"].genres == ("Action", "Crime")
    assert (known["20"].genres, known["20"].year) == ((), None)


def test_every_peer_ranks_the_drawn_set_better_than_chance() -> None:
    titles = drawn_titles(120, seed=5)
    task = Task.of(drawn_events(titles, 40, 20, seed=6), Library.of(titles), seeds=1, back=1)
    chance = 20 / 100  # of some hundred titles that each person has not watched
    peers: dict[str, Peer] = {**PEERS, "matinee": Matinee()}
    for name, peer in peers.items():
        assert task.quality(peer).recall > chance, name
    assert 0 < task.in_household(popularity, 4, draws=2).recall < 1


def test_a_list_that_was_arranged_has_its_first_title_first() -> None:
    titles = drawn_titles(60, seed=5)
    library = Library.of(titles)
    histories = drawn_events(titles, 10, 8, seed=6).histories(1)
    scores = Matinee().listed(histories, library)(histories[0])
    assert sorted(scores[scores > 0].tolist()) == list(range(1, 21))
