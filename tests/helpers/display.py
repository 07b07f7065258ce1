"""A screen in memory, for tests that draw."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

_FIRST, _MANY = 100, 30_000  # below the numbers whose TCP ports (6000 and up) would not exist


@contextmanager
def virtual_screen(*, width_px: int = 1920, height_px: int = 1080) -> Iterator[str]:
    """Start an X server on a display nobody else uses and yield its name, such as ``:4711``."""
    server = shutil.which("Xvfb")
    if server is None:
        raise RuntimeError("Xvfb is not installed; make setup installs it")
    reader, writer = os.pipe()
    process = subprocess.Popen(
        [
            server,
            # By chance and not the first free one: containers that share a network see each
            # other's sockets but not each other's locks, and would meet at :0.
            f":{_FIRST + secrets.randbelow(_MANY)}",
            *("-displayfd", str(writer)),  # told the number once the server answers
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
