"""Child programs: what they say arrives, and they never outlive what they were started for."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from local_server.media.children import Children, Limits
from local_server.media.errors import Interrupted


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def wait_gone(pid: int) -> bool:
    """Whether the process ends; the test's own time limit bounds the waiting."""
    for _ in range(1000):
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.01)
    return False


def test_lines_and_the_end_arrive() -> None:
    lines: list[str] = []
    code = "import sys; print('one'); print('two'); print('why', file=sys.stderr); sys.exit(3)"
    outcome = Children().run(python(code), on_line=lines.append)
    assert lines == ["one", "two"]
    assert (outcome.code, outcome.errors, outcome.stalled) == (3, "why", False)
    assert not outcome.succeeded


def test_only_the_end_of_a_long_complaint_is_kept() -> None:
    code = "import sys; sys.stderr.write('x' * 100_000 + 'end')"
    outcome = Children().run(python(code))
    assert outcome.errors.endswith("xend")
    assert len(outcome.errors) < 10_000


def test_a_child_runs_behind_what_a_person_does() -> None:
    lines: list[str] = []
    Children().run(python("import os; print(os.nice(0))"), on_line=lines.append)
    assert lines == [str(os.nice(0) + 10)]


def test_a_silent_child_is_ended() -> None:
    outcome = Children().run(python("import time; time.sleep(1000)"), limits=Limits(silence_s=0.3))
    assert outcome.stalled
    assert outcome.code == -signal.SIGKILL


def test_a_child_that_burns_its_time_is_ended() -> None:
    outcome = Children().run(python("while True: pass"), limits=Limits(cpu_s=1))
    assert outcome.code < 0


def test_a_child_gets_no_more_memory_than_allowed() -> None:
    outcome = Children().run(python("b = bytearray(1 << 30)"), limits=Limits(memory_bytes=1 << 29))
    assert outcome.code == 1
    assert "MemoryError" in outcome.errors


def test_an_interrupted_child_is_gone_and_no_other_starts() -> None:
    children = Children()
    pids: list[int] = []

    def note(line: str) -> None:
        pids.append(int(line))
        threading.Thread(target=children.interrupt).start()

    code = "import os, time; print(os.getpid(), flush=True); time.sleep(1000)"
    with pytest.raises(Interrupted):
        children.run(python(code), on_line=note)
    assert wait_gone(pids[0])
    with pytest.raises(Interrupted):
        children.run(python("pass"))
    children.resume()
    assert children.run(python("pass")).succeeded


@pytest.mark.skipif(
    len(getattr(os, "sched_getaffinity", lambda _: ())(0)) < 2, reason="needs two processors"
)
def test_giving_way_leaves_idle_time_of_one_processor() -> None:
    children = Children()
    counts: list[int] = []

    def note(line: str) -> None:
        counts.append(int(line))
        children.give_way(len(counts) % 2 == 1)

    code = (
        "import os, sys, time\n"
        "for n in range(40):\n"
        "    print(len(os.sched_getaffinity(0)), flush=True)\n"
        "    time.sleep(0.02)\n"
    )
    children.run(python(code), on_line=note)
    assert counts[0] > 1
    assert 1 in counts

    children.give_way(True)
    counts.clear()
    code = (
        "import os, time; time.sleep(0.3); "
        "print(len(os.sched_getaffinity(0))); print(os.sched_getscheduler(0))"
    )
    children.run(python(code), on_line=lambda line: counts.append(int(line)))
    assert counts == [1, os.SCHED_IDLE]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends orphans by itself")
def test_a_child_does_not_outlive_a_server_that_was_killed(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    child = f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(1000)"
    server = (
        "import sys; from local_server.media.children import Children; "
        "Children().run([sys.executable, '-c', sys.argv[1]])"
    )
    process = subprocess.Popen([sys.executable, "-c", server, child])
    while not note.exists() or not note.read_text():
        assert process.poll() is None
        time.sleep(0.01)
    process.kill()
    process.wait()
    assert wait_gone(int(note.read_text()))
