"""The outbox: on disk before put returns, delivered in order, through any outage."""

from __future__ import annotations

import queue
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from player import outbox as module
from player.errors import PlayerError, SourceUnreachable
from player.events import WatchEvent, WatchKind
from player.outbox import Outbox

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


def event(number: int, **changes: object) -> WatchEvent:
    values = {
        "id": f"e{number}",
        "session_id": "s1",
        "title_id": "film",
        "kind": WatchKind.PROGRESS,
        "position_s": number / 10,
        "duration_s": 3600.0,
        "at": NOON + timedelta(seconds=number),
    }
    return WatchEvent(**{**values, **changes})  # type: ignore[arg-type]


class Server:
    """What an outbox delivers to; ``answers`` are raised first, one for each delivery."""

    def __init__(self) -> None:
        self.answers: list[PlayerError] = []
        self.poison: set[str] = set()
        self.away = threading.Event()
        self.batches: queue.SimpleQueue[list[WatchEvent]] = queue.SimpleQueue()
        self.attempts = 0

    def __call__(self, batch: Sequence[WatchEvent]) -> None:
        self.attempts += 1
        if self.away.is_set():
            raise SourceUnreachable("Away.")
        if self.answers:
            raise self.answers.pop(0)
        if self.poison & {item.id for item in batch}:
            raise PlayerError("Never.")
        self.batches.put(list(batch))

    def took(self, count: int) -> list[WatchEvent]:
        """The next ``count`` events, as soon as they are there."""
        items: list[WatchEvent] = []
        while len(items) < count:
            items += self.batches.get(timeout=20)
        return items


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_FIRST_WAIT_S", 0.005)
    monkeypatch.setattr(module, "_LAST_WAIT_S", 0.02)


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def outbox(tmp_path: Path, server: Server) -> Iterator[Outbox]:
    made = Outbox(tmp_path / "deep" / "outbox.sqlite3", server)
    yield made
    made.close()


def ids(items: Sequence[WatchEvent]) -> list[str]:
    return [item.id for item in items]


def test_events_arrive_as_they_were_in_order(outbox: Outbox, server: Server) -> None:
    items = [event(n, kind=kind) for n, kind in enumerate(WatchKind)]
    outbox.start()
    for item in items:
        outbox.put(item)

    assert server.took(len(items)) == items


def test_a_time_elsewhere_is_the_same_moment(outbox: Outbox, server: Server) -> None:
    item = event(1, at=datetime(2024, 5, 1, 14, tzinfo=timezone(timedelta(hours=2))))
    outbox.start()
    outbox.put(item)

    assert [taken.at for taken in server.took(1)] == [NOON]


def test_what_an_earlier_run_left_is_delivered_first(
    tmp_path: Path, outbox: Outbox, server: Server
) -> None:
    earlier = Outbox(tmp_path / "deep" / "outbox.sqlite3", server)
    for n in range(3):
        earlier.put(event(n))
    earlier.close()

    outbox.put(event(3))
    assert outbox.pending == 4
    outbox.start()

    assert ids(server.took(4)) == ["e0", "e1", "e2", "e3"]
    outbox.close()
    assert outbox.pending == 0


def test_many_events_travel_in_batches(outbox: Outbox, server: Server) -> None:
    for n in range(250):
        outbox.put(event(n))
    outbox.start()

    sizes = [len(server.batches.get(timeout=20)) for _ in range(3)]
    assert sizes == [100, 100, 50]


def test_an_outage_delays_and_loses_nothing(outbox: Outbox, server: Server) -> None:
    server.away.set()
    outbox.start()
    for n in range(5):
        outbox.put(event(n))
    while server.attempts < 5:
        threading.Event().wait(0.005)
    assert outbox.pending == 5

    server.away.clear()

    assert ids(server.took(5)) == [f"e{n}" for n in range(5)]
    outbox.close()
    assert (outbox.pending, server.batches.empty()) == (0, True)


def test_an_answer_that_got_lost_means_the_same_ids_again(outbox: Outbox, server: Server) -> None:
    taken: list[list[str]] = []

    def deliver(batch: Sequence[WatchEvent]) -> None:
        taken.append(ids(batch))
        if len(taken) == 1:
            raise SourceUnreachable("The answer got lost.")
        server(batch)

    outbox._deliver = deliver
    outbox.put(event(0))
    outbox.put(event(1))
    outbox.start()
    server.took(2)

    assert taken == [["e0", "e1"], ["e0", "e1"]]


@pytest.mark.parametrize("poison", [{"e0"}, {"e2"}, {"e4"}, {"e1", "e3"}])
def test_a_refused_event_is_dropped_and_no_other(
    outbox: Outbox, server: Server, poison: set[str]
) -> None:
    server.poison = poison
    for n in range(5):
        outbox.put(event(n))
    outbox.start()
    outbox.put(event(5))

    wanted = [f"e{n}" for n in range(6) if f"e{n}" not in poison]
    assert ids(server.took(len(wanted))) == wanted
    outbox.close()
    assert outbox.pending == 0


def test_an_outage_amid_a_refused_batch_starts_that_batch_again(
    outbox: Outbox, server: Server
) -> None:
    server.poison = {"e1"}
    for n in range(3):
        outbox.put(event(n))
    taken: list[str] = []

    def deliver(batch: Sequence[WatchEvent]) -> None:
        if server.attempts == 3:
            server.attempts += 1
            raise SourceUnreachable("Away.")
        server(batch)
        taken.extend(ids(batch))

    outbox._deliver = deliver
    outbox.start()
    server.took(3)
    outbox.close()

    assert taken == ["e0", "e0", "e2"]
    assert outbox.pending == 0


def test_closing_delivers_what_is_left(outbox: Outbox, server: Server) -> None:
    outbox.start()
    for n in range(3):
        outbox.put(event(n))
    outbox.close(patience_s=20)

    assert ids(server.took(3)) == ["e0", "e1", "e2"]


def test_closing_without_a_server_leaves_everything_on_disk(outbox: Outbox, server: Server) -> None:
    server.away.set()
    outbox.start()
    outbox.put(event(0))
    outbox.close(patience_s=20)

    assert not outbox._thread.is_alive()
    assert outbox.pending == 1


def test_events_of_many_threads_all_arrive(outbox: Outbox, server: Server) -> None:
    outbox.start()

    def put(first: int) -> None:
        for n in range(first, first + 10):
            outbox.put(event(n))

    threads = [threading.Thread(target=put, args=(100 * t,)) for t in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    taken = server.took(40)
    for t in range(4):
        mine = [e.id for e in taken if 100 * t <= e.position_s * 10 < 100 * t + 10]
        assert mine == [f"e{n}" for n in range(100 * t, 100 * t + 10)]


def test_a_full_disk_is_told_and_what_was_kept_stays(outbox: Outbox, server: Server) -> None:
    outbox.put(event(0))

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    too_large = event(1, title_id="t" * 100_000)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, before[1]))  # no file may grow beyond
    try:
        with pytest.raises(PlayerError, match="cannot be kept") as caught:
            outbox.put(too_large)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert caught.value.hint

    outbox.start()
    assert ids(server.took(1))[0] == "e0"


WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
import structlog
from player.errors import SourceUnreachable
from player.events import WatchEvent, WatchKind
from player.outbox import Outbox

def away(batch):
    raise SourceUnreachable("Away.")

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
outbox = Outbox(Path(sys.argv[1]), away)
outbox.start()
for n in range(100_000):
    outbox.put(WatchEvent(
        id=f"e{n}", session_id="s1", title_id="film", kind=WatchKind.PROGRESS,
        position_s=float(n), duration_s=1e6, at=datetime.now(UTC)))
    print(n, flush=True)
"""


@pytest.mark.parametrize("acknowledged", [1, 150])
def test_killed_at_any_moment_nothing_acknowledged_is_lost(
    tmp_path: Path, server: Server, acknowledged: int
) -> None:
    path = tmp_path / "outbox.sqlite3"
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        last = -1
        for line in process.stdout:
            last = int(line)
            if last + 1 == acknowledged:
                process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert last + 1 >= acknowledged

    survivor = Outbox(path, server)
    count = survivor.pending
    survivor.start()
    try:
        # At most the one that was being put has come without an acknowledgement.
        assert count in {last + 1, last + 2}
        assert ids(server.took(count)) == [f"e{n}" for n in range(count)]
    finally:
        survivor.close()
    assert survivor.pending == 0
