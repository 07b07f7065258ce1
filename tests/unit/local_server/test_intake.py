"""Files offered to the library: which are taken, and in whose words the others are refused."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from local_server.services.catalog import intake
from local_server.services.catalog.intake import OfferedFile, RefusedPath, fingerprint, offered


def films(found: Sequence[OfferedFile | RefusedPath]) -> list[str]:
    return [entry.path.name for entry in found if isinstance(entry, OfferedFile)]


def codes(*paths: object, own: Sequence[Path] = ()) -> list[str]:
    found = offered([str(path) for path in paths], own=own)
    return [f.problem.code if isinstance(f, RefusedPath) else "taken" for f in found]


def film(path: Path, content: bytes = b"film") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_a_folder_gives_its_films_in_order(tmp_path: Path) -> None:
    for name in ("b.mkv", "a/z.MP4", "a/b/c.webm", "notes.txt", ".hidden.mkv", ".trash/d.mkv"):
        film(tmp_path / name)
    assert films(list(offered([str(tmp_path)], own=()))) == ["b.mkv", "z.MP4", "c.webm"]


def test_a_file_by_its_url(tmp_path: Path) -> None:
    path = film(tmp_path / "100% fun?.mkv")
    assert films(list(offered([path.as_uri()], own=()))) == ["100% fun?.mkv"]


def test_paths_that_make_no_sense(tmp_path: Path) -> None:
    assert (
        codes("", "film.mkv", "../film.mkv", "-rf", "a\0b", f"{tmp_path}/a\0b.mkv")
        == ["path_not_absolute"] * 6
    )
    assert codes(tmp_path / "missing", tmp_path / "missing.mkv") == ["file_not_found"] * 2
    assert codes(film(tmp_path / "x.mkv") / "below.mkv") == ["file_not_found"]
    assert codes(tmp_path / ("x" * 300 + ".mkv")) == ["file_name_too_long"]


def test_things_that_are_no_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mkv")
    (tmp_path / "loop.mkv").symlink_to(tmp_path / "loop.mkv")
    assert codes(tmp_path / "pipe.mkv", "/dev/null") == ["not_a_file"] * 2
    assert codes(tmp_path / "loop.mkv") == ["file_unreadable"]
    assert codes(film(tmp_path / "text.txt"), film(tmp_path / "none")) == ["not_a_media_file"] * 2
    assert codes(film(tmp_path / "empty.mkv", b"")) == ["file_empty"]


def test_folders_without_films(tmp_path: Path) -> None:
    assert codes(tmp_path) == ["nothing_found"]
    film(tmp_path / "text.txt")
    assert codes(tmp_path) == ["nothing_found"]


def test_own_folders_are_left_out(tmp_path: Path) -> None:
    own = tmp_path / "home"
    film(own / "media" / "x.mp4")
    film(tmp_path / "film.mp4")
    (tmp_path / "alias").symlink_to(own)
    assert codes(own, own / "media", own / "media" / "x.mp4", own=[own]) == ["own_folder"] * 3
    assert codes(tmp_path / "alias", own=[own]) == ["own_folder"]
    assert films(list(offered([str(tmp_path)], own=[own]))) == ["film.mp4"]


def test_what_the_system_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Tests may run as root, who may read everything: the refusal comes from a patch.
    path = film(tmp_path / "film.mkv")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert codes(path) == ["file_unreadable"]


def test_too_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "FILES_MAX", 3)
    for number in range(5):
        film(tmp_path / f"{number}.mkv")
    assert codes(tmp_path) == ["taken"] * 3 + ["too_many_files"]


def test_fingerprints_tell_films_apart_by_content_alone(tmp_path: Path) -> None:
    big = bytes(5 << 20)
    marks = []
    for place in (0, 100, 5 << 19, len(big) - 1):
        content = bytearray(big)
        content[place] = 1
        marks.append(_mark(film(tmp_path / f"{place}.mkv", bytes(content))))
    marks.append(_mark(film(tmp_path / "shorter.mkv", big[:-1])))
    marks.append(_mark(film(tmp_path / "plain.mkv", big)))
    assert len(set(marks)) == len(marks)
    assert _mark(film(tmp_path / "else" / "copy.mkv", big)) == marks[-1]


def _mark(path: Path) -> str:
    (file,) = offered([str(path)], own=())
    assert isinstance(file, OfferedFile)
    return fingerprint(file)
