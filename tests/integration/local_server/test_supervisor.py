"""The embedded server: comes back by itself, goes with its parent."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from local_server.client import EdgeClient, running_server
from local_server.runtime.supervisor import ServerPhase, ServerState, ServerSupervisor

pytestmark = pytest.mark.slow

WAIT_S = 60.0


def server_command(home: Path) -> Callable[[int], list[str]]:
    server = [sys.executable, "-m", "local_server", "--home", str(home), "--no-starter"]
    return lambda port: [*server, "--stop-with-parent", "--port", str(port)]


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_it_comes_back_at_the_same_address_and_goes_when_told(tmp_path: Path) -> None:
    states: list[ServerState] = []
    supervisor = ServerSupervisor(
        home=tmp_path,
        command=server_command(tmp_path),
        on_change=states.append,
        jitter=random.Random(1),
    )
    supervisor.start()
    first = supervisor.wait_running(WAIT_S)
    assert first.running is not None, first
    with EdgeClient(first.running.url, first.running.read_token()) as client:
        household = client.household()
        os.kill(first.running.pid, signal.SIGKILL)
        until(lambda: supervisor.state.phase is not ServerPhase.RUNNING)
        second = supervisor.wait_running(WAIT_S)
        while second.phase is not ServerPhase.RUNNING:
            second = supervisor.wait_running(WAIT_S)
        assert second.running is not None
        assert second.running.url == first.running.url
        assert second.running.pid != first.running.pid
        assert client.household() == household
    supervisor.stop()
    assert not psutil.pid_exists(second.running.pid)
    assert running_server(tmp_path) is None
    assert [state.phase for state in states] == [
        ServerPhase.STARTING,
        ServerPhase.RUNNING,
        ServerPhase.RESTARTING,
        ServerPhase.RUNNING,
        ServerPhase.STOPPED,
    ]


def test_a_server_of_somebody_else_is_used_and_left_running(tmp_path: Path) -> None:
    with subprocess.Popen(server_command(tmp_path)(0), stdin=subprocess.PIPE) as other:
        until(lambda: running_server(tmp_path) is not None)
        supervisor = ServerSupervisor(
            home=tmp_path, command=server_command(tmp_path), on_change=lambda _: None
        )
        supervisor.start()
        state = supervisor.wait_running(WAIT_S)
        assert state.running is not None
        assert state.running.pid == other.pid
        supervisor.stop()
        assert other.poll() is None
        other.communicate(timeout=30)
        assert other.returncode == 0


def test_it_goes_with_its_parent_however_that_ends(tmp_path: Path) -> None:
    parent_program = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from local_server.runtime.supervisor import ServerSupervisor\n"
        "home = Path(sys.argv[1])\n"
        "supervisor = ServerSupervisor(home=home, command=lambda port: [\n"
        "    sys.executable, '-m', 'local_server', '--home', str(home), '--no-starter',\n"
        "    '--stop-with-parent', '--port', str(port)], on_change=lambda state: None)\n"
        "supervisor.start()\n"
        "time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", parent_program, str(tmp_path)]) as parent:
        until(lambda: running_server(tmp_path) is not None)
        running = running_server(tmp_path)
        assert running is not None
        parent.kill()
    until(lambda: not psutil.pid_exists(running.pid))
    assert running_server(tmp_path) is None


def test_it_gives_up_in_the_end_with_the_servers_own_words(tmp_path: Path) -> None:
    starts: list[int] = []

    def command(port: int) -> list[str]:
        starts.append(port)
        return [sys.executable, "-S", "-c", "import sys; sys.exit('No disk. Buy a disk.')"]

    supervisor = ServerSupervisor(
        home=tmp_path, command=command, on_change=lambda _: None, jitter=random.Random(1)
    )
    log = tmp_path / "server" / "server.log"
    log.parent.mkdir()
    log.write_bytes(b"long ago\n" * 1_000_000)
    supervisor.start()
    until(lambda: supervisor.state.phase is ServerPhase.FAILED)
    assert log.read_text() == "No disk. Buy a disk.\n" * 5
    assert log.with_suffix(".log.1").stat().st_size == 9_000_000
    assert supervisor.state.detail == "No disk. Buy a disk."
    assert len(starts) == 5
    assert supervisor.wait_running(WAIT_S).phase is ServerPhase.FAILED
    supervisor.stop()
