"""One window per home: a second start raises the first and hands over what it should play."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import structlog
from filelock import FileLock, Timeout
from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

ANSWER_MS = 1500  # a window that is busy for longer than this counts as gone
MAX_REQUEST_BYTES = 4096
LOCK_NAME = "window.lock"

_RAISED = b"raised"
_log = structlog.get_logger()


def name_of(home: Path) -> str:
    """The name of the window's socket; short, since Unix limits socket paths to 108 bytes."""
    digest = hashlib.sha256(str(home.resolve()).encode("utf-8", "surrogateescape")).hexdigest()
    return f"matinee-{digest[:16]}"


def raise_running(home: Path, open_title: str | None = None) -> bool:
    """Bring the window of ``home`` to the front; ``False`` when there is none.

    Needs no Qt application, so that a second start can end before it has set anything up.
    """
    socket = QLocalSocket()
    socket.connectToServer(name_of(home))
    if not socket.waitForConnected(ANSWER_MS):
        return False
    socket.write(json.dumps({"open_title": open_title}).encode() + b"\n")
    socket.flush()
    answered = socket.waitForReadyRead(ANSWER_MS) and bytes(socket.readAll().data()).startswith(
        _RAISED
    )
    socket.disconnectFromServer()
    return bool(answered)


class InstanceDoor(QObject):
    """Listens for second starts; ``raised`` carries the title to play, or ``None``."""

    raised = Signal(object)

    def __init__(self, home: Path) -> None:
        super().__init__()
        self._home = home
        home.mkdir(parents=True, exist_ok=True)
        # The socket alone would not do: of two starts at the same time both find nobody there.
        self._lock = FileLock(home / LOCK_NAME)
        self._name = name_of(home)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._connected)

    def open(self) -> bool:
        """Listen; ``False`` when another window of this home is open, and in front now."""
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise_running(self._home)
            return False
        # Ours alone: a socket that is left over is from a crash.
        QLocalServer.removeServer(self._name)
        if not self._server.listen(self._name):
            _log.warning("ui.door_closed", reason=self._server.errorString())
        return True

    def close(self) -> None:
        """Stop listening; another window may open."""
        self._server.close()
        self._lock.release()

    def _connected(self) -> None:
        # Guests are few, and the server is their parent: they go when it goes.
        socket = self._server.nextPendingConnection()
        socket.readyRead.connect(lambda: self._read(socket))

    def _read(self, socket: QLocalSocket) -> None:
        if not socket.canReadLine():
            if socket.bytesAvailable() > MAX_REQUEST_BYTES:
                socket.abort()
            return
        open_title = _title_of(bytes(socket.readLine(MAX_REQUEST_BYTES).data()))
        socket.write(_RAISED)
        socket.flush()
        _log.info("ui.raised", open_title=open_title)
        self.raised.emit(open_title)


def _title_of(line: bytes) -> str | None:
    try:
        wanted = json.loads(line)["open_title"]
    except (ValueError, KeyError, TypeError):
        return None
    return wanted if isinstance(wanted, str) else None
