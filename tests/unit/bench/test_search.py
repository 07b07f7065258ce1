"""What the search benchmark asks, and of what."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from rapidfuzz.distance import OSA

from bench.search import measure
from bench.search_titles import documents, names, read, with_typo, year


def test_made_up_titles_are_the_same_for_the_same_seed() -> None:
    assert documents(200, 1) == documents(200, 1) != documents(200, 2)


def test_made_up_titles_are_as_varied_as_real_ones() -> None:
    made = [document.names[0] for document in documents(3_000, 7)]
    lengths = {len(name.split()) for name in made}
    assert {1, 2, 3, 4, 5, 6, 7, 8} <= lengths
    assert sum(name.endswith((" 2", " II", " III")) for name in made) > 30
    assert 1_500 < len(set(made)) < 3_000


def test_a_typo_is_one_edit() -> None:
    rng = random.Random(3)
    mistyped = [with_typo("Heat Wave", rng) for _ in range(300)]
    assert {OSA.distance("Heat Wave", text) for text in mistyped} == {1}
    assert {text[0] for text in mistyped} - {"H"}


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Toy Story (1995)", ("Toy Story",)),
        ("American President, The (1995)", ("The American President",)),
        ("Vanishing, The (Spoorloos) (1988)", ("The Vanishing", "Spoorloos")),
        ("Seven (a.k.a. Se7en) (1995)", ("Seven", "Se7en")),
        ("(500) Days (2009)", ("Days", "500")),
        ("Babylon 5", ("Babylon 5",)),
    ],
)
def test_names_in_a_table(title: str, expected: tuple[str, ...]) -> None:
    assert names(title) == expected


def test_years_in_a_table() -> None:
    assert (year("Heat (1995)"), year("Babylon 5")) == (1995, None)


def test_a_table_of_titles_is_read(tmp_path: Path) -> None:
    path = tmp_path / "movies.csv"
    path.write_text('movieId,title,genres\n79,"Juror, The (1996)",Drama|Thriller\n')
    (only,) = read(path)
    assert (only.id, only.names, only.year) == ("79", ("The Juror",), 1996)
    assert only.genres == ("Drama", "Thriller")


def test_all_figures_are_measured(tmp_path: Path) -> None:
    figures = measure(documents(150, 7), tmp_path)
    assert figures.titles == 150
    assert 0 < figures.p50_ms <= figures.p99_ms <= figures.worst_ms
    assert 0.5 < figures.typo_top1 <= figures.typo_top5 <= 1
    assert figures.index_s > 0
