"""What people set by hand stays; what they give back follows the files again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring

from local_server.contracts import (
    Availability,
    EditableField,
    LibraryKind,
    Person,
    PersonRole,
    Problem,
    TitleEdit,
    TitleKind,
)
from local_server.errors import Conflict, NotFound
from tests.helpers.edge import Edge
from tests.helpers.library import make_library, only, rescan, titles, write

NOTE = """<?xml version="1.0" encoding="UTF-8"?>
<!-- kept -->
<movie>
  <title>From the note</title>
  <plot>Of the note.</plot>
  <fileinfo><streamdetails><video><codec>h264</codec></video></streamdetails></fileinfo>
  <actor><name>Her</name><role>Self</role><thumb>https://example.org/her.jpg</thumb></actor>
</movie>
https://www.imdb.com/title/tt0083658/
"""


def test_an_edited_field_is_kept_from_scans(edge: Edge, tmp_path: Path) -> None:
    root = tmp_path / "Films"
    write(root, "A (2001)/A (2001).mkv")
    (root / "A (2001)/movie.nfo").write_text(NOTE)
    library = make_library(edge, root)
    title = only(edge)
    edge.server.services.library.edit(
        title.id,
        TitleEdit(
            name="Mine",
            sort_name="AAA",
            genres=("Noir", "Noir"),
            people=(Person(name="Him", role=PersonRole.DIRECTOR),),
            certificate="FSK 16",
        ),
    )
    (root / "A (2001)/movie.nfo").write_text(NOTE.replace("Of the note.", "Of the new note."))
    rescan(edge, library)
    detail = edge.server.services.catalog.detail(title.id)
    assert (detail.summary.name, detail.synopsis) == ("Mine", "Of the new note.")
    assert (detail.summary.genres, detail.summary.min_age) == (("Noir",), 16)
    assert [person.name for person in detail.people] == ["Him"]
    assert set(detail.locked) == {
        EditableField.NAME,
        EditableField.SORT_NAME,
        EditableField.GENRES,
        EditableField.PEOPLE,
        EditableField.CERTIFICATE,
    }


def test_a_field_given_back_follows_its_files_again(edge: Edge, tmp_path: Path) -> None:
    root = tmp_path / "Films"
    write(root, "A (2001)/A (2001).mkv", "Show/Show S01E01.mkv")
    library = make_library(edge, root, LibraryKind.MIXED)
    film, series = titles(edge)
    for title in (film, series):
        edge.server.services.library.edit(title.id, TitleEdit(name="Mine"))
        edge.server.services.library.edit(title.id, TitleEdit(unlock=(EditableField.NAME,)))
        assert edge.server.services.library.await_scan(library.id, 60)
    assert [title.name for title in titles(edge)] == ["A", "Show"]


def test_a_lock_keeps_a_field_as_it_is(edge: Edge, tmp_path: Path) -> None:
    root = tmp_path / "Films"
    write(root, "A (2001).mkv")
    library = make_library(edge, root)
    edge.server.services.library.edit(only(edge).id, TitleEdit(lock=(EditableField.YEAR,)))
    (root / "A (2001).mkv").rename(root / "B (2002).mkv")
    rescan(edge, library)
    assert (only(edge).name, only(edge).year) == ("B", 2001)


def test_a_corrected_number_makes_room_for_the_real_episode(edge: Edge, tmp_path: Path) -> None:
    root = tmp_path / "Shows"
    write(root, "Show/Show S01E02.mkv")
    library = make_library(edge, root, LibraryKind.SERIES)
    series = only(edge)
    (episode,) = edge.server.services.catalog.detail(series.id).episodes
    edge.server.services.library.edit(episode.id, TitleEdit(episode=3))
    write(root, "Show/Show S01E02 again.mkv")
    rescan(edge, library)
    episodes = edge.server.services.catalog.detail(series.id).episodes
    assert [(e.episode, e.id == episode.id) for e in episodes] == [(2, False), (3, True)]
    with pytest.raises(Conflict):
        edge.server.services.library.edit(series.id, TitleEdit(season=1))
    with pytest.raises(NotFound):
        edge.server.services.library.edit("nothing", TitleEdit(name="x"))


def test_titles_become_one_and_two_again(edge: Edge, tmp_path: Path) -> None:
    root = tmp_path / "Films"
    write(root, "A (2001).mkv", "Completely other (1990).mkv")
    library = make_library(edge, root)
    first, second = titles(edge)
    service = edge.server.services.library
    service.merge(first.id, second.id)
    (root / "Completely other (1990).mkv").rename(root / "Another (1991).mkv")
    rescan(edge, library)
    assert only(edge).id == first.id
    (edition,) = edge.server.services.catalog.detail(first.id).editions
    assert (edition.id, edition.kind) == (second.id, TitleKind.EDITION)
    service.split(second.id)
    (root / "Another (1991).mkv").rename(root / "Third (1992).mkv")
    rescan(edge, library)
    assert [t.id for t in titles(edge)] == [first.id, second.id]
    with pytest.raises(Conflict):
        service.split(second.id)
    with pytest.raises(Conflict):
        service.merge(first.id, first.id)


def test_a_note_is_written_back(edge: Edge, tmp_path: Path) -> None:
    root = tmp_path / "Films"
    write(root, "A (2001)/A (2001).mkv")
    note = root / "A (2001)/movie.nfo"
    note.write_text(NOTE)
    library = make_library(edge, root)
    title = only(edge)
    service = edge.server.services.library
    service.edit(title.id, TitleEdit(name="Mine & yours", tags=("new",)))
    result = service.write_nfo(title.id)
    assert result.path == str(note)
    assert result.backup_path is not None
    assert Path(result.backup_path).read_text() == NOTE
    text = note.read_text()
    assert text.index("<!-- kept -->") < text.index("<movie>")
    assert text.rstrip().endswith("https://www.imdb.com/title/tt0083658/")
    root_element = fromstring(text[text.index("<movie>") : text.index("</movie>") + 8])
    assert root_element.findtext("title") == "Mine & yours"
    assert root_element.findtext("plot") == "Of the note."
    assert root_element.findtext("tag") == "new"
    assert root_element.findtext("fileinfo/streamdetails/video/codec") == "h264"
    assert root_element.findtext("actor/thumb") == "https://example.org/her.jpg"
    assert root_element.findtext("lockdata") == "true"
    assert rescan(edge, library).refused == 0
    assert only(edge).name == "Mine & yours"


def test_new_notes_beside_films_and_series(edge: Edge, tmp_path: Path) -> None:
    root = tmp_path / "All"
    write(root, "A (2001)/A (2001).mkv", "Show/Season 1/Show S01E01.mkv")
    make_library(edge, root, LibraryKind.MIXED)
    film, series = titles(edge)
    service = edge.server.services.library
    assert service.write_nfo(film.id).path == str(root / "A (2001)/A (2001).nfo")
    assert service.write_nfo(series.id).path == str(root / "Show/tvshow.nfo")
    assert service.write_nfo(film.id).backup_path is not None
    assert sorted(path.name for path in (root / "A (2001)").iterdir()) == [
        "A (2001).mkv",
        "A (2001).nfo",
        "A (2001).nfo.bak",
    ]


def test_a_note_that_cannot_be_written(
    edge: Edge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "Films"
    write(root, "A (2001)/A (2001).mkv")
    make_library(edge, root)

    def refuse(_descriptor: int) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(Conflict) as refused:
        edge.server.services.library.write_nfo(only(edge).id)
    assert refused.value.code == "folder_read_only"
    assert [path.name for path in (root / "A (2001)").iterdir()] == ["A (2001).mkv"]
    loose = edge.accept(tmp_path, "loose.mkv")
    monkeypatch.undo()
    assert edge.server.services.library.write_nfo(loose).path == str(tmp_path / "loose.nfo")


def test_a_title_is_asked_for(edge: Edge, tmp_path: Path) -> None:
    root = tmp_path / "Films"
    write(root, *(f"Film {n} (2001).mkv" for n in range(40)))
    make_library(edge, root)
    queued = {request.title_id for request in edge.studio.requests}
    waiting = next(title for title in titles(edge) if title.id not in queued)
    service = edge.server.services.library
    service.prepare(waiting.id)
    assert edge.studio.requests[-1].title_id == waiting.id
    assert edge.studio.requests[-1].priority > edge.studio.requests[0].priority
    edge.studio.fail(waiting.id, Problem(code="file_damaged", message="Damaged"))
    edge.clock.forward(1)
    service.prepare(waiting.id)
    assert edge.studio.requests[-1].title_id == waiting.id
    detail = edge.server.services.catalog.detail(waiting.id)
    assert detail.summary.availability is Availability.PREPARING
    with pytest.raises(NotFound):
        service.prepare("nothing")
