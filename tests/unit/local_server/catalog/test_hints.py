"""``.plexmatch`` files: what they say goes above names and below notes and people."""

from __future__ import annotations

from pathlib import Path

from local_server.contracts import LibraryKind, TitleKind
from tests.helpers.edge import Edge
from tests.helpers.library import make_library, only, rescan, titles, write


def ids(edge: Edge, title_id: str) -> dict[str, str]:
    found = edge.server.services.catalog.detail(title_id).ids
    return {each.provider: each.id for each in found}


def episodes(edge: Edge) -> list[tuple[int | None, int | None, str]]:
    series = only(edge, TitleKind.SERIES)
    found = edge.server.services.catalog.detail(series.id).episodes
    return [(each.season, each.episode, each.name) for each in found]


def hint(folder: Path, text: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".plexmatch").write_text(text)


def test_a_series_is_called_as_hinted(edge: Edge, tmp_path: Path) -> None:
    root = tmp_path / "Shows"
    write(root, "old_show/Season 1/S01E01.mkv", "old_show/Season 1/S01E02.mkv")
    hint(root / "old_show", "title: The Old Show\nyear: 1984\ntvdbid: 77\nimdbid: tt7777777\n")
    make_library(edge, root, LibraryKind.SERIES)
    series = only(edge, TitleKind.SERIES)
    assert (series.name, series.year) == ("The Old Show", 1984)
    assert ids(edge, series.id) == {"tvdb": "77", "imdb": "tt7777777"}
    assert len(episodes(edge)) == 2


def test_a_season_and_single_files_are_placed_as_hinted(edge: Edge, tmp_path: Path) -> None:
    root = tmp_path / "Shows"
    write(root, "Show/Book Three/S01E04.mkv", "Show/Book Three/finale.mkv", "Show/Odd/x.mkv")
    hint(root / "Show", "title: Show\nep: SP02: Odd/x.mkv\n")
    hint(root / "Show" / "Book Three", "season: 3\nep: 12-13: Finale.mkv\n")
    make_library(edge, root, LibraryKind.MIXED)
    assert [(season, number) for season, number, _ in episodes(edge)] == [(0, 2), (3, 4), (3, 12)]


def test_a_film_is_called_as_hinted_and_a_note_goes_above(edge: Edge, tmp_path: Path) -> None:
    root = tmp_path / "Films"
    write(root, "f1/f1 (2001).mkv", "f2/f2 (2002).mkv")
    hint(root / "f1", "title: First Film\nyear: 2011\nguid: tmdb://11\n")
    hint(root / "f2", "title: Second Film\nyear: 2012\ntmdbid: 12\n")
    (root / "f2" / "movie.nfo").write_text("<movie><title>Noted</title></movie>")
    make_library(edge, root)
    first, noted = titles(edge)
    assert (first.name, first.year, ids(edge, first.id)) == ("First Film", 2011, {"tmdb": "11"})
    assert (noted.name, noted.year, ids(edge, noted.id)) == ("Noted", 2012, {"tmdb": "12"})


def test_hints_come_and_go(edge: Edge, tmp_path: Path) -> None:
    root = tmp_path / "Mixed"
    write(root, "f/Alien (2001).mkv", "s/Show S01E01.mkv")
    library = make_library(edge, root, LibraryKind.MIXED)
    before = [(title.id, title.name) for title in titles(edge)]
    hint(root / "f", "title: Hinted Film\n")
    hint(root / "s", "title: Hinted Show\n")
    rescan(edge, library)
    assert [title.name for title in titles(edge)] == ["Hinted Film", "Hinted Show"]
    assert titles(edge)[0].id == before[0][0]
    revision = edge.server.services.catalog.facts_revision()
    rescan(edge, library)
    assert edge.server.services.catalog.facts_revision() == revision
    for folder in ("f", "s"):
        (root / folder / ".plexmatch").unlink()
    rescan(edge, library)
    assert [title.name for title in titles(edge)] == [name for _, name in before]


def test_hints_at_the_top_are_about_no_title(edge: Edge, tmp_path: Path) -> None:
    root = tmp_path / "Films"
    write(root, "Film (2001).mkv", "Else (2002)/Else (2002).mkv")
    hint(root, "title: Everything\n")
    make_library(edge, root)
    assert [title.name for title in titles(edge)] == ["Else", "Film"]
