"""Shows a film file in the real window with libmpv and prints what colours are on the screen.

Run as a program: one process has one Qt platform for life, and this one needs OpenGL.
"""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QImage
from PySide6.QtQuick import QQuickWindow

from player.mpv_engine import MpvEngine
from player.snapshot import PlayerState
from tests.helpers.screens import FakeControl, FakeServer, film_snapshot, household_catalog
from ui.desktop.app import DesktopWindow, prepare_qt
from ui.desktop.services import DesktopServices, DesktopSettings

PATIENCE_S = 30.0
SIZES = ((1280, 720), (800, 600), (1000, 500))


def colour(picture: QImage, x: float, y: float) -> str:
    """The colour at a place given in fractions of the window, to the nearest of 8 steps."""
    found = picture.pixelColor(round(x * picture.width()), round(y * picture.height()))
    return "".join("01"[value > 127] for value in (found.red(), found.green(), found.blue()))


def until(app: object, condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit("never happened")
        app.processEvents()  # type: ignore[attr-defined]
        time.sleep(0.01)


def main(film: str) -> None:
    """Play ``film``, look at it at several window sizes, close everything in order."""
    app = prepare_qt()
    engine = MpvEngine(video="libmpv", audio="null")
    control = FakeControl()
    settings = DesktopSettings(reduced_motion=True)
    window = DesktopWindow(
        DesktopServices(
            client=household_catalog(),
            control=control,
            server=FakeServer(),
            video=engine,
            home=Path(film).parent,
            settings=settings,
        )
    )
    window.show()
    until(app, lambda: bool(window.output.property("ready")))
    window.model.play("bunny")
    engine.load(film, start_s=0, paused=False, subtitles=(), audio_index=None, subtitle_id=None)
    control.snapshot = film_snapshot(state=PlayerState.PLAYING)
    control.show()
    seen = {}
    for width, height in SIZES:
        window.window.resize(width, height)
        # So tall it says it is drawn, and no more than that need be fetched.
        until(app, lambda height=height: control.screen_px == height)  # type: ignore[misc]
        until(app, lambda: colour(grab(window.window), 0.5, 0.3) == "100")
        picture = grab(window.window)
        seen[f"{width}x{height}"] = [colour(picture, 0.5, y) for y in (0.3, 0.7)]
    print(json.dumps(seen))  # noqa: T201 - its answer
    window.close()
    app.processEvents()
    engine.close()


def grab(window: QQuickWindow) -> QImage:
    """What the window shows now."""
    return window.grabWindow()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    main(sys.argv[1])
