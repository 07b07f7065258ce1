"""Lists of titles, with and without a text: filtered and sorted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local_server.services.catalog.search import SearchFilters, SearchIndex, SearchSort
from tests.helpers.searching import ids, index_of, title

FILMS = (
    title("The Alpha Night", year=1954, genres=("Drama",), min_age=6, added_at_s=30.0),
    title("Beta Night", year=1959, genres=("Comedy", "Drama"), min_age=12, added_at_s=10.0),
    title("Gamma Night", year=1960, kind="series", languages=("en", "fr"), added_at_s=40.0),
    title("Delta Night", languages=("fr",), available=False, library_id="b", added_at_s=20.0),
)
A, B, G, D = (film.id for film in FILMS)


@pytest.fixture(scope="module")
def index() -> Iterator[SearchIndex]:
    with index_of(*FILMS) as made:
        yield made


@pytest.mark.parametrize("text", ["", "night", "n", "ngiht"])
@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (SearchFilters(), {A, B, G, D}),
        (SearchFilters(kinds=frozenset({"series"})), {G}),
        (SearchFilters(genres=frozenset({"comedy"})), {B}),
        (SearchFilters(genres=frozenset({"Comedy", "Drama"})), {A, B}),
        (SearchFilters(languages=frozenset({"FR"})), {G, D}),
        (SearchFilters(library_ids=frozenset({"b"})), {D}),
        (SearchFilters(year_from=1959), {B, G}),
        (SearchFilters(year_to=1959), {A, B}),
        (SearchFilters(year_from=1955, year_to=1959), {B}),
        (SearchFilters(decade=1950), {A, B}),
        (SearchFilters(max_age=6), {A}),
        (SearchFilters(added_since_s=30.0), {A, G}),
        (SearchFilters(available=True), {A, B, G}),
        (SearchFilters(available=False), {D}),
        (SearchFilters(within=frozenset({A, D, "gone"})), {A, D}),
        (SearchFilters(within=frozenset()), set()),
        (SearchFilters(without=frozenset({A, "gone"})), {B, G, D}),
        (SearchFilters(decade=1950, genres=frozenset({"drama"}), max_age=11), {A}),
    ],
)
def test_filters(index: SearchIndex, text: str, filters: SearchFilters, expected: set[str]) -> None:
    result = index.query(text, filters=filters, limit=10)
    assert {hit.id for hit in result.hits} == expected
    assert result.total == len(expected)


@pytest.mark.parametrize("text", ["", "night"])
@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        (SearchSort.NAME, [A, B, D, G]),  # without the article
        (SearchSort.YEAR, [G, B, A, D]),
        (SearchSort.ADDED, [G, A, D, B]),
    ],
)
def test_sorted(index: SearchIndex, text: str, sort: SearchSort, expected: list[str]) -> None:
    assert ids(index, text, sort=sort) == expected


@pytest.mark.parametrize("text", ["", "night"])
def test_sorted_by_popularity(index: SearchIndex, text: str) -> None:
    found = ids(index, text, sort=SearchSort.POPULARITY, popularity={D: 0.9, B: 0.5})
    assert found[:2] == [D, B]
    assert set(found[2:]) == {A, G}


def test_without_a_text_relevance_is_popularity_and_taste(index: SearchIndex) -> None:
    assert ids(index, "", popularity={D: 0.9}, taste={B: 0.9})[:2] == [D, B]


def test_a_list_comes_in_pages_and_says_how_many_there_are(index: SearchIndex) -> None:
    page = index.query("", sort=SearchSort.NAME, limit=2, offset=1)
    assert ([hit.id for hit in page.hits], page.total) == ([B, D], 4)
    assert index.query("", limit=2, offset=9).hits == ()
    assert page.hits[0].matched is None
