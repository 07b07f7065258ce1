"""Fixtures that every kind of test may use."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
import structlog

from tests.helpers.display import virtual_screen
from tests.helpers.golden import check_golden

# The same examples on every run and every machine, however slow it is at the moment.
hypothesis.settings.register_profile("house", derandomize=True, deadline=None)
hypothesis.settings.load_profile("house")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Golden files are rewritten on demand, then reviewed as prose."""
    parser.addoption("--update-golden", action="store_true", help="rewrite golden files")


@pytest.fixture(autouse=True)
def plain_log() -> Iterator[None]:
    """A command run by one test must not decide what the next one hears of the log."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Compare a text with its golden file."""
    update = bool(request.config.getoption("--update-golden"))
    return lambda path, text: check_golden(path, text, update=update)


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    """A screen for the whole run, the same on every machine; also in ``DISPLAY``."""
    patch = pytest.MonkeyPatch()
    with virtual_screen() as name:
        patch.setenv("DISPLAY", name)
        patch.delenv("WAYLAND_DISPLAY", raising=False)
        yield name
        patch.undo()


@pytest.fixture(autouse=True)
def _screen_where_marked(request: pytest.FixtureRequest) -> None:
    """Give tests marked ``display`` their screen, and the others none to draw on by mistake."""
    if request.node.get_closest_marker("display"):
        request.getfixturevalue("display")


def pytest_configure() -> None:
    """Keep tests off the screen, the folders and the colours of whoever runs them."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "MATINEE_HOME"):
        os.environ.pop(name, None)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
