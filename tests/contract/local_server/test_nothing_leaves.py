"""Whatever the house does, nothing is sent beyond this machine."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local_server.contracts import WatchEvent, WatchKind
from local_server.contracts.experiments import Arm, StartExperiment
from tests.helpers.edge import running_edge


class _Listening:
    """Hears of every connection and every name looked up, while it is told to."""

    def __init__(self) -> None:
        self.on = False
        self.elsewhere: list[str] = []

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if not self.on:
            return
        if event == "socket.connect" and args[0].family != socket.AF_UNIX:
            self._note(str(args[1][0]))
        elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
            self._note(str(args[0]))
        elif event == "socket.sendto":
            self._note(str(args[1]))

    def _note(self, host: str) -> None:
        if host not in ("127.0.0.1", "::1", "localhost"):
            self.elsewhere.append(host)


_ears = _Listening()
sys.addaudithook(_ears)  # cannot be taken away again, hence one for the whole run


@pytest.fixture
def ears() -> Iterator[_Listening]:
    _ears.elsewhere.clear()
    _ears.on = True
    yield _ears
    _ears.on = False


def test_the_listener_hears_what_leaves(ears: _Listening) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.connect(("192.0.2.1", 9))  # a datagram socket sends nothing by connecting
    assert ears.elsewhere == ["192.0.2.1"]


def test_nothing_leaves_the_house(ears: _Listening, tmp_path: Path) -> None:
    with running_edge(tmp_path / "home") as edge, edge.client() as client:
        films = [edge.film(tmp_path, f"Film {n} (200{n}).mkv") for n in range(4)]
        profile_id = client.household().profiles[0].id
        client.start_experiment(
            StartExperiment(name="x", row="top-picks", arms=(Arm(name="taste"), Arm(name="newest")))
        )
        grant = client.start_playback(films[0], profile_id, "tv")
        client.post_watch_events(
            [
                WatchEvent(
                    id="e1",
                    session_id=grant.session_id,
                    profile_id=profile_id,
                    title_id=films[0],
                    kind=WatchKind.END,
                    position_s=600,
                    duration_s=600,
                    at=edge.clock(),
                )
            ]
        )
        client.home(profile_id)
        client.search("flim", profile_id=profile_id)
        client.suggestions("fi", profile_id=profile_id)
        client.similar(profile_id, films[0])
        client.overview()
        client.export_profile(profile_id)
    assert ears.elsewhere == []
