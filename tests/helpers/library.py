"""Folders of films for tests and benchmarks, and a library looking through them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from local_server.contracts import LibraryKind, LibraryView, MakeLibrary, TitleKind, TitleSummary
from tests.helpers.edge import Edge

SCAN_S = 60.0


def write(root: Path, *names: str) -> None:
    """Files below ``root``, each with a content of its own."""
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"content of " + name.encode("utf-8", "surrogateescape"))


def make_library(
    edge: Edge, folder: Path, kind: LibraryKind = LibraryKind.MOVIES, **settings: object
) -> LibraryView:
    """A library of ``folder``, scanned."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = MakeLibrary.model_validate(
        {"name": folder.name, "kind": kind, "folders": (str(folder),), "watch": False, **settings}
    )
    made = edge.server.services.library.make_library(wanted)
    assert edge.server.services.library.await_scan(made.id, SCAN_S)
    return edge.server.services.library.library(made.id)


def rescan(edge: Edge, library: LibraryView) -> LibraryView:
    """The library after another scan."""
    edge.server.services.library.scan(library.id)
    assert edge.server.services.library.await_scan(library.id, SCAN_S)
    return edge.server.services.library.library(library.id)


def titles(edge: Edge, kind: TitleKind | None = None) -> list[TitleSummary]:
    """All titles as a list shows them."""
    return list(edge.server.services.catalog.titles(None, kind, limit=1000, offset=0).items)


def only(edge: Edge, kind: TitleKind | None = None) -> TitleSummary:
    """The one title there is."""
    (title,) = titles(edge, kind)
    return title


def generated(count: int) -> Iterator[tuple[str, bytes]]:
    """About ``count`` files as households have them, by name: films, series, what lies beside."""
    number = 0
    while number < count:
        film = f"Film {number} of Many ({1950 + number % 70})"
        yield f"Movies/{film}/{film}.mkv", b"film %d" % number
        yield f"Movies/{film}/{film}.en.srt", b"1\n00:00:01,000 --> 00:00:02,000\nHello\n"
        note = f"<movie><title>{film}</title><year>{1950 + number % 70}</year><genre>Drama</genre>"
        note += f"<uniqueid type='imdb'>tt{number:07}</uniqueid><mpaa>PG-13</mpaa></movie>"
        yield f"Movies/{film}/movie.nfo", note.encode()
        number += 3
        if number % 60 < 3:
            yield from _series(number)
            number += 40


def _series(number: int) -> Iterator[tuple[str, bytes]]:
    show = f"Show {number}"
    yield f"Shows/{show}/tvshow.nfo", f"<tvshow><title>{show}</title></tvshow>".encode()
    for season in (1, 2):
        for episode in range(1, 11):
            name = f"Shows/{show}/Season {season:02}/{show} S{season:02}E{episode:02} Part"
            yield f"{name}.mkv", f"{show} {season} {episode}".encode()
            yield f"{name}.de.srt", b"1\n00:00:01,000 --> 00:00:02,000\nHallo\n"
