"""Libraries looked through: what becomes of films, series and all that lies beside them."""

from __future__ import annotations

from pathlib import Path

from local_server.contracts import Availability, LibraryKind, TitleKind
from tests.helpers.edge import Edge
from tests.helpers.library import make_library, only, rescan, titles, write


def test_films_and_series_are_found(edge: Edge, tmp_path: Path) -> None:
    write(
        tmp_path / "Mixed",
        "Alien (1979)/Alien (1979).mkv",
        "Show/Season 1/Show S01E01 One.mkv",
        "Show/Season 1/Show S01E02-E03 Two.mkv",
    )
    library = make_library(edge, tmp_path / "Mixed", LibraryKind.MIXED)
    assert [(t.name, t.kind, t.year) for t in titles(edge)] == [
        ("Alien", TitleKind.MOVIE, 1979),
        ("Show", TitleKind.SERIES, None),
    ]
    series = titles(edge)[1]
    detail = edge.server.services.catalog.detail(series.id)
    assert [(e.season, e.episode, e.name) for e in detail.episodes] == [
        (1, 1, "One"),
        (1, 2, "Two"),
    ]
    second = edge.server.services.catalog.detail(detail.episodes[1].id)
    assert second.episode_end == 3
    assert (library.titles, library.refused, library.problem) == (2, 0, None)


def test_a_scan_changes_nothing_when_nothing_changed(edge: Edge, tmp_path: Path) -> None:
    write(tmp_path / "Films", "A (2001).mkv", "B (2002).mkv", "B (2002).en.srt")
    library = make_library(edge, tmp_path / "Films")
    before = titles(edge)
    revision = edge.server.services.catalog.facts_revision()
    rescan(edge, library)
    assert titles(edge) == before
    assert edge.server.services.catalog.facts_revision() == revision


def test_a_moved_file_keeps_its_title(edge: Edge, tmp_path: Path) -> None:
    films = tmp_path / "Films"
    write(films, "Alien (1979).mkv")
    library = make_library(edge, films)
    before = only(edge)
    edge.studio.finish(before.id)
    (films / "Else").mkdir()
    (films / "Alien (1979).mkv").rename(films / "Else" / "Aliens (1986).mkv")
    rescan(edge, library)
    after = only(edge)
    assert (after.id, after.name, after.year) == (before.id, "Aliens", 1986)
    assert after.availability is Availability.READY


def test_a_missing_file_comes_back(edge: Edge, tmp_path: Path) -> None:
    films = tmp_path / "Films"
    write(films, "A (2001).mkv", "B (2002).mkv")
    library = make_library(edge, films)
    a = titles(edge)[0]
    edge.studio.finish(a.id)
    (films / "A (2001).mkv").rename(tmp_path / "away.mkv")
    rescan(edge, library)
    assert [t.availability for t in titles(edge)] == [
        Availability.MISSING,
        Availability.PREPARING,
    ]
    edge.server.services.library.check_media()
    assert titles(edge)[0].availability is Availability.MISSING
    (tmp_path / "away.mkv").rename(films / "A (2001).mkv")
    rescan(edge, library)
    assert (titles(edge)[0].id, titles(edge)[0].availability) == (a.id, Availability.READY)


def test_a_replaced_file_is_prepared_anew(edge: Edge, tmp_path: Path) -> None:
    films = tmp_path / "Films"
    write(films, "A (2001).mkv")
    library = make_library(edge, films)
    before = only(edge)
    edge.studio.finish(before.id)
    (films / "A (2001).mkv").write_bytes(b"a better copy of the film")
    rescan(edge, library)
    assert (only(edge).id, only(edge).availability) == (before.id, Availability.PREPARING)
    assert len(edge.studio.requests) == 2


def test_a_better_file_takes_the_place_of_one_that_is_gone(edge: Edge, tmp_path: Path) -> None:
    films = tmp_path / "Films"
    write(films, "A (2001)/A (2001).avi")
    library = make_library(edge, films)
    before = only(edge)
    (films / "A (2001)/A (2001).avi").unlink()
    write(films, "A (2001)/A (2001) - 1080p.mkv")
    rescan(edge, library)
    assert only(edge).id == before.id
    detail = edge.server.services.catalog.detail(before.id)
    assert detail.file_path.endswith("1080p.mkv")
    assert detail.editions == ()


def test_two_files_that_claim_one_film(edge: Edge, tmp_path: Path) -> None:
    films = tmp_path / "Films"
    write(films, "A (2001)/A (2001).mkv")
    library = make_library(edge, films)
    first = only(edge)
    write(films, "A (2001)/A (2001) - 1080p.mkv", "elsewhere/A (2001).mkv")
    rescan(edge, library)
    assert only(edge).id == first.id
    detail = edge.server.services.catalog.detail(first.id)
    assert [(e.kind, e.label) for e in detail.editions] == [
        (TitleKind.EDITION, "1080p"),
        (TitleKind.EDITION, "Copy 2"),
    ]


def test_two_files_that_claim_one_episode(edge: Edge, tmp_path: Path) -> None:
    shows = tmp_path / "Shows"
    write(shows, "Show/Season 1/Show S01E01.mkv", "Show/Season 1/Show 1x01 again.avi")
    make_library(edge, shows, LibraryKind.SERIES)
    (series,) = titles(edge)
    (episode,) = edge.server.services.catalog.detail(series.id).episodes
    detail = edge.server.services.catalog.detail(episode.id)
    (edition,) = detail.editions
    assert edition.label
    assert edition.series_name == "Show"
    edge.studio.finish(edition.id)
    assert edge.server.services.catalog.playable(edition.id).summary.id == edition.id


def test_the_same_file_twice_is_taken_once(edge: Edge, tmp_path: Path) -> None:
    films = tmp_path / "Films"
    write(films, "A (2001).mkv")
    (films / "Other name (1990).mkv").write_bytes((films / "A (2001).mkv").read_bytes())
    library = make_library(edge, films)
    title = only(edge)
    (problem,) = edge.server.services.library.problems(library.id, limit=9, offset=0).items
    assert problem.problem.code == "already_in_library"
    assert problem.title_id == title.id
    path = Path(edge.server.services.catalog.detail(title.id).file_path)
    path.unlink()
    library = rescan(edge, library)
    assert only(edge).id == title.id
    assert only(edge).availability is Availability.PREPARING
    assert library.refused == 0


def test_parts_follow_each_other(edge: Edge, tmp_path: Path) -> None:
    films = tmp_path / "Films"
    write(films, *(f"Long Film (1963)/Long Film (1963) cd{n}.avi" for n in (1, 2, 3)))
    make_library(edge, films)
    film = only(edge)
    catalog = edge.server.services.catalog
    parts = catalog.detail(film.id).parts
    assert [(p.kind, p.label) for p in parts] == [
        (TitleKind.PART, "Part 2"),
        (TitleKind.PART, "Part 3"),
    ]
    for title_id in (film.id, *(p.id for p in parts)):
        edge.studio.finish(title_id)
    assert catalog.playable(film.id).next_title_id == parts[0].id
    assert catalog.playable(parts[0].id).next_title_id == parts[1].id
    assert catalog.playable(parts[1].id).next_title_id is None


def test_extras_stand_under_their_film(edge: Edge, tmp_path: Path) -> None:
    films = tmp_path / "Films"
    write(
        films,
        "A (2001)/A (2001).mkv",
        "A (2001)/trailers/The trailer.mp4",
        "A (2001)/A (2001)-interview.mp4",
        "A (2001)/sample.mkv",
    )
    make_library(edge, films)
    detail = edge.server.services.catalog.detail(only(edge).id)
    assert sorted(extra.label for extra in detail.extras) == ["Interview", "Trailer"]


def test_subtitles_are_listed_with_their_flags(edge: Edge, tmp_path: Path) -> None:
    films = tmp_path / "Films"
    write(
        films,
        "A (2001)/A (2001).mkv",
        "A (2001)/A (2001).en.forced.srt",
        "A (2001)/Subs/German.srt",
    )
    make_library(edge, films)
    sidecars = edge.server.services.catalog.detail(only(edge).id).sidecars
    assert [(s.language, s.forced) for s in sidecars] == [("en", True), ("de", False)]


def test_an_unplugged_disk_loses_nothing(edge: Edge, tmp_path: Path) -> None:
    films = tmp_path / "Films"
    write(films, *(f"Film {n} ({1990 + n}).mkv" for n in range(12)))
    library = make_library(edge, films)
    films.rename(tmp_path / "unplugged")
    library = rescan(edge, library)
    assert library.problem is not None
    assert library.problem.code == "library_folder_missing"
    films.mkdir()
    library = rescan(edge, library)
    assert library.problem is not None
    assert library.problem.code == "library_folder_empty"
    assert {t.availability for t in titles(edge)} == {Availability.PREPARING}
    films.rmdir()
    (tmp_path / "unplugged").rename(films)
    assert rescan(edge, library).problem is None


def test_addresses_are_named_as_such(edge: Edge, tmp_path: Path) -> None:
    films = tmp_path / "Films"
    films.mkdir()
    (films / "Far (2001).strm").write_text("https://example.org/film.mkv")
    make_library(edge, films)
    title = only(edge)
    assert title.availability is Availability.FAILED
    assert title.problem is not None
    assert title.problem.code == "strm_not_prepared"
    assert edge.studio.requests == []


def test_a_removed_library_takes_its_titles_along(edge: Edge, tmp_path: Path) -> None:
    films = tmp_path / "Films"
    write(films, "A (2001)/A (2001).mkv", "A (2001)/A (2001)-trailer.mkv", "S/S S01E01.mkv")
    library = make_library(edge, films, LibraryKind.MIXED)
    presentation = edge.studio.finish(titles(edge)[0].id)
    kept = edge.accept(tmp_path, "Kept.mkv")
    edge.server.services.library.remove_library(library.id)
    assert [t.id for t in titles(edge)] == [kept]
    assert (films / "A (2001)/A (2001).mkv").exists()
    assert not (edge.studio.media_dir / presentation).exists()
    assert [library.built_in for library in edge.server.services.library.libraries().items] == [
        True
    ]
