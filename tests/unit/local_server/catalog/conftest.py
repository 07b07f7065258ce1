"""A server without a network for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.edge import Edge, edge_without_http


@pytest.fixture
def edge(tmp_path: Path) -> Iterator[Edge]:
    with edge_without_http(tmp_path / "home") as edge:
        yield edge
