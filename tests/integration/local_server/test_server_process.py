"""The server as a process of its own: started, refused, killed, started again."""

from __future__ import annotations

import json
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from local_server.client import EdgeClient, EdgeError, running_server
from local_server.contracts import WatchEvent, WatchKind
from local_server.runtime.settings import ServerPaths
from tests.helpers.edge import EVENING

pytestmark = pytest.mark.slow

START_S = 60.0


def command(home: Path, port: int = 0) -> list[str]:
    server = [sys.executable, "-m", "local_server", "--home", str(home), "--port", str(port)]
    return [*server, "--no-starter", "--stop-with-parent"]


@contextmanager
def server(home: Path, port: int = 0) -> Iterator[subprocess.Popen[bytes]]:
    """A server process that listens; ended by the end of its standard input."""
    with subprocess.Popen(
        command(home, port), stdin=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        try:
            wait_listening(home, process)
            yield process
        finally:
            if process.stdin is not None:
                process.stdin.close()
            process.wait(30)


def wait_listening(home: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        running = running_server(home)
        if running is not None and running.pid == process.pid:
            return
        assert process.poll() is None, process.stderr and process.stderr.read().decode()
        time.sleep(0.02)
    raise TimeoutError("the server does not listen")


def failing(home: Path, port: int = 0) -> str:
    """What a server says that cannot start; its exit code is 1."""
    done = subprocess.run(
        command(home, port), stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 1, done.stderr
    said = done.stderr.decode()
    assert "Traceback" not in said
    return said


def the_client(home: Path) -> EdgeClient:
    client = EdgeClient.of_home(home)
    assert client is not None
    return client


def test_one_server_per_home_and_an_orderly_end(tmp_path: Path) -> None:
    home = tmp_path / "home"
    paths = ServerPaths.under(home)
    with server(home) as process, the_client(home) as client:
        household = client.household()
        note = json.loads((home / "run" / "server.json").read_text())
        assert note["pid"] == process.pid
        for private in (paths.token, paths.media_key, home / "run" / "server.json"):
            assert stat.S_IMODE(private.stat().st_mode) == 0o600
        assert stat.S_IMODE(paths.server.stat().st_mode) == 0o700

        said = failing(home)
        assert "already works on this home" in said
        assert client.base_url in said
        assert client.household() == household

        port = port_of(home)
        said = failing(tmp_path / "other", port)
        assert f"Port {port} is taken" in said
        assert "--port" in said
        assert not (tmp_path / "other" / "server" / "token").exists()

        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert running_server(home) is None
        assert not (home / "run" / "server.json").exists()
    assert not list(paths.server.glob("*-wal"))


def test_a_damaged_database_stops_the_start_and_nothing_else(tmp_path: Path) -> None:
    home = tmp_path / "home"
    damaged = ServerPaths.under(home).database("users")
    damaged.parent.mkdir(parents=True)
    damaged.write_bytes(b"not a database" * 100)
    said = failing(home)
    assert "users.sqlite3 cannot be used" in said
    assert damaged.read_bytes() == b"not a database" * 100
    damaged.rename(tmp_path / "aside")
    with server(home), the_client(home) as client:
        assert client.health().status == "ok"


class Poster:
    """Posts watch events, one batch after the other, and remembers which were acknowledged."""

    def __init__(self, home: Path, round_number: int) -> None:
        self.acknowledged: list[WatchEvent] = []
        self._client = the_client(home)
        self._round = round_number
        self._thread = threading.Thread(target=self._post)
        self._thread.start()

    def join(self) -> None:
        self._thread.join()
        self._client.close()

    def _post(self) -> None:
        for number in range(100_000):
            batch = [
                WatchEvent(
                    id=f"{self._round}-{number}-{part}",
                    session_id="session",
                    profile_id="profile",
                    title_id="title",
                    kind=WatchKind.PROGRESS,
                    position_s=float(number * 3 + part),
                    duration_s=1e6,
                    at=EVENING + timedelta(days=self._round, seconds=number * 3 + part),
                )
                for part in range(3)
            ]
            try:
                self._client.post_watch_events(batch)
            except EdgeError:
                return
            self.acknowledged += batch


def test_killed_while_it_takes_events_it_keeps_what_it_acknowledged(tmp_path: Path) -> None:
    home = tmp_path / "home"
    acknowledged: list[WatchEvent] = []
    port = 0
    for round_number, enough in enumerate((5, 30, 80)):
        with server(home, port) as process:
            port = port_of(home)
            poster = Poster(home, round_number)
            while len(poster.acknowledged) < enough:
                time.sleep(0.001)
            process.kill()
            process.wait()
            poster.join()
        assert running_server(home) is None
        acknowledged += poster.acknowledged
        kept = stored(home)
        assert {event.id for event in acknowledged} <= set(kept)
        assert resume_position_s(home) == newest_of_round(kept, round_number)
    with server(home, port), the_client(home) as client:
        assert port_of(home) == port
        assert client.health().status == "ok"


def port_of(home: Path) -> int:
    running = running_server(home)
    assert running is not None
    return urlsplit(running.url).port or 0


def newest_of_round(kept: dict[str, float], round_number: int) -> float:
    return max(p for name, p in kept.items() if name.startswith(f"{round_number}-"))


def stored(home: Path) -> dict[str, float]:
    """Events in the database of a server that is gone: position by id."""
    with sqlite3.connect(ServerPaths.under(home).database("playback")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        rows = connection.execute("SELECT id, position_s FROM watch_events").fetchall()
    connection.close()
    return dict(rows)


def resume_position_s(home: Path) -> float:
    with sqlite3.connect(ServerPaths.under(home).database("playback")) as connection:
        ((position_s,),) = connection.execute("SELECT position_s FROM resume_points").fetchall()
    connection.close()
    return float(position_s)


def test_a_damaged_queue_is_begun_anew(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with server(home), the_client(home) as client:
        before = client.household()
    queue = ServerPaths.under(home).database("studio")
    queue.write_bytes(b"\xa5" * 50_000)
    with server(home), the_client(home) as client:
        assert client.household() == before
        assert client.jobs() == ()
    assert list(ServerPaths.under(home).backups.glob("studio-damaged-*"))
