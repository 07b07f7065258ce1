"""What holds of every catalog and every text."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local_server.services.catalog.search import (
    SearchDocument,
    SearchFilters,
    SearchSort,
)
from local_server.services.catalog.search.folding import forms
from tests.helpers.searching import index_of

TEXTS = st.text(st.characters(codec=None), max_size=40) | st.text("the man12 -'\"", max_size=30)
NAMES = TEXTS.filter(lambda text: forms(text).plain != "")
KINDS = st.sampled_from(["movie", "series"])
DOCUMENTS = st.builds(
    SearchDocument,
    id=st.uuids().map(str),
    kind=KINDS,
    names=st.lists(NAMES, min_size=1, max_size=3).map(tuple),
    people=st.lists(NAMES, max_size=3).map(tuple),
    genres=st.lists(TEXTS, max_size=2).map(tuple),
    tags=st.lists(TEXTS, max_size=2).map(tuple),
    synopsis=TEXTS,
    year=st.none() | st.integers(-5, 3_000_000_000),
    min_age=st.none() | st.integers(0, 21),
    languages=st.lists(st.sampled_from(["en", "fr"]), max_size=2).map(tuple),
    available=st.booleans(),
)
CATALOGS = st.lists(DOCUMENTS, max_size=6, unique_by=lambda document: document.id)
FILTERS = st.builds(
    SearchFilters,
    kinds=st.frozensets(KINDS),
    languages=st.frozensets(st.sampled_from(["en", "fr"])),
    max_age=st.none() | st.integers(0, 21),
    year_from=st.none() | st.integers(0, 3000),
    available=st.none() | st.booleans(),
)
few = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@few
@given(CATALOGS, TEXTS, FILTERS, st.sampled_from(SearchSort), st.integers(0, 5))
def test_no_text_is_an_error_and_nothing_is_found_that_may_not_be(
    catalog: list[SearchDocument], text: str, filters: SearchFilters, sort: SearchSort, hidden: int
) -> None:
    shown = {document.id: document for document in catalog[hidden:]}
    with index_of(*catalog) as index:
        result = index.query(text, filters=filters, sort=sort, limit=9, visible=shown.__contains__)
        for hit in result.hits:
            document = shown[hit.id]
            assert not filters.kinds or document.kind in filters.kinds
            assert not filters.languages or filters.languages.intersection(document.languages)
            assert filters.available in (None, document.available)
            assert filters.max_age is None or (document.min_age or 0) <= filters.max_age
            assert filters.year_from is None or (document.year or -1) >= filters.year_from
        assert len(result.hits) == result.total <= len(shown)
        index.suggest(text, limit=5, visible=shown.__contains__)


@few
@given(CATALOGS, st.data())
def test_what_is_hidden_might_as_well_not_be_there(
    catalog: list[SearchDocument], data: st.DataObject
) -> None:
    shown = {document.id for document in catalog[1:]}
    named = [name for document in catalog for name in (*document.names, *document.people)]
    text = data.draw(TEXTS if not named else st.sampled_from(named) | TEXTS)
    with index_of(*catalog) as full, index_of(*catalog[1:]) as small:
        asked = full.query(text, limit=9, visible=shown.__contains__)
        assert asked == small.query(text, limit=9)
        suggested = full.suggest(text, limit=9, visible=shown.__contains__)
        assert suggested == small.suggest(text, limit=9)


@few
@given(CATALOGS)
def test_every_title_is_found_by_each_of_its_names_and_people(
    catalog: list[SearchDocument],
) -> None:
    with index_of(*catalog) as index:
        for document in catalog:
            for text in (*document.names, *document.people):
                assert document.id in [hit.id for hit in index.query(text, limit=9).hits]


@few
@given(CATALOGS)
def test_a_primary_name_is_first_or_tied_with_the_first(catalog: list[SearchDocument]) -> None:
    with index_of(*catalog) as index:
        for document in catalog:
            hits = index.query(document.names[0], limit=9).hits
            assert {hit.id: hit.score for hit in hits}[document.id] == hits[0].score


@few
@given(CATALOGS, TEXTS)
def test_putting_and_removing_again_changes_nothing(
    catalog: list[SearchDocument], text: str
) -> None:
    with index_of(*catalog) as index:
        before = index.query(text, limit=9)
        index.put(catalog)
        assert index.query(text, limit=9) == before
        index.remove([document.id for document in catalog[:2]])
        without = index.query(text, limit=9)
        index.remove([document.id for document in catalog[:2]])
        assert index.query(text, limit=9) == without
        index.put(catalog)
        assert index.query(text, limit=9) == before
