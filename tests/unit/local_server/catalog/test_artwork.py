"""Pictures beside films: shown when they are good, named when they are not."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

from PIL import Image

from local_server.contracts import LibraryKind
from tests.helpers.edge import Edge
from tests.helpers.library import make_library, only, rescan, titles, write


def picture(path: Path, size: tuple[int, int] = (300, 450), colour: str = "#204060") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, colour).save(path)


def bomb(path: Path) -> None:
    """A PNG of a few bytes that claims to hold four billion pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    header = struct.pack(">IIBBBBB", 65_000, 65_000, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(1000))
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )


def codes(edge: Edge, library_id: str) -> dict[str, str]:
    problems = edge.server.services.library.problems(library_id, limit=99, offset=0)
    return {Path(each.path).name: each.problem.code for each in problems.items}


def test_pictures_become_the_titles_own(edge: Edge, tmp_path: Path) -> None:
    root = tmp_path / "Films"
    write(root, "A (2001)/A (2001).mkv")
    picture(root / "A (2001)/poster.jpg")
    picture(root / "A (2001)/fanart.png", (1600, 900), "#ff0000")
    picture(root / "A (2001)/logo.png", (400, 100))
    library = make_library(edge, root)
    title = only(edge)
    assert title.poster_url is not None
    assert title.still_url is not None
    channels = bytes.fromhex(title.average_colour[1:])
    assert all(abs(a - b) <= 2 for a, b in zip(channels, (0x20, 0x40, 0x60), strict=True))
    detail = edge.server.services.catalog.detail(title.id)
    assert detail.logo_url is not None
    assert detail.logo_url.endswith("/logo.png")
    edge.studio.finish(title.id)
    assert only(edge).poster_url == title.poster_url
    with Image.open(next(edge.studio.media_dir.glob("art-*/poster.jpg"))) as ours:
        assert ours.size == (600, 900)
    (root / "A (2001)/poster.jpg").unlink()
    rescan(edge, library)
    assert only(edge).poster_url != title.poster_url
    assert only(edge).still_url == title.still_url


def test_a_series_is_shown_by_its_own_poster(edge: Edge, tmp_path: Path) -> None:
    root = tmp_path / "Shows"
    write(root, "Show/Season 1/Show S01E01.mkv")
    picture(root / "Show/poster.jpg")
    make_library(edge, root, LibraryKind.SERIES)
    series = only(edge)
    assert series.poster_url is not None
    assert series.poster_url.endswith("/poster.jpg")


def test_bad_pictures_are_named_and_the_film_is_taken(edge: Edge, tmp_path: Path) -> None:
    root = tmp_path / "Films"
    names = ("Text", "Bomb", "Huge", "Good")
    write(root, *(f"{name} (2001)/{name} (2001).mkv" for name in names))
    (root / "Text (2001)/Text (2001)-poster.jpg").write_bytes(b"not a picture at all")
    bomb(root / "Bomb (2001)/Bomb (2001)-poster.png")
    with (root / "Huge (2001)/Huge (2001)-poster.jpg").open("wb") as sparse:
        sparse.truncate(1 << 30)
    picture(root / "Good (2001)/Good (2001)-poster.jpg")
    library = make_library(edge, root)
    assert [title.name for title in titles(edge)] == ["Bomb", "Good", "Huge", "Text"]
    assert codes(edge, library.id) == {
        "Text (2001)-poster.jpg": "not_a_picture",
        "Bomb (2001)-poster.png": "picture_too_many_pixels",
        "Huge (2001)-poster.jpg": "picture_too_large",
    }
    assert [t.name for t in titles(edge) if t.poster_url] == ["Good"]
    presentation = edge.studio.finish(titles(edge)[0].id)
    assert presentation in str(titles(edge)[0].poster_url)
    rescan(edge, library)
    assert len(codes(edge, library.id)) == 3
