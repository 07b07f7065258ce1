"""Scans that meet what no library should hold."""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from local_server.contracts import Availability, ChangeLibrary, LibraryKind, MakeLibrary, ScanState
from local_server.errors import Conflict, NotFound, Refusal
from local_server.services.catalog.intake import OfferedFile, fingerprint, old_fingerprint
from local_server.services.catalog.scan import gather, scan, scans, tour
from local_server.services.catalog.scan.gather import moving
from local_server.services.catalog.scan.patient import FolderSilent, PatientReader, Stopped
from local_server.services.catalog.scan.walk import list_folder
from local_server.services.catalog.tables import AssetRow
from tests.helpers.edge import Edge, edge_without_http
from tests.helpers.library import make_library, only, rescan, titles, write


def test_a_loop_of_links_is_walked_once(edge: Edge, tmp_path: Path) -> None:
    root = tmp_path / "Films"
    write(root, "A (2001)/A (2001).mkv")
    (root / "A (2001)/again").symlink_to(root)
    (root / "self").symlink_to(root / "self")
    (root / "B").symlink_to(root / "A (2001)")
    make_library(edge, root)
    assert only(edge).name == "A"


def test_what_is_hidden_or_ignored_is_left_alone(edge: Edge, tmp_path: Path) -> None:
    root = tmp_path / "Films"
    write(
        root,
        "A (2001).mkv",
        ".B (2002).mkv",
        ".trash/C (2003).mkv",
        "not/D (2004).mkv",
        "some/E (2005).mkv",
        "some/F (2006).mkv",
        "@eaDir/G (2007).mkv",
    )
    (root / "not/.ignore").touch()
    (root / "some/.ignore").write_text("E*\n")
    make_library(edge, root)
    assert [title.name for title in titles(edge)] == ["A", "F"]


@pytest.mark.parametrize(
    "name",
    ["line\nbreak (2001).mkv", "bell\a (2001).mkv", "\u202ecod (2001).mkv", "caf\udce9 (2001).mkv"],
)
def test_names_that_no_screen_could_show(edge: Edge, tmp_path: Path, name: str) -> None:
    root = tmp_path / "Films"
    write(root, name)
    library = make_library(edge, root)
    title = only(edge)
    assert title.name.isprintable()
    assert title.name.encode()
    edge.server.services.catalog.detail(title.id).model_dump_json()
    (root / name).unlink()
    rescan(edge, library)
    assert only(edge).availability is Availability.MISSING


def test_many_files_in_one_folder(edge: Edge, tmp_path: Path) -> None:
    root = tmp_path / "Films"
    write(root, *(f"Film {n} ({1950 + n % 70}).mkv" for n in range(700)))
    write(root, *(f"Film {n} ({1950 + n % 70}).en.srt" for n in range(700)))
    library = make_library(edge, root)
    assert library.titles == 700
    assert library.scan.state is ScanState.IDLE
    # The studio gets a few of them at a time, and the next when it has done one.
    assert len(edge.studio.requests) == 32
    edge.studio.finish(edge.studio.requests[0].title_id)
    assert len(edge.studio.requests) == 33
    asked = edge.accept(tmp_path, "Wanted.mkv")
    assert edge.studio.requests[-1].title_id == asked


def test_a_share_that_hangs_ends_its_own_scan_only(
    edge: Edge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hung, well = tmp_path / "Hung", tmp_path / "Well"
    write(hung, "A (2001).mkv", "deep/B (2002).mkv")
    write(well, "C (2003).mkv")
    library = make_library(edge, hung)
    released = threading.Event()
    listing = list_folder

    def hang(folder: str, *arguments: Any) -> Any:
        if folder.startswith(str(hung)):
            released.wait()
        return listing(folder, *arguments)

    monkeypatch.setattr(tour, "list_folder", hang)
    monkeypatch.setattr(edge.server.services.library._scans, "_silence_s", 0.2)
    try:
        library = rescan(edge, library)
        assert library.problem is not None
        assert library.problem.code == "folder_does_not_answer"
        assert str(hung) in library.problem.message
        make_library(edge, well)
        assert [t.name for t in titles(edge)] == ["A", "B", "C"]
        assert {t.availability for t in titles(edge)} == {Availability.PREPARING}
    finally:
        released.set()
    monkeypatch.setattr(tour, "list_folder", listing)
    assert rescan(edge, library).problem is None


def test_a_pipe_in_the_place_of_a_film_or_note(edge: Edge, tmp_path: Path) -> None:
    root = tmp_path / "Films"
    write(root, "A (2001)/A (2001).mkv")
    os.mkfifo(root / "A (2001)/movie.nfo")
    os.mkfifo(root / "A (2001)/poster.jpg")
    os.mkfifo(root / "B (2002).mkv")
    library = make_library(edge, root)
    assert only(edge).name == "A"
    assert library.problem is None


def test_a_file_that_grows_is_taken_when_it_rests(
    edge: Edge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "Films"
    write(root, "A (2001).mkv", "B (2002).mkv")
    edge.clock.at = datetime.now(UTC)
    monkeypatch.setattr(scan, "SETTLE_S", 0.0)
    monkeypatch.setattr(edge.server.services.library._scans, "_rest_s", 0.0)
    rounds = []

    def grow(files: Any, settle_s: float) -> frozenset[str]:
        rounds.append(sorted(Path(file.path).name for file in files))
        if len(rounds) < 3:
            with (root / "B (2002).mkv").open("ab") as growing:
                growing.write(b"more")
        return moving(files, settle_s)

    monkeypatch.setattr(scan, "moving", grow)
    make_library(edge, root)
    assert rounds == [["A (2001).mkv", "B (2002).mkv"], ["B (2002).mkv"], ["B (2002).mkv"]]
    assert [t.name for t in titles(edge)] == ["A", "B"]


def test_the_clock_may_be_set_back(edge: Edge, tmp_path: Path) -> None:
    root = tmp_path / "Films"
    write(root, "A (2001).mkv")
    library = make_library(edge, root)
    edge.clock.forward(-3600 * 24 * 365)
    write(root, "B (2002).mkv")
    rescan(edge, library)
    assert [t.name for t in titles(edge)] == ["A", "B"]
    assert len(edge.studio.requests) == 2


def test_an_empty_file_and_one_that_cannot_be_read(
    edge: Edge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "Films"
    write(root, "A (2001).mkv", "B (2002).mkv")
    (root / "C (2003).mkv").touch()

    def refuse(file: Any) -> str:
        if "B" in file.path.name:
            raise PermissionError(13, "Permission denied")
        return fingerprint(file)

    monkeypatch.setattr(gather, "fingerprint", refuse)
    library = make_library(edge, root)
    assert [t.name for t in titles(edge)] == ["A"]
    problems = edge.server.services.library.problems(library.id, limit=9, offset=0)
    assert [(Path(p.path).name, p.problem.code) for p in problems.items] == [
        ("B (2002).mkv", "file_unreadable"),
        ("C (2003).mkv", "file_empty"),
    ]


def test_a_scan_that_was_cut_short_goes_on_at_the_next_start(tmp_path: Path) -> None:
    root = tmp_path / "Films"
    write(root, "A (2001).mkv")
    with edge_without_http(tmp_path / "home") as edge:
        library = make_library(edge, root)
        write(root, "B (2002).mkv")
        edge.server.services.library._scans.stop()
        edge.server.services.library.scan(library.id)
        assert [t.name for t in titles(edge)] == ["A"]
    with edge_without_http(tmp_path / "home") as edge:
        edge.server.services.library.start()
        assert edge.server.services.library.await_scan(library.id, 60)
        assert [t.name for t in titles(edge)] == ["A", "B"]


def test_a_scan_is_cancelled(edge: Edge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "Films"
    write(root, "A (2001)/A (2001).mkv")
    listing, begun, go_on = list_folder, threading.Event(), threading.Event()

    def slow(*arguments: Any) -> Any:
        begun.set()
        go_on.wait()
        return listing(*arguments)

    monkeypatch.setattr(tour, "list_folder", slow)
    library = edge.server.services.library
    wanted = MakeLibrary(name="Films", folders=(str(root),), watch=False)
    made = library.make_library(wanted)
    assert begun.wait(30)
    assert library.library(made.id).scan.state is ScanState.RUNNING
    library.cancel_scan(made.id)
    assert library.await_scan(made.id, 30)
    go_on.set()
    assert titles(edge) == []
    assert library.library(made.id).scan.state is ScanState.IDLE


def test_libraries_that_cannot_be(edge: Edge, tmp_path: Path) -> None:
    library = edge.server.services.library
    make_library(edge, tmp_path / "Films")
    for folder, code in (("relative", "path_not_absolute"), (str(edge.home), "own_folder")):
        with pytest.raises(Refusal) as refused:
            library.make_library(MakeLibrary(name="Other", folders=(folder,)))
        assert refused.value.code == code
    with pytest.raises(Conflict):
        library.make_library(MakeLibrary(name="Films", folders=(str(tmp_path),)))
    for ask in (library.scan, library.remove_library):
        with pytest.raises(Conflict):
            ask("built-in")
        with pytest.raises(NotFound):
            ask("nothing")


def test_the_patient_reader() -> None:
    reader = PatientReader(deadline_s=0.1)
    assert reader.call(lambda _beat: 7) == 7
    with pytest.raises(ZeroDivisionError):
        reader.call(lambda _beat: 1 // 0)
    never = threading.Event()
    with pytest.raises(FolderSilent):
        reader.call(lambda _beat: never.wait())
    never.set()
    reader.close()
    stopped = PatientReader(deadline_s=100, is_stopped=lambda: True)
    again = threading.Event()
    with pytest.raises(Stopped):
        stopped.call(lambda _beat: again.wait())
    again.set()
    stopped.close()


def test_a_mixed_library_changes_its_kind(edge: Edge, tmp_path: Path) -> None:
    root = tmp_path / "Videos"
    write(root, "2020-05-01 Birthday.mp4")
    library = make_library(edge, root, LibraryKind.MOVIES)
    before = only(edge)
    edge.server.services.library.change_library(
        library.id, ChangeLibrary(kind=LibraryKind.HOME_VIDEOS)
    )
    assert edge.server.services.library.await_scan(library.id, 60)
    after = only(edge)
    assert (after.id, str(after.kind), after.name) == (before.id, "video", "Birthday")
    assert scans.SILENCE_S > scan.SETTLE_S


def test_an_address_is_not_handed_to_the_studio(edge: Edge, tmp_path: Path) -> None:
    root = tmp_path / "Films"
    root.mkdir()
    (root / "A (2001).strm").write_text("http://example.org/a.mkv\n")
    make_library(edge, root)
    title = only(edge)
    with pytest.raises(Conflict) as refused:
        edge.server.services.library.prepare(title.id)
    assert title.problem is not None
    assert (refused.value.code, title.problem.code) == ("strm_not_prepared", "strm_not_prepared")
    assert only(edge).availability is Availability.FAILED
    assert edge.studio.requests == []


def test_a_film_known_by_an_old_fingerprint_keeps_its_title_when_it_moves(
    edge: Edge, tmp_path: Path
) -> None:
    root = tmp_path / "Films"
    write(root, "A (2001).mkv")
    library = make_library(edge, root)
    before = only(edge)
    path = root / "A (2001).mkv"
    facts = path.stat()
    offered = OfferedFile(path=path, size_bytes=facts.st_size, mtime_ns=facts.st_mtime_ns)
    with edge.server.services.library._database.write() as session:
        session.scalars(select(AssetRow)).one().fingerprint = old_fingerprint(offered)
    (root / "Else").mkdir()
    path.rename(root / "Else" / "B (2002).mkv")
    rescan(edge, library)
    assert (only(edge).id, only(edge).name) == (before.id, "B")
    with edge.server.services.library._database.read() as session:
        assert session.scalars(select(AssetRow.fingerprint)).one() == fingerprint(
            OfferedFile(
                path=root / "Else" / "B (2002).mkv",
                size_bytes=facts.st_size,
                mtime_ns=facts.st_mtime_ns,
            )
        )
