"""What was seen and played moves the odds; what cannot be does not."""

from __future__ import annotations

import json
import math

import pytest

from abr.likelihood import DOUBT_S, SOON_S, Likelihood, Signal, SignalKind


def focus(title_id: str = "film", held_s: float = 2.0, group: str = "") -> Signal:
    return Signal(kind=SignalKind.FOCUS, title_id=title_id, held_s=held_s, group=group)


def test_hits_raise_and_misses_lower_the_odds() -> None:
    likelihood = Likelihood()
    start = likelihood.probability((focus(),), 20)
    for n in range(5):
        likelihood.saw((focus(),), 20, n)
        likelihood.played("film", "", 20, n + 0.5)
    raised = likelihood.probability((focus("another"),), 20)
    for n in range(20):
        likelihood.saw((focus(f"t{n}"),), 20, 10.0)
    likelihood.settle(11.0 + SOON_S)
    lowered = likelihood.probability((focus("another"),), 20)

    assert start < raised
    assert lowered < raised


def test_a_longer_look_says_more_than_a_glance() -> None:
    likelihood = Likelihood()
    glance, look = (likelihood.probability((focus(held_s=s),), 20) for s in (0.1, 30.0))
    assert glance < look


def test_a_play_in_time_is_a_hit_and_a_late_one_a_miss() -> None:
    in_time, late = Likelihood(), Likelihood()
    for likelihood, after_s in ((in_time, SOON_S - 1), (late, SOON_S + 1)):
        likelihood.saw((focus(),), 20, 0.0)
        likelihood.played("film", "", 20, after_s)
    assert late.probability((focus(),), 20) < in_time.probability((focus(),), 20)


def test_a_miss_that_is_played_after_all_becomes_a_hit() -> None:
    at_once, later, never = Likelihood(), Likelihood(), Likelihood()
    for likelihood in (at_once, later, never):
        likelihood.saw((focus(),), 20, 0.0)
    at_once.played("film", "", 20, 1.0)
    for likelihood in (later, never):
        likelihood.settle(DOUBT_S + 1)
    doubted = later.probability((focus("x"),), 20)
    later.played("film", "", 20, DOUBT_S + 2)
    never.settle(SOON_S + 1)

    assert doubted == never.probability((focus("x"),), 20)
    assert doubted < later.probability((focus("x"),), 20)
    assert later.to_json()["cells"] == at_once.to_json()["cells"]


def test_a_play_that_could_not_use_what_was_fetched_is_a_miss() -> None:
    useful, useless, doubted = Likelihood(), Likelihood(), Likelihood()
    for likelihood in (useful, useless, doubted):
        likelihood.saw((focus(),), 20, 0.0)
    doubted.settle(DOUBT_S + 1)
    useful.played("film", "", 20, DOUBT_S + 2)
    for likelihood in (useless, doubted):
        likelihood.played("film", "", 20, DOUBT_S + 2, useful=False)

    hit, *misses = (li.probability((focus("x"),), 20) for li in (useful, useless, doubted))
    assert misses[0] == misses[1] < hit


def test_parts_of_the_day_differ() -> None:
    likelihood = Likelihood()
    for n in range(20):
        for hour, title in ((8, "morning"), (21, "evening")):
            likelihood.saw((focus(f"{title}-{n}"),), hour, 0.0)
        likelihood.played(f"evening-{n}", "", 21, 1.0)
    likelihood.settle(2 + SOON_S)
    assert likelihood.probability((focus("x"),), 8) < likelihood.probability((focus("x"),), 21)


def test_what_is_watched_at_this_time_of_day_becomes_a_habit() -> None:
    likelihood = Likelihood()
    episode = focus("e9", group="series")
    before = likelihood.probability((episode,), 21)
    for n in range(4):
        likelihood.played(f"e{n}", "series", 21, float(n))
    assert likelihood.probability((episode,), 21) > before
    assert likelihood.probability((episode,), 9) == before


def test_old_evidence_fades() -> None:
    likelihood = Likelihood()
    for n in range(500):
        likelihood.saw((focus(f"a{n}"),), 20, 0.0)
    likelihood.settle(1 + SOON_S)
    for n in range(60):
        likelihood.saw((focus("b"),), 20, 2e5 + n)
        likelihood.played("b", "", 20, 2e5 + n)
    assert likelihood.probability((focus("c"),), 20) > 0.6


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, -1.0])
def test_impossible_values_teach_nothing(value: float) -> None:
    likelihood = Likelihood()
    likelihood.saw((focus(held_s=value),), 20, 0.0)
    likelihood.played("film", "", 99, 1.0)
    likelihood.settle(math.nan)
    if not value >= 0 or math.isinf(value):
        assert likelihood.probability((focus(held_s=value),), 20) == 0.0
    assert likelihood.to_json()["cells"] == {}


def test_it_survives_json() -> None:
    likelihood = Likelihood()
    for n in range(9):
        likelihood.saw((focus(f"t{n}"), Signal(kind=SignalKind.TOP, title_id=f"t{n}")), n, n)
        likelihood.played(f"t{n // 2}", "", n, n + 0.1)
    text = json.dumps(likelihood.to_json(), allow_nan=False)
    again = Likelihood.from_json(json.loads(text))
    assert again.to_json() == likelihood.to_json()


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        {"format": 99},
        {"format": 1, "cells": [], "habits": 3, "open": "x"},
        {"format": 1, "cells": {"a": [math.nan, 1], "b": [1], "c": "x", "d": [-1, 2]}},
        {"format": 1, "open": {"t": {"c": math.inf}, "u": 1}, "habits": {"h": True}},
    ],
)
def test_what_is_no_likelihood_is_left_out(document: object) -> None:
    empty = Likelihood().to_json()
    assert Likelihood.from_json(document).to_json() == empty
