"""How much a name is what was typed."""

from __future__ import annotations

import pytest

from local_server.services.catalog.search.folding import forms
from local_server.services.catalog.search.likeness import likeness


def scores(asked: str, *names: str) -> list[float]:
    return [float(score) for score in likeness(forms(asked), [forms(name) for name in names])[0]]


def test_the_name_itself_is_worth_most() -> None:
    assert scores("heat", "Heat", "HEAT", "Héat") == [1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("alien", ["Alien", "The Alien", "Aliens", "Alien Resurrection", "My Alien", "Xalienx"]),
        ("the shining", ["The Shining", "Shining", "The Shinning", "The Shinings", "Shunning"]),
        ("star wars", ["Star Wars", "Star Wars Rebels", "Making Star Wars", "Stat Wars", "Warts"]),
    ],
)
def test_better_matches_are_worth_more(asked: str, names: list[str]) -> None:
    found = scores(asked, *names)
    assert found == sorted(found, reverse=True)
    assert len(set(found)) == len(found)


def test_what_is_nothing_alike_is_worth_nothing() -> None:
    assert scores("heat", "Lorem Ipsum", "") == [0.0, 0.0]
    assert likeness(forms("heat"), [])[0].size == 0


def test_only_what_stands_there_is_literal() -> None:
    names = [forms(name) for name in ("Heat", "Heathers", "White Heat", "Haet")]
    assert likeness(forms("heat"), names)[1].tolist() == [True, True, True, False]
