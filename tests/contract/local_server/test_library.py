"""Libraries and edits over the wire."""

from __future__ import annotations

from pathlib import Path

import pytest

from local_server.client import EdgeClient, EdgeRefused
from local_server.contracts import (
    ChangeLibrary,
    LibraryKind,
    MakeLibrary,
    TitleEdit,
)
from tests.helpers.edge import Edge
from tests.helpers.library import write


def test_a_library_from_its_making_to_its_end(
    client: EdgeClient, edge: Edge, tmp_path: Path
) -> None:
    root = tmp_path / "Films"
    write(root, "A (2001)/A (2001).mkv", "A (2001)/A (2001) - 4K.mkv")
    (root / "A (2001)/movie.nfo").write_text("<movie>")
    made = client.make_library(
        MakeLibrary(name="Films", kind=LibraryKind.MOVIES, folders=(str(root),), watch=False)
    )
    assert edge.server.services.library.await_scan(made.id, 60)
    view = client.library(made.id)
    assert (view.titles, view.refused, view.built_in) == (1, 1, False)
    (problem,) = client.library_problems(made.id).items
    assert (problem.problem.code, Path(problem.path).name) == ("nfo_not_xml", "movie.nfo")
    (film,) = client.titles().items
    (edition,) = client.title(film.id).editions
    assert client.split_title(edition.id).summary.kind == film.kind
    assert len(client.merge_titles(film.id, edition.id).editions) == 1
    assert client.edit_title(film.id, TitleEdit(name="Mine")).summary.name == "Mine"
    client.prepare_title(film.id)
    client.scan_library(made.id)
    client.cancel_scan(made.id)
    assert client.change_library(made.id, ChangeLibrary(name="Cinema")).name == "Cinema"
    with pytest.raises(EdgeRefused) as refused:
        client.write_nfo("nothing-of-nfo")
    assert refused.value.status == 404
    assert Path(client.write_nfo(film.id).path).exists()
    client.remove_library(made.id)
    assert [library.id for library in client.libraries()] == ["built-in"]
    assert client.titles().total == 0
    assert (root / "A (2001)/A (2001).mkv").exists()
