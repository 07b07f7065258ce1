"""One window per home."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QDir
from PySide6.QtNetwork import QLocalSocket

from tests.helpers.desk import qt
from ui.desktop.instance import InstanceDoor, name_of, raise_running

RAISE = """
import sys
from pathlib import Path
from ui.desktop.instance import raise_running
print(raise_running(Path(sys.argv[1]), sys.argv[2] or None))
"""

OPEN = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from ui.desktop.instance import InstanceDoor
app = QCoreApplication([])
print(InstanceDoor(Path(sys.argv[1])).open())
"""


class Guarded:
    """A door and what came through it."""

    def __init__(self, home: Path) -> None:
        self.app = qt()
        self.door = InstanceDoor(home)
        self.raised: list[str | None] = []
        self.door.raised.connect(self.raised.append)

    def until(self, condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + 10.0
        while not condition():
            assert time.monotonic() < deadline
            self.app.processEvents()
            time.sleep(0.005)


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Guarded]:
    made = Guarded(tmp_path)
    assert made.door.open()
    yield made
    made.door.close()


def second_start(guarded: Guarded, code: str, home: Path, title: str = "") -> tuple[str, str]:
    """What another process prints and complains about while this one listens."""
    with subprocess.Popen(
        [sys.executable, "-c", code, str(home), title],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as second:
        guarded.until(lambda: second.poll() is not None)
        return second.communicate()


def test_without_a_window_there_is_nothing_to_raise(tmp_path: Path) -> None:
    assert not raise_running(tmp_path)


@pytest.mark.parametrize("title", ["", "bunny"])
def test_a_second_start_raises_the_window_and_hands_over_its_title(
    guarded: Guarded, tmp_path: Path, title: str
) -> None:
    assert second_start(guarded, RAISE, tmp_path, title) == ("True\n", "")
    assert guarded.raised == [title or None]


def test_a_window_of_another_home_is_left_alone(guarded: Guarded, tmp_path: Path) -> None:
    assert not raise_running(tmp_path / "other")
    assert guarded.raised == []


def test_a_second_door_does_not_open(guarded: Guarded, tmp_path: Path) -> None:
    assert second_start(guarded, OPEN, tmp_path) == ("False\n", "")
    assert guarded.raised == [None]


def test_a_socket_left_over_from_a_crash_is_no_window(tmp_path: Path) -> None:
    left_over = Path(QDir.tempPath()) / name_of(tmp_path)
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(left_over))
    assert left_over.exists()
    assert not raise_running(tmp_path)
    made = Guarded(tmp_path)
    assert made.door.open()
    made.door.close()


@pytest.mark.parametrize("noise", [b"\n", b"{}\n", b"[1]\n", b'{"open_title": 7}\n', b"\xff\xfe\n"])
def test_noise_raises_the_window_and_plays_nothing(
    guarded: Guarded, tmp_path: Path, noise: bytes
) -> None:
    stranger = QLocalSocket()
    stranger.connectToServer(name_of(tmp_path))
    stranger.write(noise)
    guarded.until(lambda: guarded.raised)
    assert guarded.raised == [None]
    stranger.abort()


def test_who_never_ends_a_line_is_shown_out(guarded: Guarded, tmp_path: Path) -> None:
    stranger = QLocalSocket()
    stranger.connectToServer(name_of(tmp_path))
    stranger.write(b"x" * 10_000)
    guarded.until(lambda: stranger.state() == QLocalSocket.LocalSocketState.UnconnectedState)
    assert guarded.raised == []
