"""``matinee profile`` and ``matinee stats`` against a real server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from local_server.contracts import ProfileStyle, TitleEdit, WatchEvent, WatchKind
from tests.helpers.edge import Edge, running_edge
from ui.cli.main import app
from ui.cli.statistics import duration, shade
from ui.cli.words import CommandError


@pytest.fixture
def edge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Edge]:
    with running_edge(tmp_path / "home") as edge, edge.client() as client:

        @contextmanager
        def there(_where: object, *, starter: bool) -> Iterator[SimpleNamespace]:
            assert not starter  # a look at a house puts no films into it
            yield SimpleNamespace(client=client)

        monkeypatch.setattr("ui.cli.profiles.open_edge", there)
        monkeypatch.setattr("ui.cli.statistics.open_edge", there)
        yield edge


def watch(edge: Edge, title_id: str, minutes: int) -> None:
    profile_id = edge.server.services.users.household().profiles[0].id
    playback = edge.server.services.playback
    grant = playback.start(title_id=title_id, profile_id=profile_id, device_id="tv")
    told = [
        WatchEvent(
            id=f"event-{step}",
            session_id=grant.session_id,
            profile_id=profile_id,
            title_id=title_id,
            kind=WatchKind.PROGRESS,
            position_s=60.0 * step,
            duration_s=6000.0,
            at=edge.clock() + timedelta(minutes=step),
        )
        for step in range(minutes + 1)
    ]
    edge.clock.forward(60 * minutes + 1)
    playback.record(told)


def test_nothing_watched_yet(edge: Edge, capsys: pytest.CaptureFixture[str]) -> None:
    app(["stats", "--home", str(edge.home)])
    assert "Nothing was watched in the last 30 days" in capsys.readouterr().out


def test_an_overview(edge: Edge, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    film = edge.film(tmp_path)
    edge.server.services.library.edit(film, TitleEdit(name="A [bold] Film"))
    watch(edge, film, 75)
    app(["stats", "--home", str(edge.home), "--days", "7"])
    said = capsys.readouterr().out
    assert "1 h 15 min, 1 plays of 1 titles by 1 profiles" in said
    assert "A [bold] Film" in said
    assert "On tv 1 h 15 min" in said
    app(["stats", "--home", str(edge.home), "--json"])
    figures = json.loads(capsys.readouterr().out)
    assert figures["overview"]["minutes"] == 75


def test_out_to_a_file_and_in_again(
    edge: Edge, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    watch(edge, edge.film(tmp_path), 10)
    file = tmp_path / "profile.json"
    app(["profiles", "export", str(file), "--home", str(edge.home), "--profile", "everyone"])
    assert json.loads(file.read_text())["titles"][0]["title"]["name"] == "A Film"
    app(["profiles", "import", str(file), "--home", str(edge.home)])
    said = capsys.readouterr().out
    assert "Everyone knew all of it already." in said
    assert "1 titles found in the library" in said


def test_settings_come_in_when_asked_for(
    edge: Edge, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    users, home = edge.server.services.users, ["--home", str(edge.home)]
    (profile,) = users.household().profiles
    file = tmp_path / "profile.json"
    app(["profiles", "export", str(file), *home])
    users.change_style(profile.id, ProfileStyle(name="Somebody"))
    app(["profiles", "import", str(file), *home])
    assert users.household().profiles[0].name == "Somebody"
    app(["profiles", "import", "--settings", str(file), *home])
    assert users.household().profiles == (profile,)
    file.write_text('{"Items": []}')
    app(["profiles", "import", "--settings", str(file), *home])
    assert "There are no settings in this file." in capsys.readouterr().err


def test_what_is_not_in_the_library_is_named(
    edge: Edge, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "items.json"
    items = [{"Type": "Movie", "Name": "Nowhere", "UserData": {"Played": True}}]
    file.write_text(json.dumps(items))
    app(["profiles", "import", str(file), "--home", str(edge.home)])
    said = capsys.readouterr()
    assert "Nowhere: Not in this library" in said.out
    assert "1 titles are not in the library" in said.err


def test_mistakes_are_told_in_words(edge: Edge, tmp_path: Path) -> None:
    home = str(edge.home)
    for command in (
        ["profiles", "import", str(tmp_path / "nothing.json")],
        ["profiles", "export", str(tmp_path / "x.json"), "--profile", "nobody"],
        ["profiles", "export", str(tmp_path)],
    ):
        with pytest.raises(CommandError) as mistake:
            app([*command, "--home", home])
        assert mistake.value.hint


def test_words_for_figures() -> None:
    assert [duration(m) for m in (0.4, 59.4, 60, 125)] == [
        "0 min",
        "59 min",
        "1 h 00 min",
        "2 h 05 min",
    ]
    assert [shade(m, 100) for m in (0, 1, 30, 60, 100)] == [" ", "░", "▒", "▓", "█"]
