"""The edge server as a client sees it: one method per route, wire types in and out.

The only place of the server's package that speaks HTTP outwards. All failures are
:class:`~local_server.errors.EdgeError`; see that module for the tree.
"""

from __future__ import annotations

from pathlib import Path
from typing import Self

from local_server.client.analytics import AnalyticsCalls
from local_server.client.devices import DeviceCalls
from local_server.client.experiments import ExperimentsCalls
from local_server.client.household import HouseholdCalls
from local_server.client.library import LibraryCalls
from local_server.client.playback import PlaybackCalls
from local_server.client.portability import PortabilityCalls
from local_server.client.profiles import ProfilesCalls
from local_server.client.search import SearchCalls
from local_server.client.times import TimesCalls
from local_server.client.titles import TitlesCalls
from local_server.contracts import Health
from local_server.errors import EdgeError, EdgeRefused, EdgeUnexpected, EdgeUnreachable
from local_server.runtime.running import RunningServer, running_server

__all__ = [
    "EdgeClient",
    "EdgeError",
    "EdgeRefused",
    "EdgeUnexpected",
    "EdgeUnreachable",
    "RunningServer",
    "running_server",
]


class EdgeClient(
    TitlesCalls,
    LibraryCalls,
    HouseholdCalls,
    TimesCalls,
    DeviceCalls,
    PlaybackCalls,
    ProfilesCalls,
    PortabilityCalls,
    AnalyticsCalls,
    SearchCalls,
    ExperimentsCalls,
):
    """All of the API, for the device whose ``token`` it is; see :class:`~.calls.Caller`."""

    @classmethod
    def of_home(cls, home: Path) -> Self | None:
        """A client of the server now working on ``home``; ``None`` when there is none."""
        running = running_server(home)
        return None if running is None else cls(running.url, running.read_token())

    def health(self) -> Health:
        """State of the server; needs no valid token."""
        return self._get("v1/health", Health)
