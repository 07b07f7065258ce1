"""The segment store: whole files or none, within its limit, and on when the disk is full."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path
from typing import Any

import pytest

from abr.media import PresentationId, RepresentationId
from player.store import SegmentStore, StoreKey


def key(index: int, *, film: str = "film", representation: str = "v720") -> StoreKey:
    return StoreKey(PresentationId(film), RepresentationId(representation), index)


def files(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def fail(*_: object, **__: object) -> Any:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def store(tmp_path: Path) -> SegmentStore:
    return SegmentStore(tmp_path)


def test_what_is_put_can_be_got_also_after_a_restart(tmp_path: Path, store: SegmentStore) -> None:
    store.put(key(0), b"zero")
    store.put(key(-1), b"init")

    for some in (store, SegmentStore(tmp_path)):
        assert some.get(key(0)) == b"zero"
        assert some.get(key(-1), expected_bytes=4) == b"init"
        assert some.used_bytes == 8
        assert key(0) in some
        assert key(1) not in some
        assert some.get(key(1)) is None


def test_a_file_of_another_size_is_thrown_away(tmp_path: Path, store: SegmentStore) -> None:
    store.put(key(0), b"whole")
    (tmp_path / "film/v720/0.seg").write_bytes(b"who")

    assert store.get(key(0), expected_bytes=5) is None
    assert key(0) not in store
    assert store.used_bytes == 0
    assert files(tmp_path) == []


def test_a_file_that_vanished_is_forgotten(tmp_path: Path, store: SegmentStore) -> None:
    store.put(key(0), b"whole")
    (tmp_path / "film/v720/0.seg").unlink()

    assert store.get(key(0)) is None
    assert store.used_bytes == 0


def test_half_written_files_of_a_killed_run_are_removed_at_the_start(tmp_path: Path) -> None:
    folder = tmp_path / "film" / "v720"
    folder.mkdir(parents=True)
    (folder / "tmpabc.part").write_bytes(b"half")
    (folder / "3.seg").write_bytes(b"whole")

    store = SegmentStore(tmp_path)

    assert files(tmp_path) == ["film/v720/3.seg"]
    assert store.get(key(3)) == b"whole"


def test_files_of_others_are_in_nobodys_way(tmp_path: Path) -> None:
    for name in ("lost+found/v720/1.seg", "film/v720/one.seg", "film/v720/01.seg", "note.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"another's")

    store = SegmentStore(tmp_path, limit_bytes=10)
    for index in range(5, 9):
        store.put(key(index), b"12345678")

    assert store.used_bytes == 8
    assert len(files(tmp_path)) == 5


def test_the_least_recently_used_goes_first(tmp_path: Path) -> None:
    store = SegmentStore(tmp_path, limit_bytes=30)
    for index in range(3):
        store.put(key(index), bytes(10))
    store.get(key(0))
    store.put(key(3), bytes(10))

    assert [index for index in range(4) if key(index) in store] == [0, 2, 3]


def test_recency_survives_a_restart(tmp_path: Path) -> None:
    store = SegmentStore(tmp_path)
    for index in (1, 0, 2):
        store.put(key(index), bytes(10))
        os.utime(tmp_path / f"film/v720/{index}.seg", (1000 + index, 1000 + index))

    again = SegmentStore(tmp_path, limit_bytes=30)
    again.put(key(3), bytes(10))

    assert [index for index in range(4) if key(index) in again] == [1, 2, 3]


def test_the_film_being_watched_goes_last(tmp_path: Path) -> None:
    store = SegmentStore(tmp_path, limit_bytes=40)
    store.put(key(0, film="watched"), bytes(10))
    store.put(key(0, film="other"), bytes(10))
    store.put(key(1, film="other"), bytes(10))
    for index in range(1, 4):
        store.put(key(index, film="watched"), bytes(10), keep=[PresentationId("watched")])

    assert store.presentations == {"watched"}
    store.put(key(4, film="watched"), bytes(10), keep=[PresentationId("watched")])
    assert [n for n in range(5) if key(n, film="watched") in store] == [1, 2, 3, 4]


def test_what_was_just_put_stays_even_when_it_alone_is_too_large(tmp_path: Path) -> None:
    store = SegmentStore(tmp_path, limit_bytes=10)
    store.put(key(0), bytes(5))
    store.put(key(1), bytes(100))

    assert store.get(key(1)) == bytes(100)
    assert key(0) not in store


@pytest.mark.parametrize("call", ["mkstemp", "fdopen"])
def test_on_a_full_disk_memory_takes_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    store = SegmentStore(tmp_path, spare_bytes=20)
    with monkeypatch.context() as full:
        full.setattr({"mkstemp": tempfile, "fdopen": os}[call], call, fail)
        for index in range(3):
            store.put(key(index), bytes([index]) * 10)

    assert [store.get(key(index)) for index in range(3)] == [None, b"\1" * 10, b"\2" * 10]
    assert files(tmp_path) == []
    assert store.used_bytes == 0
    assert not list(tmp_path.glob("**/*.part"))


def test_a_disk_that_has_space_again_takes_over_from_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SegmentStore(tmp_path)
    with monkeypatch.context() as full:
        full.setattr(tempfile, "mkstemp", fail)
        store.put(key(0), b"old")
    store.put(key(0), b"newer")

    assert store.get(key(0)) == b"newer"
    assert SegmentStore(tmp_path).get(key(0)) == b"newer"


def test_what_memory_replaces_is_no_longer_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SegmentStore(tmp_path)
    store.put(key(0), b"old")
    with monkeypatch.context() as full:
        full.setattr(tempfile, "mkstemp", fail)
        store.put(key(0), b"newer")

    assert store.get(key(0)) == b"newer"
    assert (store.used_bytes, files(tmp_path)) == (0, [])


def test_a_folder_that_cannot_be_written_is_no_end(tmp_path: Path) -> None:
    (tmp_path / "blocked").write_bytes(b"a file where a folder should be")
    store = SegmentStore(tmp_path / "blocked")
    store.put(key(0), b"data")

    assert store.get(key(0)) == b"data"


HOSTILE = ["..", ".", "", "/", "a/b", "a\\b", "a\0b", "-", "x" * 200, "ä", "a\n", "~"]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_refused(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "store"
    store = SegmentStore(folder)
    for bad in (key(0, film=name), key(0, representation=name)):
        with pytest.raises(ValueError, match="not a name"):
            store.put(bad, b"data")
        assert store.get(bad) is None
        store.discard(bad)

    assert files(tmp_path) == []


@pytest.mark.parametrize("name", HOSTILE)
def test_discarding_a_hostile_name_removes_nothing(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "store"
    store = SegmentStore(folder)
    store.put(key(0), b"data")
    (tmp_path / "mine.txt").write_bytes(b"mine")

    # An absolute name is one within reach of this test alone, should it ever be followed.
    store.discard_presentation(PresentationId(name if name != "/" else str(tmp_path)))

    assert files(tmp_path) == ["mine.txt", "store/film/v720/0.seg"]


def test_a_presentation_can_be_discarded(tmp_path: Path, store: SegmentStore) -> None:
    store.put(key(0), b"data")
    store.put(key(0, film="other"), b"data")
    (tmp_path / "film" / "v720" / "stray").write_bytes(b"")

    store.discard_presentation(PresentationId("film"))

    assert files(tmp_path) == ["other/v720/0.seg"]
    assert (store.used_bytes, sorted(store.presentations)) == (4, ["other"])
