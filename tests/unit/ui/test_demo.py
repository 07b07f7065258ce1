"""The demo plays what is ready first, whatever the order the server lists its titles in."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from local_server.contracts import Availability, TitleKind, TitlePage, TitleSummary
from ui.cli import demo
from ui.cli.words import CommandError

PREPARING, READY, FAILED = Availability.PREPARING, Availability.READY, Availability.FAILED


def edge_of(*moments: tuple[Availability, ...]) -> Any:
    """A server whose films go through ``moments``; the last one stays."""
    left = list(moments)

    def titles(*, kind: TitleKind, limit: int, offset: int) -> TitlePage:
        del limit, offset
        if kind is not TitleKind.MOVIE:
            return TitlePage(items=(), total=0)
        states = left.pop(0) if len(left) > 1 else left[0]
        items = tuple(
            TitleSummary(id=f"t{n}", kind=kind, name=f"T{n}", availability=state, progress=0.0)
            for n, state in enumerate(states)
        )
        return TitlePage(items=items, total=len(items))

    return cast("Any", SimpleNamespace(client=SimpleNamespace(titles=titles)))


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.cli.demo.time.sleep", lambda _: None)


def test_the_film_that_is_ready_first_is_played() -> None:
    edge = edge_of((), (PREPARING, PREPARING), (PREPARING, READY))

    assert demo.first_title(edge).id == "t1"


def test_a_library_in_which_nothing_could_be_prepared_is_told() -> None:
    with pytest.raises(CommandError, match="No title could be prepared"):
        demo.first_title(edge_of((PREPARING, FAILED), (FAILED, FAILED)))


def test_an_empty_library_is_told_and_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    hours = iter(range(0, 36000, 3600))
    monkeypatch.setattr("ui.cli.demo.time.monotonic", lambda: float(next(hours)))

    with pytest.raises(CommandError, match="empty"):
        demo.first_title(edge_of(()))
