"""Film in the real window: libmpv through OpenGL on a screen in memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.clips import ffmpeg
from tests.helpers.project import ROOT


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Red above, blue below, for a minute."""
    path = tmp_path_factory.mktemp("film") / "halves.mp4"
    halves = "color=red:s=320x90:r=10:d=60[a];color=blue:s=320x90:r=10:d=60[b];[a][b]vstack"
    ffmpeg(
        *("-filter_complex", halves),
        *("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"),
        f"file:{path}",
    )
    return path


@pytest.mark.display
def test_film_stands_upright_under_the_controls_at_every_size_and_closes_cleanly(
    display: str, film: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-m", "tests.helpers.draw_film", str(film)],
        env={**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(next(line for line in done.stdout.splitlines() if line.startswith("{")))
    assert len(seen) == 3
    assert set(map(tuple, seen.values())) == {("100", "001")}, "red above, blue below"
