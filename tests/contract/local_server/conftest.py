"""A server of its own for each test, its client and its household's profile.

Every promise of the API is tested with all services in one process and with each in its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from local_server.client import EdgeClient
from tests.helpers.edge import Edge, running_edge


@pytest.fixture(params=[False, True], ids=["together", "isolated"])
def edge(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Edge]:
    with running_edge(tmp_path / "home", isolate=request.param) as edge:
        yield edge


@pytest.fixture
def client(edge: Edge) -> Iterator[EdgeClient]:
    with edge.client() as client:
        yield client


@pytest.fixture
def profile_id(client: EdgeClient) -> str:
    return client.household().profiles[0].id
