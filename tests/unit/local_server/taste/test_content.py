"""Titles by what is known of them."""

from __future__ import annotations

import numpy as np
import pytest

from local_server.services.recommendation.taste.content import Library
from local_server.services.recommendation.taste.sparse import Sparse
from local_server.services.recommendation.taste.values import TitleFeatures


def likeness(library: Library, one: str, other: str) -> float:
    return float(library.points[library.places[one]] @ library.points[library.places[other]])


def test_what_titles_share_makes_them_alike() -> None:
    library = Library.of(
        [
            TitleFeatures(title_id="a", name="", genres=("Western",), people=("Ada",), year=1970),
            TitleFeatures(title_id="b", name="", genres=("Western",), people=("Ada",), year=1971),
            TitleFeatures(title_id="c", name="", genres=("Western",), people=("Bela",), year=1972),
            TitleFeatures(title_id="d", name="", genres=("Comedy",), people=("Bela",), year=2020),
            TitleFeatures(title_id="e", name="", genres=("Comedy",), people=("Cleo",), year=2020),
        ]
    )
    assert likeness(library, "a", "b") > likeness(library, "a", "c") > 0.1
    assert likeness(library, "a", "d") == pytest.approx(0.0, abs=1e-9)


def test_years_are_alike_when_they_are_near() -> None:
    library = Library.of(
        TitleFeatures(title_id=str(year), name="", year=year)
        for year in (1994, 1996, 1999, 2010, 2011)
    )
    assert likeness(library, "1994", "1996") > likeness(library, "1994", "1999")
    assert likeness(library, "1996", "2010") == pytest.approx(0.0, abs=1e-9)


def test_words_make_titles_alike_in_whatever_form_they_stand() -> None:
    library = Library.of(
        [
            TitleFeatures(title_id="a", name="", synopsis="Two astronauts stranded on Mars."),
            TitleFeatures(title_id="b", name="", synopsis="An ASTRONAUT, alone."),
            TitleFeatures(title_id="c", name="", synopsis="A baker finds love, alone."),
        ]
    )
    assert likeness(library, "a", "b") > 0.1
    assert likeness(library, "a", "c") == pytest.approx(0.0, abs=1e-9)


def test_genres_are_compared_by_their_letters() -> None:
    library = Library.of(
        [
            TitleFeatures(title_id="a", name="", genres=("sci-fi",)),
            TitleFeatures(title_id="b", name="", genres=("Sci-Fi ", "Drama")),
        ]
    )
    assert library.genres.tolist() == [[0.0, 1.0], [0.5, 0.5]]


def test_a_title_of_which_nothing_is_known_is_like_no_other() -> None:
    library = Library.of(TitleFeatures(title_id=title_id, name="") for title_id in "ab")
    assert not library.points.any()


def test_an_empty_library_is_one() -> None:
    assert len(Library.of([])) == 0


def test_an_id_comes_once() -> None:
    with pytest.raises(ValueError, match="same id"):
        Library.of([TitleFeatures(title_id="a", name="")] * 2)


def test_a_large_library_keeps_what_matters_in_few_dimensions() -> None:
    """Forty families of titles, told apart by people only they have: each title finds its own."""
    library = Library.of(
        TitleFeatures(
            title_id=f"{n:04d}", name="", people=(f"star {n % 40}", f"extra {n % 40} {n % 3}")
        )
        for n in range(800)
    )
    products = library.points @ library.points.T
    family = np.arange(800) % 40
    own = family[:, None] == family
    assert products[own].min() > products[~own].max() + 0.3


def test_products_in_blocks_are_products() -> None:
    random = np.random.default_rng(3)
    dense = random.random((3_000, 50)) * (random.random((3_000, 50)) < 0.4)
    dense[100:200] = 0.0
    rows, columns = np.nonzero(dense)
    sparse = Sparse.of(rows, columns, dense[rows, columns], height=3_000, width=50)
    other = random.random((50, 7))
    assert sparse.times(other) == pytest.approx(dense @ other)
    assert sparse.transposed().times(dense) == pytest.approx(dense.T @ dense)
    assert sparse.dense(90, 210) == pytest.approx(dense[90:210])
