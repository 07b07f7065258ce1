"""Whether a person uses keyboard or mouse: focus is drawn for the keyboard only."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent

from ui.desktop.bridge import Bridge

_MODIFIERS = frozenset(
    {Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr}
)
# A hand that rests on the mouse moves it by a pixel or two.
_TREMBLE_PX = 3.0


class InputMode(QObject):
    """Watches a window's events and lets all of them pass."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(bridge)
        self._bridge = bridge
        self._rest = QPointF()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Called for every event of the window."""
        kind = event.type()
        if kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() not in _MODIFIERS:
                self._bridge.set_keyboard(True)
        elif kind in {QEvent.Type.MouseButtonPress, QEvent.Type.Wheel}:
            self._bridge.set_keyboard(False)
        elif kind == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            moved = event.position() - self._rest
            if abs(moved.x()) + abs(moved.y()) > _TREMBLE_PX:
                self._rest = event.position()
                self._bridge.set_keyboard(False)
        return super().eventFilter(watched, event)
