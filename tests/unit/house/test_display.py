"""The virtual screen that drawing tests rely on."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

# A child process, because one process gets one Qt platform for life.
DRAW = """
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickView, QQuickWindow, QSGRendererInterface
from PySide6.QtGui import QColor
QQuickWindow.setGraphicsApi(QSGRendererInterface.GraphicsApi.OpenGL)
app = QGuiApplication([])
view = QQuickView()
view.setColor(QColor("#FFB547"))
view.resize(64, 64)
view.show()
QTimer.singleShot(50, lambda: print(view.grabWindow().pixelColor(32, 32).name()) or app.quit())
app.exec()
"""


@pytest.mark.display
def test_qt_quick_draws_through_opengl_on_the_virtual_screen(display: str) -> None:
    environment = {
        **os.environ,
        "DISPLAY": display,
        "QT_QPA_PLATFORM": "xcb",
        "QSG_RENDER_LOOP": "basic",
    }
    done = subprocess.run(
        [sys.executable, "-c", DRAW],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.strip() == "#ffb547", done.stderr
