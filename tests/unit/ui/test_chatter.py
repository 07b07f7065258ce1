"""What libraries say on stderr goes to a file; what we say reaches the terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import os, sys
from pathlib import Path
from ui.cli.screen import native_chatter_aside
with native_chatter_aside(Path(sys.argv[1])):
    os.write(2, b"ALSA: no card\\n")
    print("our words", file=sys.stderr)
os.write(2, b"afterwards\\n")
"""


def spoken(folder: Path, **variables: str) -> str:
    environment = {k: v for k, v in os.environ.items() if k != "MATINEE_LOG"} | variables
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder)],
        check=True,
        capture_output=True,
        text=True,
        env=environment,
    )
    return done.stderr


def test_only_our_words_reach_the_terminal(tmp_path: Path) -> None:
    assert spoken(tmp_path / "logs") == "our words\nafterwards\n"
    assert (tmp_path / "logs" / "libraries.log").read_text() == "ALSA: no card\n"


def test_whoever_asks_for_the_log_sees_everything(tmp_path: Path) -> None:
    assert "ALSA: no card" in spoken(tmp_path, MATINEE_LOG="info")
