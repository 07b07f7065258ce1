"""Calling a service of another process: what crosses, and what becomes of failures."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from local_server import errors
from local_server.contracts import TitleKind, TitleSummary
from local_server.errors import NotFound, Refusal, Unavailable
from local_server.runtime.remote.frames import pack_refusal, unpack_refusal
from local_server.runtime.remote.host import Host
from local_server.runtime.remote.stand_in import Line, RemoteFailure, stand_in
from local_server.runtime.remote.surface import method_of, offered_by

KEY = b"a key of the test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    text: str
    at: datetime
    kinds: tuple[TitleKind, ...] = ()


class Notebook:
    """A service as small as it gets."""

    def __init__(self) -> None:
        self.notes: list[Note] = []
        self.entered = threading.Barrier(2)

    def keep(self, note: Note, *, copies: int = 1) -> int:
        self.notes += [note] * copies
        return len(self.notes)

    def newest(self, *, limit: int | None = None) -> tuple[Note, ...]:
        return tuple(self.notes[::-1][:limit])

    def titled(self, names: Mapping[str, str], order: Sequence[str]) -> dict[str, TitleSummary]:
        return {key: TitleSummary(id=key, kind=TitleKind.MOVIE, name=names[key]) for key in order}

    def refuse(self, reason: str) -> None:
        raise NotFound("note_not_found", reason, hint="Look elsewhere.", retryable=True)

    def break_down(self) -> None:
        raise ZeroDivisionError("in here")

    def meet(self) -> bool:
        """Returns once two calls are inside at the same time."""
        self.entered.wait(10)
        return True

    def _secret(self) -> str:
        return "not for others"


@pytest.fixture
def here() -> Notebook:
    return Notebook()


@pytest.fixture
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("s") / "n")


@pytest.fixture
def line(here: Notebook, address: str) -> Iterator[Line]:
    host = Host(address, key=KEY, objects={"notebook": here})
    line = Line(address, key=KEY, service="notebook")
    yield line
    line.close()
    host.close()


@pytest.fixture
def there(line: Line) -> Notebook:
    return stand_in(Notebook, "notebook", line)


def test_values_cross_as_they_are(here: Notebook, there: Notebook) -> None:
    note = Note(
        text='"ü"\n\0 🎬', at=datetime(2026, 3, 1, 12, tzinfo=UTC), kinds=(TitleKind.EPISODE,)
    )
    assert there.keep(note, copies=2) == 2
    assert here.notes == [note, note]
    assert there.newest() == (note, note)
    assert there.newest(limit=1) == (note,)
    named = there.titled({"a": "Alpha", "b": "Beta"}, ["b"])
    assert named["b"] == TitleSummary(id="b", kind=TitleKind.MOVIE, name="Beta")


def test_a_refusal_crosses_as_what_it_was(there: Notebook) -> None:
    with pytest.raises(NotFound) as refused:
        there.refuse("no such note")
    assert (refused.value.code, refused.value.title, refused.value.hint) == (
        "note_not_found",
        "no such note",
        "Look elsewhere.",
    )
    assert refused.value.retryable


def test_every_refusal_there_is_crosses() -> None:
    kinds = [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, Refusal)
    ]
    assert len(kinds) >= 7
    for kind in kinds:
        crossed = unpack_refusal(pack_refusal(kind("a_code", "message", hint="hint")))
        assert type(crossed) is kind
        assert crossed.problem == kind("a_code", "message", hint="hint").problem


def test_a_breakdown_over_there_is_an_error_here_and_ends_nothing(there: Notebook) -> None:
    with capture_logs() as log, pytest.raises(RemoteFailure, match="ZeroDivisionError"):
        there.break_down()
    assert [entry["event"] for entry in log] == ["remote.call_failed"]
    assert there.newest() == ()


def test_private_methods_and_unknown_objects_are_out_of_reach(there: Notebook, line: Line) -> None:
    with pytest.raises(AttributeError):
        there._secret()
    assert "_secret" not in offered_by(Notebook)
    for frame in (b"notebook _secret\n{}", b"notebook __init__\n{}", b"nobody newest\n{}", b"?"):
        with capture_logs() as log:
            assert line.ask(frame).startswith(b"!")
        assert [entry["event"] for entry in log] == ["remote.call_unknown"]


def test_arguments_that_do_not_fit_are_refused_on_both_sides(there: Notebook, line: Line) -> None:
    with pytest.raises(TypeError):
        there.newest(limit=1, more=2)  # type: ignore[call-arg]
    for arguments in (b'{"limit": "many"}', b'{"more": 2}', b"[", b""):
        with capture_logs():
            assert line.ask(b"notebook newest\n" + arguments).startswith(b"!")


def test_calls_run_side_by_side(there: Notebook) -> None:
    threads = [threading.Thread(target=there.meet) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive()


def test_a_service_that_is_away_is_unavailable_and_found_again(address: str) -> None:
    line = Line(address, key=KEY, service="notebook")
    there = stand_in(Notebook, "notebook", line)
    with pytest.raises(Unavailable) as away:
        there.newest()
    assert away.value.retryable
    assert "notebook" in away.value.title
    for _ in range(2):  # the second host is a restart: kept connections are dead
        host = Host(address, key=KEY, objects={"notebook": Notebook()})
        assert there.newest() == ()
        host.close()
        Path(address).unlink(missing_ok=True)
    line.close()


def test_strangers_without_the_key_are_turned_away(there: Notebook, address: str) -> None:
    with capture_logs(), pytest.raises(AuthenticationError):
        Client(address, authkey=b"another key")
    assert there.newest() == ()


@given(st.builds(Note, text=st.text(), at=st.datetimes(timezones=st.just(UTC))))
def test_any_note_packs_and_unpacks_to_itself(note: Note) -> None:
    method = method_of(Notebook, "keep")
    assert method.unpack(method.pack((note,), {"copies": 3})) == {"note": note, "copies": 3}
