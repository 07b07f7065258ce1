"""Files added one by one: their names are read as those of a library are."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from local_server.contracts import TitleKind
from local_server.services.catalog.placing import places
from tests.helpers.edge import Edge
from tests.helpers.library import only, titles, write


def place(path: str) -> tuple[str, str | None, int | None, int | None, int | None]:
    """Name, series, year, season and episode."""
    (found,) = places([Path(path)]).values()
    series = found.series.name if found.series is not None else None
    year = found.series.year if found.series is not None else found.known.year
    return found.known.name or "", series, year, found.known.season, found.known.episode


@pytest.mark.parametrize(
    ("path", "name", "year"),
    [
        ("/f/Heat.mkv", "Heat", None),
        ("/f/Heat (1995)/Heat (1995) [imdbid-tt0113277] - 1080p.mkv", "Heat", 1995),
        ("/f/Heat (1995)/heat.mkv", "Heat", 1995),
        ("/f/The.Big.Sleep.1946.720p.BluRay.x264-GRP.mkv", "The Big Sleep", 1946),
        ("/f/big_buck_bunny_30s.webm", "big buck bunny 30s", None),
        ("/f/2001 A Space Odyssey (1968).mkv", "2001 A Space Odyssey", 1968),
        ("/f/Blade Runner 2049 (2017).mkv", "Blade Runner 2049", 2017),
        ("/f/The Web of Lies.mkv", "The Web of Lies", None),
        ("/f/-rf.mkv", "rf", None),
        ("/f/a\nb\tc.mkv", "a b c", None),
        ("/f/Films 2019/beach.mkv", "beach", None),
    ],
)
def test_films(path: str, name: str, year: int | None) -> None:
    assert place(path) == (name, None, year, None, None)


@pytest.mark.parametrize(
    ("path", "series", "season", "episode", "name"),
    [
        ("/tv/Show/Season 1/Show - S01E02 - The Trap.mkv", "Show", 1, 2, "The Trap"),
        ("/tv/Show.S01E02.The.Trap.1080p.WEB-DL.mkv", "Show", 1, 2, "The Trap"),
        ("/tv/Show.S01E02.mkv", "Show", 1, 2, "Episode 2"),
        ("/tv/Show/Season 03/S03E10.mkv", "Show", 3, 10, "Episode 10"),
        ("/tv/Show/Specials/s00e01 Extra.mkv", "Show", 0, 1, "Extra"),
        ("/tv/Show s01e01-e02 Double.mkv", "Show", 1, 1, "Double"),
        ("/tv/[Umi] Show - 12 [1080p].mkv", "Show", 1, 12, "Episode 12"),
        ("/tv/The Evening Desk 2024-05-03.mkv", "The Evening Desk", 2024, 503, "2024-05-03"),
    ],
)
def test_episodes(path: str, series: str, season: int, episode: int, name: str) -> None:
    assert place(path) == (name, series, None, season, episode)


def test_the_year_of_a_series() -> None:
    found = place("/tv/Battlestar (2004)/S01E01.mkv")
    assert found == ("Episode 1", "Battlestar", 2004, 1, 1)


@pytest.mark.parametrize("name", ["1920x1080.mkv", "Apollo 13x.mkv", "Us3e4.mkv"])
def test_what_looks_like_an_episode_and_is_none(name: str) -> None:
    assert place(f"/f/{name}")[1] is None


def test_what_comes_together_stands_under_one_title(edge: Edge, tmp_path: Path) -> None:
    root = tmp_path / "Heat (1995)"
    write(
        root,
        "Heat (1995) - 2160p.mkv",
        "Heat (1995)-trailer.mkv",
        "Heat (1995).mkv",
        "featurettes/Making It.mkv",
    )
    added = edge.server.services.library.add_paths([str(root)])
    assert [PurePosixPath(each.path).name for each in added] == [
        "Heat (1995) - 2160p.mkv",
        "Heat (1995)-trailer.mkv",
        "Heat (1995).mkv",
        "Making It.mkv",
    ]
    film = only(edge)
    assert (film.id, film.name, film.year) == (added[2].title_id, "Heat", 1995)
    detail = edge.server.services.catalog.detail(film.id)
    assert [(each.kind, each.label) for each in detail.editions] == [(TitleKind.EDITION, "2160p")]
    assert sorted((each.name, each.label) for each in detail.extras) == [
        ("Heat", "Trailer"),
        ("Making It", "Featurette"),
    ]


def test_parts_follow_the_first_one(edge: Edge, tmp_path: Path) -> None:
    write(tmp_path / "in", "Long Film (1963) cd1.mkv", "Long Film (1963) cd2.mkv")
    edge.server.services.library.add_paths([str(tmp_path / "in")])
    film = only(edge)
    parts = edge.server.services.catalog.detail(film.id).parts
    assert [(film.name, film.year), *((part.kind, part.label) for part in parts)] == [
        ("Long Film", 1963),
        (TitleKind.PART, "Part 2"),
    ]


def test_an_extra_without_its_film_is_a_title_of_its_own(edge: Edge, tmp_path: Path) -> None:
    write(tmp_path / "in", "trailers/Teaser (1999).mkv", "Heat-trailer.mkv")
    edge.server.services.library.add_paths([str(tmp_path / "in")])
    assert [(title.kind, title.name, title.year) for title in titles(edge)] == [
        (TitleKind.VIDEO, "Heat-trailer", None),
        (TitleKind.MOVIE, "Teaser", 1999),
    ]


def test_identifiers_in_a_name_are_kept(edge: Edge, tmp_path: Path) -> None:
    write(tmp_path / "in", "Heat (1995) [imdbid-tt0113277].mkv")
    (added,) = edge.server.services.library.add_paths([str(tmp_path / "in")])
    found = edge.server.services.catalog.identities([added.title_id or ""])
    assert found[added.title_id or ""].external_ids["imdb"] == "tt0113277"


def test_series_of_one_name_and_several_years_are_several(edge: Edge, tmp_path: Path) -> None:
    write(tmp_path, "Show (1978)/S01E01.mkv", "Show (2004)/S01E01.mkv", "in/Show S01E02.mkv")
    for folder in ("Show (1978)", "Show (2004)"):
        edge.server.services.library.add_paths([str(tmp_path / folder)])
    assert {title.year for title in titles(edge, TitleKind.SERIES)} == {1978, 2004}
    edge.server.services.library.add_paths([str(tmp_path / "in")])
    assert len(titles(edge, TitleKind.SERIES)) == 2
