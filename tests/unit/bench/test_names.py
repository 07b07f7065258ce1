"""The benchmark of names judges both readers by the same answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.names import guessit_differs, measure
from tests.helpers.naming import cases


def corpus(folder: Path, *lines: str) -> Path:
    text = "\n".join(('library = "movies"', "[names]", *lines))
    (folder / "few.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_wrong_answer_counts_against_a_reader(tmp_path: Path) -> None:
    figures = measure(
        corpus(
            tmp_path,
            '"Heat.1995.1080p.mkv" = "movie: Heat | year 1995 | version 1080p"',
            '"Heat (1995).mkv" = "movie: Something Else | year 1995"',
        )
    )
    assert (figures.names, figures.ours_right, figures.guessit_right) == (2, 0.5, 0.5)
    assert figures.ours_ms > 0 < figures.guessit_ms


@pytest.mark.parametrize(
    ("found", "wrong"),
    [
        ({"kind": "movie", "title": "Heat", "year": "1995"}, False),
        ({"kind": "movie", "title": "Heat"}, True),
        ({"kind": "episode", "title": "Heat", "year": "1995"}, True),
        ({"kind": "movie", "title": "Heat", "year": "1995", "season": "1"}, True),
        ({"kind": "movie", "title": "Heat", "year": "1995", "version": "1080p"}, False),
    ],
)
def test_guessit_is_judged_by_what_it_knows_of(
    tmp_path: Path, found: dict[str, str], wrong: bool
) -> None:
    (case,) = cases(corpus(tmp_path, '"Heat (1995).mkv" = "movie: Heat | year 1995 | id tmdb=1"'))
    assert guessit_differs(case, found) is wrong
