"""Notes beside films: what is understood, what is refused, and in whose words."""

from __future__ import annotations

from pathlib import Path

import pytest

from local_server.contracts import LibraryKind
from local_server.services.catalog.known import Known
from local_server.services.catalog.nfo.read import NFO_MAX_BYTES, NfoFault, read_nfo
from tests.helpers.edge import Edge
from tests.helpers.library import make_library, only, rescan, titles, write

MOVIE = """<?xml version="1.0" encoding="UTF-8"?>
<!-- created by another program -->
<movie>
  <title>Blade Runner</title>
  <originaltitle>Blade Runner</originaltitle>
  <sorttitle>Blade Runner 1</sorttitle>
  <ratings><rating name="imdb" max="100" default="true"><value>81</value></rating></ratings>
  <plot>A hunter &amp; his prey.</plot>
  <mpaa>Rated R</mpaa>
  <uniqueid type="imdb" default="true">tt0083658</uniqueid>
  <uniqueid type="tmdb">78</uniqueid>
  <genre>Drama / Science Fiction</genre>
  <tag>neo-noir</tag>
  <set><name>Blade Runner Collection</name><overview>Two films</overview></set>
  <director>Ridley Scott</director>
  <premiered>1982-06-25</premiered>
  <studio>The Ladd Company</studio>
  <actor><name>Harrison Ford</name><role>Deckard</role><thumb>https://example.org/f.jpg</thumb></actor>
  <actor><name>A Guest</name><type>GuestStar</type></actor>
</movie>
"""


def known(text: str | bytes) -> Known:
    result = read_nfo(text.encode() if isinstance(text, str) else text)
    assert not isinstance(result, NfoFault), result
    return result[0].known


def test_everything_of_a_film() -> None:
    film = known(MOVIE)
    assert (film.name, film.sort_name, film.year) == ("Blade Runner", "Blade Runner 1", 1982)
    assert (film.synopsis, film.certificate) == ("A hunter & his prey.", "Rated R")
    assert film.rating == 8.1
    assert film.genres == ("Drama", "Science Fiction")
    assert (film.tags, film.collections) == (("neo-noir",), ("Blade Runner Collection",))
    assert dict(film.ids) == {"imdb": "tt0083658", "tmdb": "78"}
    assert [dict(p) for p in film.people] == [
        {"name": "Harrison Ford", "role": "actor", "character": "Deckard"},
        {"name": "A Guest", "role": "guest", "character": ""},
        {"name": "Ridley Scott", "role": "director", "character": ""},
    ]


def test_an_address_alone_and_behind_the_document() -> None:
    assert known("https://www.imdb.com/title/tt0083658/").ids == (("imdb", "tt0083658"),)
    assert known(MOVIE.replace("tt0083658", "") + "https://www.themoviedb.org/movie/99").ids == (
        ("tmdb", "78"),
    )
    assert known("<movie><title>A</title></movie>\nhttps://thetvdb.com/?id=12").ids == (
        ("tvdb", "12"),
    )


def test_several_episodes_in_one_file() -> None:
    one = "<episodedetails><title>{}</title><episode>{}</episode></episodedetails>"
    result = read_nfo(("\ufeff" + one.format("One", 1) + "\n" + one.format("Two", 2)).encode())
    assert not isinstance(result, NfoFault)
    assert [(d.known.name, d.known.episode) for d in result] == [("One", 1), ("Two", 2)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(encoding: str) -> None:
    text = "<movie><title>Die Fälschung über Nacht: größer, schöner, süß</title></movie>"
    assert known(text.encode(encoding)).name == "Die Fälschung über Nacht: größer, schöner, süß"


def test_a_bare_ampersand_is_forgiven() -> None:
    assert known("<movie><title>Tom & Jerry</title></movie>").name == "Tom & Jerry"


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;">]><movie><title>&c;</title></movie>'
)
OUTSIDE = (
    b'<!DOCTYPE movie [<!ENTITY x SYSTEM "file:///etc/passwd">]><movie><title>&x;</title></movie>'
)


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (BOMB, NfoFault.DANGEROUS),
        (OUTSIDE, NfoFault.DANGEROUS),
        (b"<movie><title>unclosed", NfoFault.NOT_XML),
        (b"<html><body>404</body></html>", NfoFault.NOT_XML),
        (b"RELEASE NOTES of somebody", NfoFault.NOTHING),
        (b"", NfoFault.NOTHING),
        (b"\x00\xff\xfe" * 100, NfoFault.NOTHING),
        (b"x" * (NFO_MAX_BYTES + 1), NfoFault.TOO_LARGE),
        (b"<movie>" + b"<a>" * 100_000, NfoFault.NOT_XML),
    ],
)
def test_what_is_refused(data: bytes, fault: NfoFault) -> None:
    assert read_nfo(data) is fault


def test_notes_tell_of_films_and_series(edge: Edge, tmp_path: Path) -> None:
    root = tmp_path / "All"
    write(root, "br/br.mkv", "Show/Season 1/Show S01E01.mkv")
    (root / "br/movie.nfo").write_text(MOVIE)
    (root / "Show/tvshow.nfo").write_text(
        "<tvshow><title>The Show</title><mpaa>TV-MA</mpaa></tvshow>"
    )
    (root / "Show/Season 1/Show S01E01.nfo").write_text(
        "<episodedetails><title>Pilot</title></episodedetails>"
    )
    make_library(edge, root, LibraryKind.MIXED)
    film, series = titles(edge)
    assert (film.name, film.min_age, film.rating) == ("Blade Runner", 17, 8.1)
    assert film.genres == ("Drama", "Science Fiction")
    assert (series.name, series.min_age) == ("The Show", 17)
    (episode,) = edge.server.services.catalog.detail(series.id).episodes
    assert (episode.name, episode.min_age) == ("Pilot", 17)
    detail = edge.server.services.catalog.detail(film.id)
    assert {each.provider: each.id for each in detail.ids}["imdb"] == "tt0083658"
    assert detail.people[0].character == "Deckard"


def test_a_bad_note_is_named_and_the_film_is_taken(edge: Edge, tmp_path: Path) -> None:
    root = tmp_path / "Films"
    write(root, "A (2001)/A (2001).mkv", "B (2002)/B (2002).mkv")
    (root / "A (2001)/A (2001).nfo").write_bytes(BOMB)
    with (root / "B (2002)/movie.nfo").open("wb") as sparse:
        sparse.truncate(50 << 20)
    library = make_library(edge, root)
    assert [t.name for t in titles(edge)] == ["A", "B"]
    problems = edge.server.services.library.problems(library.id, limit=9, offset=0)
    assert [each.problem.code for each in problems.items] == ["nfo_dangerous", "nfo_too_large"]
    assert all(each.problem.hint for each in problems.items)
    detail = edge.server.services.catalog.detail(titles(edge)[0].id)
    assert [problem.code for problem in detail.problems] == ["nfo_dangerous"]
    (root / "A (2001)/A (2001).nfo").write_text("<movie><title>Cured</title></movie>")
    assert rescan(edge, library).refused == 1
    assert titles(edge)[1].name == "Cured"


def test_a_note_that_is_gone_tells_nothing_more(edge: Edge, tmp_path: Path) -> None:
    root = tmp_path / "Films"
    write(root, "A (2001)/A (2001).mkv")
    (root / "A (2001)/movie.nfo").write_text("<movie><title>Other</title><tag>x</tag></movie>")
    library = make_library(edge, root)
    assert only(edge).name == "Other"
    (root / "A (2001)/movie.nfo").unlink()
    rescan(edge, library)
    assert only(edge).name == "A"
    assert edge.server.services.catalog.detail(only(edge).id).tags == ()
