"""Real sessions over shaped networks: through the command line, several at once."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import psutil

from abr import manifest
from abr.media import Presentation
from bench.stage import CLIP, prepared
from local_server.runtime.settings import ServerPaths
from ui.edge import Edge, open_edge
from ui.places import Places, places

DEFAULT_ROUNDS = 4  # of the clip: two minutes of film
_MARGIN_S = 300.0  # a session over a bad network takes longer than the film
_APART_S = 3.0  # what a start costs must not fall into another's


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to play: ``duration_s`` of film ``title_id``, None: all of it."""

    title_id: str
    duration_s: float | None
    at_once: int


@contextlib.contextmanager
def film_on_a_server(source: str | None, home: Path | None) -> Iterator[tuple[Places, str]]:
    """A running server with the film, and the film's title.

    ``source`` is a file, or what the title is called in ``home``; ``None``: the clip that comes
    along, four times in a row.
    """
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        where = places(home or folder / "home")
        edge = stack.enter_context(open_edge(where, starter=False))
        yield where, _title(edge, source, folder)


def _title(edge: Edge, source: str | None, folder: Path) -> str:
    if source is None:
        return prepared(edge, _repeated(CLIP, DEFAULT_ROUNDS, folder / "bunny_120s.webm"))
    if Path(source).is_file():
        return prepared(edge, Path(source).resolve())
    return source


def _repeated(clip: Path, rounds: int, film: Path) -> Path:
    """The clip so many times in a row, as a file."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-stream_loop", str(rounds - 1)]
    subprocess.run([*command, "-i", str(clip), "-c", "copy", str(film)], check=True)
    return film


def play_all(where: Places, traces: Sequence[Path], order: Order, folder: Path) -> float:
    """Play over every trace; the reports lie in ``folder``, called as their traces.

    The answer is the mean share of the machine's processors in use meanwhile, 0 to 1.
    Raises :class:`RuntimeError` when a session fails.
    """
    folder.mkdir(parents=True, exist_ok=True)
    psutil.cpu_percent()
    with ThreadPoolExecutor(order.at_once) as pool:
        coming = []
        for number, trace in enumerate(traces):
            coming.append(pool.submit(_play, where, order, folder, trace))
            if number < order.at_once:
                time.sleep(_APART_S)
        for session in coming:
            session.result()
    return float(psutil.cpu_percent()) / 100


def _play(where: Places, order: Order, folder: Path, trace: Path) -> None:
    command = [sys.executable, "-m", "ui.cli.main", "play", order.title_id, "--headless"]
    command += ["--home", str(where.home), "--start", "0", "--shape", str(trace)]
    command += ["--report", str(report_of(folder, trace))]
    if order.duration_s is not None:
        command += ["--duration", str(order.duration_s)]
    patience_s = _MARGIN_S + 3 * (order.duration_s or 600.0)
    ran = subprocess.run(
        command, capture_output=True, text=True, timeout=patience_s, check=False, env=_environment()
    )
    if ran.returncode:
        raise RuntimeError(f"{trace.name}: {ran.stderr.strip()}")


def _environment() -> Mapping[str, str]:
    return os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}


def report_of(folder: Path, trace: Path) -> Path:
    """Where the report of a session over ``trace`` lies."""
    return folder / f"{trace.stem}.json"


def read_report(path: Path) -> dict[str, Any]:
    """A report."""
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def film_of(where: Places, report: Mapping[str, Any]) -> tuple[Presentation, int]:
    """The film of a report out of the server's home, and the size of its manifest."""
    text = (
        ServerPaths.under(where.home).media / report["presentation"] / manifest.FILE_NAME
    ).read_bytes()
    return manifest.load(text), len(text)
