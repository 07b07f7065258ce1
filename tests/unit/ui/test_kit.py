"""What the player is put together of, as far as that depends on how it is used."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from abr.trace import Trace
from local_server.client import EdgeClient
from player.errors import PlayerError
from player.prefetch_memory import FILE_NAME
from tests.helpers.edge import Edge, running_edge
from tests.helpers.films import estimate
from tests.helpers.player_fakes import PaperEngine
from ui.adapters import EdgeGrants, Viewer
from ui.kit import build_player, networks
from ui.places import places


@pytest.fixture
def edge(tmp_path: Path) -> Iterator[Edge]:
    with running_edge(tmp_path / "home") as edge:
        yield edge


@pytest.fixture
def client(edge: Edge) -> Iterator[EdgeClient]:
    with edge.client() as client:
        yield client


@pytest.mark.parametrize("prefetch", [False, True])
def test_prefetching_is_there_when_it_is_asked_for(
    client: EdgeClient, tmp_path: Path, *, prefetch: bool
) -> None:
    where = places(tmp_path / "device")
    kit = build_player(client, PaperEngine(), where, prefetch=prefetch)
    kit.session._ready.result(timeout=10)
    kit.close()
    assert (kit.prefetcher is not None) is prefetch
    assert (where.player / FILE_NAME).exists() is prefetch


def test_leave_to_prefetch_names_what_leave_to_play_names(
    edge: Edge, client: EdgeClient, tmp_path: Path
) -> None:
    title_id = edge.film(tmp_path)
    grants = EdgeGrants(client, Viewer(client, tmp_path / "device-id"), lambda url: f"{url}?")
    early = asyncio.run(grants.prefetch(title_id))
    later = asyncio.run(grants.request(title_id))

    assert early.presentation_id == later.presentation_id == "presentation-1"
    assert (early.title_id, early.max_height_px) == (later.title_id, later.max_height_px)
    assert early.media_url.startswith(edge.url)
    assert early.media_url.endswith("/?")
    with pytest.raises(PlayerError):
        asyncio.run(grants.prefetch("nothing"))


def test_a_network_made_of_a_trace_is_neither_remembered_nor_recalled(tmp_path: Path) -> None:
    client, where = EdgeClient("http://127.0.0.1:1", "token"), places(tmp_path)
    assert networks(client, where, Trace([(1.0, 1e6)])) is None

    memory = networks(client, where, None)
    assert memory is not None
    assert memory.recall() is None
    memory.remember(estimate(8e6))
    again = networks(client, where, None)
    assert again is not None
    assert again.recall() is not None
    client.close()
