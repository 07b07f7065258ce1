"""Who is shown what: a title that may not be seen is one that is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from local_server.contracts import (
    EVERYTHING,
    LibraryKind,
    PortableTitle,
    Regions,
    TitleEdit,
    TitleKind,
    Visibility,
)
from local_server.errors import NotFound
from tests.helpers.edge import Edge
from tests.helpers.library import make_library, titles, write


def names(edge: Edge, visibility: Visibility, query: str | None = None) -> list[str]:
    page = edge.server.services.catalog.titles(
        query, None, limit=99, offset=0, visibility=visibility
    )
    assert page.total == len(page.items)
    return [title.name for title in page.items]


@pytest.fixture
def by_name(edge: Edge, tmp_path: Path) -> dict[str, str]:
    """Ids of a small library's titles by name."""
    root = tmp_path / "All"
    write(
        root,
        "Child (2001)/Child (2001).mkv",
        "Grown (2002)/Grown (2002).mkv",
        "Grown (2002)/Grown (2002)-trailer.mkv",
        "Unrated (2003)/Unrated (2003).mkv",
        "Show/Season 1/Show S01E01 Pilot.mkv",
    )
    make_library(edge, root, LibraryKind.MIXED)
    found = {title.name: title.id for title in titles(edge)}
    library = edge.server.services.library
    library.edit(found["Child"], TitleEdit(certificate="FSK 6"))
    library.edit(found["Grown"], TitleEdit(certificate="FSK 18", tags=("Horror",)))
    library.edit(found["Show"], TitleEdit(certificate="TV-14", tags=("Drama_%",)))
    return found


def test_ages(edge: Edge, by_name: dict[str, str]) -> None:
    assert names(edge, Visibility(max_age=12)) == ["Child", "Unrated"]
    assert names(edge, Visibility(max_age=12, unrated=False)) == ["Child"]
    assert names(edge, Visibility(max_age=14, unrated=False)) == ["Child", "Show"]
    assert names(edge, Visibility(unrated=False)) == ["Child", "Grown", "Show"]
    assert names(edge, EVERYTHING) == ["Child", "Grown", "Show", "Unrated"]
    assert by_name


def test_tags_and_titles(edge: Edge, by_name: dict[str, str]) -> None:
    assert "Grown" not in names(edge, Visibility(blocked_tags=("horror",)))
    assert "Grown" in names(edge, Visibility(blocked_tags=("h_rror", "horr")))
    assert names(edge, Visibility(blocked_tags=("drama_%",)), "pilot") == []
    assert names(edge, Visibility(blocked_titles=(by_name["Show"],)), "pilot") == []
    assert names(edge, EVERYTHING, "pilot") == ["Pilot"]


def test_an_episode_inherits_its_series(edge: Edge, by_name: dict[str, str]) -> None:
    strict = Visibility(max_age=12)
    catalog = edge.server.services.catalog
    (episode,) = catalog.detail(by_name["Show"]).episodes
    assert names(edge, strict, "pilot") == []
    assert episode.min_age == 14
    for ask in (catalog.detail, catalog.playable):
        with pytest.raises(NotFound) as hidden:
            ask(episode.id, strict)
        with pytest.raises(NotFound) as absent:
            ask("nothing", strict)
        assert hidden.value.problem == absent.value.problem
    edge.server.services.library.edit(by_name["Show"], TitleEdit(certificate="TV-Y"))
    assert names(edge, strict, "pilot") == ["Pilot"]


def test_what_stands_under_a_title_inherits_from_it(edge: Edge, by_name: dict[str, str]) -> None:
    catalog = edge.server.services.catalog
    (extra,) = catalog.detail(by_name["Grown"]).extras
    assert catalog.summaries([extra.id], Visibility(max_age=16)) == {}
    assert catalog.summaries([extra.id], Visibility(blocked_tags=("Horror",))) == {}
    assert catalog.summaries([extra.id], Visibility(blocked_titles=(by_name["Grown"],))) == {}
    assert [t.id for t in catalog.summaries([extra.id]).values()] == [extra.id]


def test_regions(edge: Edge, by_name: dict[str, str]) -> None:
    library = edge.server.services.library
    library.edit(by_name["Child"], TitleEdit(regions=Regions(allowed=("DE", "AT"))))
    library.edit(by_name["Show"], TitleEdit(regions=Regions(blocked=("DE",))))
    assert names(edge, Visibility(region="DE")) == ["Child", "Grown", "Unrated"]
    assert names(edge, Visibility(region="FR")) == ["Grown", "Show", "Unrated"]
    assert names(edge, Visibility(region="DE"), "pilot") == []


def test_libraries(edge: Edge, by_name: dict[str, str], tmp_path: Path) -> None:
    edge.accept(tmp_path, "Loose.mkv")
    (made,) = (v for v in edge.server.services.library.libraries().items if not v.built_in)
    assert "Loose" not in names(edge, Visibility(libraries=(made.id,)))
    assert names(edge, Visibility(libraries=())) == []
    assert len(by_name) == 4


def test_newest_and_facts(edge: Edge, by_name: dict[str, str]) -> None:
    catalog = edge.server.services.catalog
    newest = catalog.newest(limit=9, visibility=Visibility(max_age=12))
    assert {title.name for title in newest} == {"Child", "Unrated"}
    before = catalog.facts_revision()
    facts = {fact.name: fact for fact in catalog.facts() if fact.parent_id is None}
    assert facts["Pilot"].series_id == by_name["Show"]
    assert (facts["Pilot"].min_age, facts["Grown"].tags) == (14, ("Horror",))
    assert not facts["Child"].available
    edge.studio.finish(by_name["Child"])
    edge.studio.finish(facts["Pilot"].id)
    assert catalog.facts_revision() > before
    (child, show) = catalog.facts([by_name["Child"], "nobody", by_name["Show"]])
    assert (child.available, show.available, child.duration_s) == (True, True, 600)


def test_titles_of_other_programs_are_found(edge: Edge, by_name: dict[str, str]) -> None:
    catalog = edge.server.services.catalog
    pilot = catalog.detail(by_name["Show"]).episodes[0].id
    found = catalog.identify(
        [
            PortableTitle(kind=TitleKind.MOVIE, name="child", year=2002),
            PortableTitle(kind=TitleKind.MOVIE, name="Child", year=1990),
            PortableTitle(kind=TitleKind.EPISODE, name="x", series="SHOW", season=1, episode=1),
            PortableTitle(kind=TitleKind.EPISODE, name="x", series="SHOW", season=1, episode=2),
            PortableTitle(kind=TitleKind.SERIES, name="Show"),
            PortableTitle(kind=TitleKind.MOVIE, external_ids={"imdb": "tt0000001"}),
        ]
    )
    assert found == (by_name["Child"], None, pilot, None, by_name["Show"], None)
