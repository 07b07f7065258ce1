"""A server of its own for each test, its client and its household's profile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from local_server.client import EdgeClient
from tests.helpers.edge import Edge, running_edge


@pytest.fixture
def edge(tmp_path: Path) -> Iterator[Edge]:
    with running_edge(tmp_path / "home") as edge:
        yield edge


@pytest.fixture
def client(edge: Edge) -> Iterator[EdgeClient]:
    with edge.client() as client:
        yield client


@pytest.fixture
def profile_id(client: EdgeClient) -> str:
    return client.household().profiles[0].id
