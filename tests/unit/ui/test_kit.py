"""What the player is put together of, as far as that depends on how it is used."""

from __future__ import annotations

from pathlib import Path

from abr.trace import Trace
from local_server.client import EdgeClient
from tests.helpers.films import estimate
from ui.kit import networks
from ui.places import places


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
