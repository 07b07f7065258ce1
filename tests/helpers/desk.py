"""The desktop window over fakes, in this process and without a screen, for tests to press keys in.

Qt draws in software here: there is no film in the picture, everything else is as it is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QPoint, Qt, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickItem, QQuickWindow
from PySide6.QtTest import QTest

from tests.helpers.screens import FakeCatalog, FakeControl, FakeServer
from ui.desktop.app import DesktopWindow, prepare_qt
from ui.desktop.services import DesktopServices, DesktopSettings

PATIENCE_S = 10.0  # generous: a test that passes never waits for it

KEYS = {
    "up": Qt.Key.Key_Up,
    "down": Qt.Key.Key_Down,
    "left": Qt.Key.Key_Left,
    "right": Qt.Key.Key_Right,
    "enter": Qt.Key.Key_Return,
    "esc": Qt.Key.Key_Escape,
    "backspace": Qt.Key.Key_Backspace,
    "tab": Qt.Key.Key_Tab,
    "space": Qt.Key.Key_Space,
}


@cache
def qt() -> QGuiApplication:
    """The one Qt application of this process, drawing in software."""
    return prepare_qt(software=True)


class Desk:
    """A window, its fakes, and everything Qt complained about."""

    def __init__(
        self, *, catalog: FakeCatalog, server: FakeServer, width_px: int, height_px: int
    ) -> None:
        self.app = qt()
        self.complaints: list[str] = []
        qInstallMessageHandler(self._complain)
        self.catalog = catalog
        self.control = FakeControl()
        self.server = server
        self.main = DesktopWindow(
            DesktopServices(
                client=catalog,
                control=self.control,
                server=server,
                video=None,
                home=Path("nowhere"),
                settings=DesktopSettings(
                    reduced_motion=True, width_px=width_px, height_px=height_px
                ),
            )
        )
        self.window: QQuickWindow = self.main.window
        self.main.show()
        self.until(self.window.isActive, "the window is active")

    def until(self, condition: Callable[[], object], what: str) -> None:
        """Let the interface work until ``condition`` holds."""
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            if time.monotonic() > deadline:
                raise AssertionError(f"never happened: {what}; focus is on {self.focus!r}")
            self.app.processEvents()
            time.sleep(0.002)

    def press(self, *keys: str) -> None:
        """Press keys by name (``"down"``) or as characters (``"/"``)."""
        for key in keys:
            if key in KEYS:
                QTest.keyClick(self.window, KEYS[key])
            else:
                for character in key:
                    QTest.keyClick(self.window, character)  # type: ignore[call-overload]
            self.app.processEvents()

    def click(self, item: QQuickItem) -> None:
        """Click into the middle of an item."""
        middle = item.mapToScene(QPoint(round(item.width() / 2), round(item.height() / 2)))
        left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        QTest.mouseClick(self.window, left, none, middle.toPoint())
        self.app.processEvents()

    def button(self, text: str) -> QQuickItem:
        """The first button that can be seen and says ``text``."""
        return next(
            item
            for item in self.items()
            if item.inherits("QQuickAbstractButton")
            and item.isVisible()
            and item.property("text") == text
        )

    @property
    def focus(self) -> str:
        """What the focused item is called: its text, or its accessible name for icons."""
        item = self.window.activeFocusItem()
        return "" if item is None else str(item.property("text") or item.objectName() or "")

    def focus_is(self, text: str) -> None:
        """Wait until the focus is on what goes by ``text``."""
        self.until(lambda: self.focus == text, f"focus on {text!r}")

    def items(self, root: QObject | None = None) -> Iterator[QQuickItem]:
        """Every item of the window, also those that are not shown now."""
        for item in (self.window.contentItem() if root is None else root).childItems():  # type: ignore[attr-defined]
            yield item
            yield from self.items(item)

    def texts(self) -> list[str]:
        """Every text that can be seen now."""
        return [
            str(item.property("text"))
            for item in self.items()
            if item.isVisible() and item.inherits("QQuickText")
        ]

    def sees(self, text: str) -> None:
        """Wait until ``text`` can be read somewhere in the window."""
        self.until(lambda: any(text in shown for shown in self.texts()), f"text {text!r}")

    def close(self) -> None:
        """Take the window down, as when the application ends."""
        self.main.close()
        self.app.processEvents()

    def _complain(self, kind: QtMsgType, _context: Any, text: str) -> None:
        if kind is not QtMsgType.QtDebugMsg:
            self.complaints.append(text)


@contextmanager
def desk(
    *,
    catalog: FakeCatalog,
    server: FakeServer | None = None,
    width_px: int = 1280,
    height_px: int = 720,
) -> Iterator[Desk]:
    """A window for the length of a test; anything Qt complains about fails it."""
    opened = Desk(
        catalog=catalog, server=server or FakeServer(), width_px=width_px, height_px=height_px
    )
    try:
        yield opened
    finally:
        opened.close()
        qInstallMessageHandler(None)
    assert opened.complaints == []
