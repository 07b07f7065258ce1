"""The home of a server: private, held by one, honest about what is wrong with it."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from local_server.errors import AddressUnavailable, AlreadyRunning, HomeUnusable
from local_server.runtime import home, running
from local_server.runtime.listening import listen, url_of
from local_server.runtime.running import NOTE, RunningServer, note_text, running_server
from local_server.runtime.settings import ServerPaths


@pytest.fixture
def paths(tmp_path: Path) -> ServerPaths:
    paths = ServerPaths.under(tmp_path / "home")
    home.prepare(paths)
    return paths


def test_folders_are_private(paths: ServerPaths) -> None:
    for folder in (paths.home, paths.server, paths.media, paths.studio):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    home.prepare(paths)


def test_a_secret_is_made_once_and_private(paths: ServerPaths) -> None:
    first = home.secret(paths.token)
    assert len(bytes.fromhex(first)) == 32
    assert home.secret(paths.token) == first
    assert home.secret(paths.media_key) != first
    assert stat.S_IMODE(paths.token.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [b"", b"short", b"\xff" * 64])
def test_a_damaged_secret_is_not_replaced(paths: ServerPaths, content: bytes) -> None:
    paths.token.write_bytes(content)
    with pytest.raises(HomeUnusable) as unusable:
        home.secret(paths.token)
    assert str(paths.token) in unusable.value.detail
    assert paths.token.read_bytes() == content


def test_a_full_disk_leaves_no_half_secret(
    paths: ServerPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(running.os, "fsync", full)  # type: ignore[attr-defined]
    with pytest.raises(HomeUnusable, match="No space left"):
        home.secret(paths.token)
    assert list(paths.server.iterdir()) == []


def test_a_home_is_held_by_one_at_a_time(paths: ServerPaths) -> None:
    with home.held(paths), pytest.raises(AlreadyRunning), home.held(paths):
        pytest.fail("held twice")
    with home.held(paths):
        pass


def test_the_other_server_is_named(paths: ServerPaths) -> None:
    note = RunningServer(url="http://127.0.0.1:1/", pid=os.getpid(), token_file=paths.token)
    (paths.home / NOTE).write_text(note_text(note))
    with (
        home.held(paths),
        pytest.raises(AlreadyRunning, match=r"http://127\.0\.0\.1:1/"),
        home.held(paths),
    ):
        pytest.fail("held twice")


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "home").touch()
    with pytest.raises(HomeUnusable):
        home.prepare(ServerPaths.under(tmp_path / "home"))


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff",
        b'{"url": "x"}',
        b'{"url": 1, "pid": "x", "token_file": 2}',
    ],
)
def test_a_note_that_makes_no_sense(tmp_path: Path, note: bytes) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / NOTE).write_bytes(note)
    assert running_server(tmp_path) is None


def test_a_note_of_a_process_that_is_gone(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    document = {"url": "http://127.0.0.1:1/", "pid": 2**22 + 1, "token_file": "/x"}
    (tmp_path / NOTE).write_text(json.dumps(document))
    assert running_server(tmp_path) is None


@pytest.mark.skipif(sys.platform != "linux", reason="only there the dead keep their number")
def test_a_note_of_a_process_that_is_dead_but_not_reaped(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as dead:
        os.waitid(os.P_PID, dead.pid, os.WEXITED | os.WNOWAIT)
        (tmp_path / "run").mkdir()
        note = RunningServer(url="http://127.0.0.1:1/", pid=dead.pid, token_file=tmp_path)
        (tmp_path / NOTE).write_text(note_text(note))
        assert running_server(tmp_path) is None


def test_addresses() -> None:
    with listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        assert url_of(first) == f"http://127.0.0.1:{port}/"
        with pytest.raises(AddressUnavailable, match="taken") as taken, listen("127.0.0.1", port):
            pytest.fail("listened twice")
        assert "--port" in taken.value.hint
    with listen("0.0.0.0", 0) as everywhere:
        assert url_of(everywhere).startswith("http://127.0.0.1:")
    for host, number in (("192.0.2.1", 0), ("no such name.", 0), ("127.0.0.1", 70_000)):
        with pytest.raises(AddressUnavailable), listen(host, number):
            pytest.fail("listened")


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="no IPv6 on this machine")
def test_addresses_of_version_6() -> None:
    with listen("::1", 0) as listener:
        assert url_of(listener) == f"http://[::1]:{listener.getsockname()[1]}/"
