"""File names as people write them."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from local_server.services.catalog.names import EpisodeName, FilmName, parse


@pytest.mark.parametrize(
    ("path", "name", "year"),
    [
        ("/f/Heat.mkv", "Heat", None),
        ("/f/Heat (1995).mkv", "Heat", 1995),
        ("/f/Heat (1995)/Heat (1995) [imdbid-tt0113277] - 1080p.mkv", "Heat", 1995),
        ("/f/Heat (1995)/heat.mkv", "heat", 1995),
        ("/f/The.Big.Sleep.1946.720p.BluRay.x264-GRP.mkv", "The Big Sleep", 1946),
        ("/f/big_buck_bunny_30s.webm", "big buck bunny 30s", None),
        ("/f/2001 A Space Odyssey (1968).mkv", "2001 A Space Odyssey", 1968),
        ("/f/2012.mkv", "2012", None),
        ("/f/Blade Runner 2049 (2017).mkv", "Blade Runner 2049", 2017),
        ("/f/The Web of Lies.mkv", "The Web of Lies", None),
        ("/f/Se7en [1995].mkv", "Se7en", 1995),
        ("/f/-rf.mkv", "rf", None),
        ("/f/a\nb\tc.mkv", "a b c", None),
        ("/f/Films 2019/beach.mkv", "beach", None),
        ("/Some Film (1999)/1080p.mkv", "1080p", None),
        ("/f/....mkv", "f", None),
    ],
)
def test_films(path: str, name: str, year: int | None) -> None:
    assert parse(PurePosixPath(path)) == FilmName(name=name, year=year)


@pytest.mark.parametrize(
    ("path", "series", "season", "episode", "name"),
    [
        ("/tv/Show/Season 1/Show - S01E02 - The Trap.mkv", "Show", 1, 2, "The Trap"),
        ("/tv/Show.S01E02.The.Trap.1080p.WEB-DL.mkv", "Show", 1, 2, "The Trap"),
        ("/tv/Show.S01E02.mkv", "Show", 1, 2, "Episode 2"),
        ("/tv/show 1x02.mkv", "show", 1, 2, "Episode 2"),
        ("/tv/Show/Season 03/S03E10.mkv", "Show", 3, 10, "Episode 10"),
        ("/tv/Show/Specials/s00e01 Extra.mkv", "Show", 0, 1, "Extra"),
        ("/tv/Show s01e01-e02 Double.mkv", "Show", 1, 1, "Double"),
        ("/tv/Show_S02E100_Long.mkv", "Show", 2, 100, "Long"),
    ],
)
def test_episodes(path: str, series: str, season: int, episode: int, name: str) -> None:
    assert parse(PurePosixPath(path)) == EpisodeName(
        series=series, series_year=None, season=season, episode=episode, name=name
    )


def test_the_year_of_a_series() -> None:
    parsed = parse(PurePosixPath("/tv/Battlestar (2004)/S01E01.mkv"))
    assert isinstance(parsed, EpisodeName)
    assert (parsed.series, parsed.series_year) == ("Battlestar", 2004)


@pytest.mark.parametrize("name", ["1920x1080.mkv", "Apollo 13x.mkv", "Us3e4.mkv", "0x1.mkv"])
def test_what_looks_like_an_episode_and_is_none(name: str) -> None:
    assert isinstance(parse(PurePosixPath("/f", name)), FilmName)
