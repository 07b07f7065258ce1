"""Folders that are watched: changes are told when they rest, and only where they are."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from local_server.services.catalog import watch as module
from local_server.services.catalog.scan.tour import Tops
from local_server.services.catalog.watch import Debounce, Watches, units_of
from tests.helpers.edge import Edge
from tests.helpers.library import make_library, rescan, titles, write


def test_changes_are_told_when_nothing_moves_any_more() -> None:
    debounce = Debounce(quiet_s=2, at_most_s=30)
    assert debounce.take(0) is None
    debounce.note([("/r", "a")], 10)
    assert debounce.take(11) is None
    debounce.note([("/r", "b")], 11.5)
    assert debounce.take(13) is None
    assert debounce.take(13.5) == frozenset({("/r", "a"), ("/r", "b")})
    assert debounce.take(99) is None


def test_changes_that_never_rest_are_told_all_the_same() -> None:
    debounce = Debounce(quiet_s=2, at_most_s=30)
    taken = []
    for second in range(65):
        debounce.note([("/r", "a")], second)
        taken.append(debounce.take(second))
    assert [second for second, units in enumerate(taken) if units] == [30, 61]


def test_hidden_files_are_nobodys_business() -> None:
    paths = ("/r/a/.film.mkv.part", "/r/.git/x", "/elsewhere/b.mkv", "/r/a/S1/e.mkv")
    assert units_of(paths, ["/r"]) == {("/r", "a")}
    assert ("/r", "") in units_of(["/r/film.mkv"], ["/r"])
    assert units_of(["/r/a/.ignore"], ["/r"]) == {("/r", "a")}


def test_a_file_put_into_a_folder_is_told(tmp_path: Path) -> None:
    told: list[tuple[str, Tops | None]] = []
    heard = threading.Event()

    def changed(library_id: str, units: Tops | None) -> None:
        told.append((library_id, units))
        heard.set()

    (tmp_path / "Film").mkdir()
    watches = Watches(changed, quiet_s=0.05, at_most_s=0.2, look_s=0.05)
    watches.set("l", [str(tmp_path)])
    try:
        for number in range(600):  # the system needs a moment before it tells of changes
            write(tmp_path, f"Film/{number}.mkv")
            if heard.wait(0.1):
                break
        assert told[0][0] == "l"
        assert told[0][1] is not None
        assert (str(tmp_path), "Film") in told[0][1]
    finally:
        watches.stop()


def test_where_nothing_is_told_folders_are_looked_through_from_time_to_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def impossible(*_: object, **__: object) -> None:
        raise OSError(28, "inotify watch limit reached")

    monkeypatch.setattr(module, "watch", impossible)
    asked = threading.Semaphore(0)
    watches = Watches(lambda _id, units: asked.release() if units is None else None, poll_s=0.01)
    watches.set("l", [str(tmp_path)])
    try:
        for _ in range(3):
            assert asked.acquire(timeout=30)
    finally:
        watches.stop()


def test_a_scan_of_some_folders_leaves_the_others_alone(edge: Edge, tmp_path: Path) -> None:
    root = tmp_path / "Films"
    write(root, "A/A (2001).mkv", "B/B (2002).mkv", "C (2003).mkv")
    library = make_library(edge, root)
    (root / "A/A (2001).mkv").unlink()
    (root / "B/B (2002).mkv").unlink()
    write(root, "B/B2 (2004).mkv", "A/A2 (2005).mkv")
    edge.server.services.library._scans.request(library.id, frozenset({(str(root), "B")}))
    assert edge.server.services.library.await_scan(library.id, 60)
    states = {title.name: str(title.availability) for title in titles(edge)}
    assert states == {
        "A": "preparing",
        "B": "missing",
        "B2": "preparing",
        "C": "preparing",
    }
    rescan(edge, library)
    assert {t.name: str(t.availability) for t in titles(edge)}["A"] == "missing"
