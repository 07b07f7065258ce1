"""Two ways to get an answer onto a connection: straight from the page cache, or through Python.

Both send one answer at a time, call back once it is handed over in full, and never write more
than the receiver takes.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable
from typing import Protocol

from local_server.edge.files import OpenFile

# Per turn of the event loop, so that one fast receiver does not hold up the others.
TURN_BYTES = 2 * 1024 * 1024
# Through Python: large enough that the loop's overhead is small, small enough for many receivers.
READ_BYTES = 256 * 1024

_MORE_FOLLOWS = getattr(socket, "MSG_MORE", 0)


class Sender(Protocol):
    """Sends answers on one connection, one after the other.

    ``moved_bytes`` counts all bytes of files sent so far.
    """

    moved_bytes: int

    def send(
        self, head: bytes, file: OpenFile | None, offset: int, count: int, done: Callable[[], None]
    ) -> None:
        """Send ``head``, then ``count`` bytes of ``file``; then call ``done``, maybe at once.

        Takes over the caller's use of ``file``. A failing connection is aborted and ``done`` is
        not called.
        """

    def pause(self) -> None:
        """The transport's buffer is full."""

    def resume(self) -> None:
        """The transport's buffer has room again."""

    def close(self) -> None:
        """Stop; what is not sent yet never is."""


def sender_for(transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> Sender:
    """The best sender for the connection."""
    peer = transport.get_extra_info("socket")
    encrypted = transport.get_extra_info("sslcontext") is not None
    if peer is None or encrypted or not hasattr(os, "sendfile"):
        return TransportSender(transport)
    try:
        return DirectSender(transport, loop, os.dup(peer.fileno()))
    except OSError:
        # Out of descriptors: slower is better than not at all.
        return TransportSender(transport)


class TransportSender:
    """Reads the file and writes to the transport: works everywhere, through encryption too."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self.moved_bytes = 0
        self._transport = transport
        self._paused = False
        self._file: OpenFile | None = None
        self._offset = 0
        self._end = 0
        self._done: Callable[[], None] | None = None

    def send(
        self, head: bytes, file: OpenFile | None, offset: int, count: int, done: Callable[[], None]
    ) -> None:
        """See :class:`Sender`."""
        self._file, self._offset, self._end, self._done = file, offset, offset + count, done
        self._transport.write(head)
        self._pump()

    def pause(self) -> None:
        """See :class:`Sender`."""
        self._paused = True

    def resume(self) -> None:
        """See :class:`Sender`."""
        self._paused = False
        self._pump()

    def close(self) -> None:
        """See :class:`Sender`."""
        self._done = None
        if self._file is not None:
            self._file.release()
            self._file = None

    def _pump(self) -> None:
        while self._file is not None and not self._paused and self._offset < self._end:
            data = self._file.read(self._offset, min(READ_BYTES, self._end - self._offset))
            if not data:
                # The length is promised already: only a broken connection tells the truth.
                self._transport.abort()
                return
            self._offset += len(data)
            self.moved_bytes += len(data)
            self._transport.write(data)
        done = self._done
        if done is not None and self._offset >= self._end and not self._paused:
            self.close()
            done()


class DirectSender:
    """Writes to a duplicate of the connection's descriptor: the file never enters Python.

    The transport itself writes nothing while this one does; the duplicate only lets the event
    loop watch for room without knowing the transport's own.
    """

    def __init__(
        self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop, descriptor: int
    ) -> None:
        self.moved_bytes = 0
        self._transport = transport
        self._loop = loop
        self._socket = socket.socket(fileno=descriptor)
        self._watching = False
        self._closed = False
        self._head = memoryview(b"")
        self._file: OpenFile | None = None
        self._offset = 0
        self._end = 0
        self._done: Callable[[], None] | None = None

    def send(
        self, head: bytes, file: OpenFile | None, offset: int, count: int, done: Callable[[], None]
    ) -> None:
        """See :class:`Sender`."""
        self._head = memoryview(head)
        self._file, self._offset, self._end, self._done = file, offset, offset + count, done
        self._pump()

    def pause(self) -> None:
        """Nothing of ours is in the transport's buffer."""

    def resume(self) -> None:
        """See :meth:`pause`."""

    def close(self) -> None:
        """See :class:`Sender`."""
        if self._closed:
            return
        self._closed = True
        self._done = None
        self._watch(wanted=False)
        self._socket.close()
        self._release()

    def _pump(self) -> None:
        if self._closed:
            return
        try:
            finished = self._send_some()
        except (BlockingIOError, InterruptedError):
            self._watch(wanted=True)
            return
        except OSError:
            self._transport.abort()
            self.close()
            return
        if not finished:
            self._watch(wanted=True)
            return
        self._watch(wanted=False)
        self._release()
        done, self._done = self._done, None
        if done is not None:
            done()

    def _send_some(self) -> bool:
        """Send what the receiver takes, up to a turn's worth; whether everything is sent."""
        more = _MORE_FOLLOWS if self._offset < self._end else 0
        while self._head:
            self._head = self._head[self._socket.send(self._head, more) :]
        turn = TURN_BYTES
        while self._file is not None and self._offset < self._end and turn > 0:
            count = min(self._end - self._offset, turn)
            sent = os.sendfile(self._socket.fileno(), self._file.descriptor, self._offset, count)
            if sent == 0:
                # Cut short on disk; the length is promised already.
                raise OSError("file ended early")
            self._offset += sent
            self.moved_bytes += sent
            turn -= sent
        return self._offset >= self._end

    def _watch(self, *, wanted: bool) -> None:
        if wanted is self._watching:
            return
        self._watching = wanted
        if wanted:
            self._loop.add_writer(self._socket.fileno(), self._pump)
        else:
            self._loop.remove_writer(self._socket.fileno())

    def _release(self) -> None:
        if self._file is not None:
            self._file.release()
            self._file = None
