"""A screen in memory, for tests that draw."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def virtual_screen(*, width_px: int = 1920, height_px: int = 1080) -> Iterator[str]:
    """Start an X server on a display of its own choosing and yield its name, such as ``:7``."""
    server = shutil.which("Xvfb")
    if server is None:
        raise RuntimeError("Xvfb is not installed; make setup installs it")
    reader, writer = os.pipe()
    process = subprocess.Popen(
        [
            server,
            # The server picks the number and says so once it answers: nothing to guess or await.
            *("-displayfd", str(writer)),
            *("-screen", "0", f"{width_px}x{height_px}x24"),
            *("-nolisten", "tcp", "-noreset", "+extension", "GLX"),
        ],
        pass_fds=(writer,),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writer)
    try:
        with os.fdopen(reader) as answer:
            number = answer.readline().strip()
        if not number:
            raise RuntimeError("Xvfb ended before it was ready")
        yield f":{number}"
    finally:
        process.terminate()
        process.wait(timeout=10)
