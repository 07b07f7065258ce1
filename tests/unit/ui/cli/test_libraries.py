"""``matinee library`` against a real server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.helpers.edge import Edge, running_edge
from tests.helpers.library import write
from ui.cli.main import app
from ui.cli.words import CommandError


@pytest.fixture
def edge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Edge]:
    with running_edge(tmp_path / "home") as edge, edge.client() as client:

        @contextmanager
        def there(_where: object, *, starter: bool) -> Iterator[SimpleNamespace]:
            assert not starter  # a look at a house puts no films into it
            yield SimpleNamespace(client=client)

        monkeypatch.setattr("ui.cli.libraries.open_edge", there)
        yield edge


def test_a_library_from_its_making_to_its_end(
    edge: Edge, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home, root = ["--home", str(edge.home)], tmp_path / "Films"
    write(root, "Alien (1979).mkv")
    (root / "Empty (2001).mkv").touch()
    app(["library", "add", str(root), "--kind", "movies", "--no-watch", *home])
    said = capsys.readouterr().out
    assert "added   Films" in said
    assert "1 titles, 1 files with problems" in said
    write(root, "Blade (1998).mkv")
    app(["library", "scan", "films", *home])
    assert "2 titles, 1 files with problems" in capsys.readouterr().out
    app(["library", "list", *home])
    said = capsys.readouterr().out
    assert "Films  movies  2 titles, 1 files with problems" in said
    app(["library", "list", "--json", *home])
    found = {view["name"]: view for view in json.loads(capsys.readouterr().out)}
    assert found["Films"]["folders"] == [str(root)]
    app(["library", "problems", "Films", *home])
    assert "The file is empty" in capsys.readouterr().out
    app(["library", "problems", "Films", "--json", *home])
    (problem,) = json.loads(capsys.readouterr().out)
    assert problem["problem"]["code"] == "file_empty"
    app(["library", "remove", "Films", *home])
    assert "removed Films" in capsys.readouterr().out
    assert (root / "Alien (1979).mkv").exists()
    with pytest.raises(CommandError):
        app(["library", "scan", "Films", *home])


def test_a_library_needs_a_folder(edge: Edge) -> None:
    with pytest.raises(CommandError) as mistake:
        app(["library", "add", "--home", str(edge.home)])
    assert mistake.value.hint
