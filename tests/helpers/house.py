"""A whole Matinee for a test: a home, a server process on it, and the ``matinee`` command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local_server.client import EdgeClient, running_server
from local_server.contracts import Availability
from tests.helpers.clips import BEST_SOUND, FAST_PICTURE, ffmpeg, picture, tone
from ui.edge import Edge, open_edge
from ui.places import places

PREPARATION_S = 120.0
COMMAND_S = 100.0


@dataclass(frozen=True)
class House:
    """A home with films, and how to run commands in it."""

    home: Path
    edge: Edge

    @property
    def client(self) -> EdgeClient:
        """The server's client."""
        return self.edge.client

    def run(self, *arguments: str | bytes, code: int = 0) -> subprocess.CompletedProcess[str]:
        """``matinee`` with arguments; fails the test for another exit code than ``code``."""
        done = subprocess.run(
            [sys.executable, "-m", "ui.cli.main", *arguments],
            check=False,
            capture_output=True,
            text=True,
            timeout=COMMAND_S,
            env=dict(os.environ, MATINEE_HOME=str(self.home), COLUMNS="200"),
        )
        assert done.returncode == code, f"{done.returncode}: {done.stdout}\n{done.stderr}"
        return done

    def play(self, *arguments: str, report: Path) -> dict[str, Any]:
        """The report of a headless playback."""
        self.run("play", *arguments, "--headless", "--report", str(report))
        document: dict[str, Any] = json.loads(report.read_text())
        return document

    def add(self, film: Path) -> str:
        """Take a film in and wait until it can be played; its id."""
        (added,) = self.client.add_paths([film])
        assert added.title_id is not None, added.problem
        deadline = time.monotonic() + PREPARATION_S
        while time.monotonic() < deadline:
            title = self.client.title(added.title_id).summary
            assert title.problem is None
            if title.availability is Availability.READY:
                return title.id
            time.sleep(0.2)
        raise AssertionError("the film was not prepared in time")

    def server_pid(self) -> int:
        """The server's process."""
        running = running_server(self.home)
        assert running is not None
        return running.pid


@contextmanager
def a_house(home: Path) -> Iterator[House]:
    """A server without the starter library on ``home``, as a child process."""
    # Test films are short; where they stop matters all the same.
    options = ("--shortest-resumable", "10")
    with open_edge(places(home), starter=False, options=options) as edge:
        yield House(home, edge)


def make_film(path: Path, *, seconds: float = 24.0) -> Path:
    """A film with three rungs to its ladder, two languages, two subtitles and much movement."""
    for language, word in (("en", "time"), ("de", "Zeit")):
        cues = "".join(
            f"{n}\n00:00:{2 * n:02},000 --> 00:00:{2 * n + 1:02},500\n{word} {2 * n}\n\n"
            for n in range(1, int(seconds / 2) - 1)
        )
        path.with_suffix(f".{language}.srt").write_text(cues)
    subtitles = [str(path.with_suffix(f".{language}.srt")) for language in ("en", "de")]
    noise = ("-vf", "noise=alls=18:allf=t")
    ffmpeg(
        *picture(seconds=seconds, size="854x480"),
        *tone(seconds=seconds, hz=440),
        *tone(seconds=seconds, hz=660),
        *("-i", subtitles[0], "-i", subtitles[1]),
        *("-map", "0:v", "-map", "1:a", "-map", "2:a", "-map", "3:s", "-map", "4:s"),
        *noise,
        *FAST_PICTURE,
        *BEST_SOUND,
        *("-c:s", "srt"),
        *("-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=deu"),
        *("-metadata:s:s:0", "language=eng", "-metadata:s:s:1", "language=deu"),
        f"file:{path}",
    )
    for subtitle in subtitles:
        Path(subtitle).unlink()
    return path
