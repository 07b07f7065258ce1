"""View models on hand-driven time and threads."""

from __future__ import annotations

import pytest

from tests.helpers.view_stage import Stage


@pytest.fixture
def stage() -> Stage:
    """Nothing has been loaded yet."""
    return Stage()
