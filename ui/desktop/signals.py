"""Ctrl+C and a polite request to end close the window the way its own button does."""

from __future__ import annotations

import contextlib
import signal
import socket
from collections.abc import Callable, Iterator

from PySide6.QtCore import QSocketNotifier

_ENDINGS = (signal.SIGINT, signal.SIGTERM)


@contextlib.contextmanager
def closing_on_signals(close: Callable[[], None]) -> Iterator[None]:
    """Call ``close`` when the process is asked to end; main thread only.

    Qt waits in C++, where Python's handlers do not run: the signal is written to a socket that
    Qt watches.
    """
    reader, writer = socket.socketpair()
    writer.setblocking(False)
    notifier = QSocketNotifier(reader.fileno(), QSocketNotifier.Type.Read)

    def told() -> None:
        reader.recv(64)
        close()

    notifier.activated.connect(told)
    before_fd = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    before = {number: signal.signal(number, _noted) for number in _ENDINGS}
    try:
        yield
    finally:
        notifier.setEnabled(False)
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(before_fd)
        reader.close()
        writer.close()


def _noted(_number: int, _frame: object) -> None:
    """Keeps Python from raising or ending; the socket tells Qt."""
