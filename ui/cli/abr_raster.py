"""A drawing as PNG, made by Qt in a child process: a Qt that cannot start ends its process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from ui.cli.abr_drawing import FAMILIES
from ui.cli.words import CommandError

SCALE = 2  # pixels of the picture per pixel of the drawing: sharp on fine screens
_PATIENCE_S = 60.0
_NOT_WRITTEN = 3  # exit code of a child whose Qt is well


def write_png(svg: str, file: Path) -> None:
    """Draw ``svg`` into ``file``.

    Raises :class:`CommandError` where Qt does not start or the file cannot be written.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-m", "ui.cli.abr_raster", str(file.absolute())],
            input=svg.replace(FAMILIES, "Inter").encode(),  # Qt takes the list for one name
            capture_output=True,
            timeout=_PATIENCE_S,
            check=False,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _unable(str(error)) from error
    if done.returncode == _NOT_WRITTEN:
        raise not_written(f"{file} cannot be written.")
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise _unable(lines[-1] if lines else f"Qt ended with {done.returncode}.")


def not_written(detail: str) -> CommandError:
    """A drawing that has no place to go."""
    return CommandError(
        "The drawing cannot be written.",
        detail=detail,
        hint="Name a file in a folder that is there and may be written to.",
    )


def _unable(detail: str) -> CommandError:
    return CommandError(
        "The PNG cannot be drawn.",
        detail=detail,
        hint="--svg FILE needs no Qt; 'matinee doctor' tells what Qt lacks.",
    )


def _render(svg: bytes, file: str) -> bool:
    from PySide6.QtCore import QByteArray, Qt  # noqa: PLC0415 - in the child process alone
    from PySide6.QtGui import QGuiApplication, QImage, QPainter  # noqa: PLC0415
    from PySide6.QtSvg import QSvgRenderer  # noqa: PLC0415

    from ui.desktop.assets import load_fonts  # noqa: PLC0415

    app = QGuiApplication([])
    load_fonts()
    drawing = QSvgRenderer(QByteArray(svg))
    image = QImage(drawing.defaultSize() * SCALE, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.black)
    painter = QPainter(image)
    drawing.render(painter)
    painter.end()
    written = image.save(file, "PNG")  # type: ignore[call-overload]
    app.quit()
    return bool(written)


if __name__ == "__main__":
    if not _render(sys.stdin.buffer.read(), sys.argv[1]):
        sys.exit(_NOT_WRITTEN)
