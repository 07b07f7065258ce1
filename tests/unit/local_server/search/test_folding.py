"""What people write differently and mean alike."""

from __future__ import annotations

import pytest

from local_server.services.catalog.search.folding import clean, forms, near, tokens, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Amélie", "amelie"),
        ("Kieślowski", "kieslowski"),
        ("Bjørk Straße", "bjork strasse"),
        ("WALL·E", "wall e"),
        ("Spider-Man", "spider man"),
        ("Schindler's List", "schindlers list"),
        ("Schindler\u2019s List", "schindlers list"),
        ("L'Avventura", "l avventura"),
        ("Tango & Cash", "tango and cash"),
        ("Matrix, The", "the matrix"),
        ("がっこう", "がっこう"),
        ("\uff21\uff22\uff23", "abc"),
        ("  \t\n", ""),
        ("???", "???"),
        ("\N{CLAPPER BOARD}", "clapper"),
    ],
)
def test_as_written_without_case_and_accents(text: str, expected: str) -> None:
    assert forms(text).plain == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Godfather", "godfather"),
        ("L'Avventura", "avventura"),
        ("Das Boot", "boot"),
        ("The The", "the"),
        ("The", "the"),
    ],
)
def test_without_the_leading_article(text: str, expected: str) -> None:
    assert forms(text).bare == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Rocky II", "rocky 2"),
        ("Ocean's Eleven", "oceans 11"),
        ("The Godfather Part III", "godfather 3"),
        ("Tango & Cash", "tango cash"),
        ("Seven", "7"),
    ],
)
def test_numerals_are_digits(one: str, other: str) -> None:
    assert forms(one).counted == forms(other).counted


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Достоевский", "dostoevsky"),
        ("Чайковский", "tchaikovsky"),
        ("せんりゃく", "senryaku"),
        ("きょうと", "kyoto"),
        ("Philip", "filip"),
        ("Zack", "sak"),
        ("Wagner", "vagner"),
        ("Jürgen", "juergen"),
        ("Hannibal", "hanibal"),
    ],
)
def test_what_sounds_alike_is_alike(one: str, other: str) -> None:
    assert forms(one).sound == forms(other).sound != ""


def test_eleven_is_not_one() -> None:
    assert forms("Eleven").sound != forms("One").sound


def test_short_texts_one_typo_apart_have_something_in_common() -> None:
    for other in ("haet", "hat", "heart", "hent", "eheat", "heta"):
        assert near(forms("heat")) & near(forms(other))
    assert not near(forms("heat")) & near(forms("hxxt"))


def test_unspaced_scripts_are_pairs_of_characters() -> None:
    assert tokens("東京物語 x") == ["東京", "京物", "物語", "語", "x"]


def test_halves_of_characters_and_control_codes_are_spaces() -> None:
    assert clean("a\ud800b\0c\nd") == "a b c d"
    assert words("a\ud800b\0c") == ("a", "b", "c")
