"""The project's own files, for tests that hold the house in order."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("abr", "player", "local_server", "sync", "ui", "tv_ui")


def own_files(*suffixes: str) -> list[Path]:
    """Files of the project that git tracks or would track; with ``suffixes`` only such."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = sorted({ROOT / name for name in listed.stdout.split("\0") if name})
    return [path for path in paths if path.is_file() and (not suffixes or path.suffix in suffixes)]
