"""Services in processes of their own: one may die, and the house goes on."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import psutil
import pytest
from structlog.testing import capture_logs

from local_server import composition
from local_server.app import build_isolated
from local_server.client import EdgeClient, EdgeRefused
from local_server.contracts import RowKind
from local_server.errors import ServerStartError
from local_server.runtime.remote.surface import method_of, offered_by
from local_server.runtime.settings import ServerPaths, ServerSettings
from tests.helpers.edge import Edge, running_edge

PATIENCE_S = 30.0


@pytest.fixture
def edge(tmp_path: Path) -> Iterator[Edge]:
    with running_edge(tmp_path / "home", isolate=True) as edge:
        edge.server.on_begun()
        yield edge


def hold(edge: Edge, service: str) -> psutil.Process:
    """Stop a service's process where it is; it answers nothing any more, and is not replaced."""
    process = psutil.Process(edge.server.pids()[service])
    process.suspend()
    return process


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def replaced(edge: Edge, service: str, before: int) -> bool:
    return edge.server.pids()[service] != before


def test_every_service_has_its_process(edge: Edge) -> None:
    pids = edge.server.pids()
    assert set(pids) == set(composition.MAKERS)
    assert len({*pids.values(), os.getpid()}) == len(pids) + 1


def test_a_killed_service_comes_back_with_all_it_had(
    edge: Edge, client: EdgeClient, profile_id: str, tmp_path: Path
) -> None:
    film = edge.film(tmp_path)
    client.add_to_watchlist(profile_id, film)
    for service in composition.MAKERS:
        before = edge.server.pids()[service]
        with capture_logs():
            os.kill(before, signal.SIGKILL)
            until(partial(replaced, edge, service, before))
            until(lambda: client.health().status == "ok")
    assert [t.id for t in client.watchlist(profile_id).titles] == [film]
    assert client.start_playback(film, profile_id, "tv").title.id == film


def test_without_recommendation_the_home_screen_shows_what_is_popular(
    edge: Edge, client: EdgeClient, profile_id: str, tmp_path: Path
) -> None:
    edge.film(tmp_path)
    process = hold(edge, "recommendation")
    try:
        with capture_logs() as log:
            home = client.home(profile_id)
    finally:
        process.resume()
    assert home.degraded == ("recommendation",)
    assert "gateway.stood_in" in [entry["event"] for entry in log]
    assert {row.kind for row in home.rows} == {RowKind.NEW}
    until(lambda: client.home(profile_id).degraded == ())


def test_without_the_catalog_the_last_screen_stays(
    edge: Edge, client: EdgeClient, profile_id: str, tmp_path: Path
) -> None:
    edge.film(tmp_path)
    whole = client.home(profile_id)
    process = hold(edge, "catalog")
    try:
        with capture_logs():
            home = client.home(profile_id)
    finally:
        process.resume()
    assert "catalog" in home.degraded
    assert home.rows == whole.rows


def test_without_the_catalog_and_a_screen_to_remember_there_is_a_clear_answer(
    edge: Edge, client: EdgeClient, profile_id: str
) -> None:
    process = hold(edge, "catalog")
    try:
        with capture_logs(), pytest.raises(EdgeRefused) as refused:
            client.home(profile_id)
    finally:
        process.resume()
    assert (refused.value.status, refused.value.problem.code) == (503, "catalog_away")
    assert refused.value.retryable


def test_without_playback_nothing_is_gone_on_with_and_the_rest_is_there(
    edge: Edge, client: EdgeClient, profile_id: str, tmp_path: Path
) -> None:
    edge.film(tmp_path)
    process = hold(edge, "playback")
    try:
        with capture_logs():
            home = client.home(profile_id)
    finally:
        process.resume()
    assert home.degraded == ("playback",)
    assert RowKind.NEW in {row.kind for row in home.rows}


def test_closing_leaves_no_process_behind(tmp_path: Path) -> None:
    with running_edge(tmp_path / "home", isolate=True) as edge:
        processes = [psutil.Process(pid) for pid in edge.server.pids().values()]
    _, alive = psutil.wait_procs(processes, timeout=10)
    assert alive == []


def test_a_service_that_cannot_start_says_why_in_its_own_words(tmp_path: Path) -> None:
    home = tmp_path / "home"
    settings = ServerSettings(home=home, starter=False, isolate=True)
    build_isolated(settings).close()
    path = ServerPaths.under(home).database("billing")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'billing_9999'")
        connection.commit()
    with pytest.raises(ServerStartError) as failed:
        build_isolated(settings)
    assert "newer Matinee" in failed.value.title
    assert failed.value.hint


@pytest.mark.parametrize(
    ("service", "name"),
    [(service, name) for service, offered in composition.OFFERED.items() for name in offered],
)
def test_everything_a_service_offers_can_cross(service: str, name: str) -> None:
    kind = composition.OFFERED[service][name]
    methods = offered_by(kind)
    assert methods
    for method in methods:
        method_of(kind, method)
