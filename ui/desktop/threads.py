"""The screen's thread: how work gets off it and how results come back."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from PySide6.QtCore import QObject, Qt, QTimer, Signal

WORKERS = 4  # a slow request must not hold up a search


class ScreenThread(QObject):
    """Runs callables on the thread it was made on; :meth:`post` may be called from any."""

    _posted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._closed = False
        self._posted.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def post(self, callback: Callable[[], None]) -> None:
        """Run ``callback`` on the screen's thread, soon."""
        if not self._closed:
            self._posted.emit(callback)

    def close(self) -> None:
        """Run nothing any more."""
        self._closed = True

    def _run(self, callback: Callable[[], None]) -> None:
        if not self._closed:
            callback()


class Timers(QObject):
    """A :class:`ui.viewmodel.ports.Scheduler` on Qt's timers."""

    def __init__(self) -> None:
        super().__init__()
        self._running: set[QTimer] = set()
        self._closed = False

    def after(self, delay_s: float, callback: Callable[[], None]) -> Callable[[], None]:
        """Call ``callback`` once after ``delay_s``; the answer cancels."""
        timer = QTimer(self)
        timer.setSingleShot(True)

        def end() -> None:
            if timer in self._running:
                self._running.remove(timer)
                timer.stop()
                timer.deleteLater()

        def fire() -> None:
            end()
            callback()

        if not self._closed:
            self._running.add(timer)
            timer.timeout.connect(fire)
            timer.start(round(delay_s * 1000))
        return end

    def close(self) -> None:
        """Call nobody back any more."""
        self._closed = True
        for timer in tuple(self._running):
            timer.stop()
        self._running.clear()


class Workers:
    """A few threads for requests that block."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="screen-work")

    def submit(self, work: Callable[[], None]) -> None:
        """Run ``work`` on one of them."""
        self._pool.submit(work)

    def close(self) -> None:
        """Start nothing any more; requests under way end with their own timeouts."""
        self._pool.shutdown(wait=False, cancel_futures=True)
