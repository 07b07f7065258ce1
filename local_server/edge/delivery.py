"""The segment path: answers ``/m/`` by itself, before any framework sees the connection.

Every connection begins here. As long as its requests are GET or HEAD below ``/m/``, they are
answered from the page cache. The first other request hands the connection over to the API's
protocol for good, with every byte not yet dealt with; the application answers ``/m/`` as well,
from the same :class:`~local_server.edge.answers.MediaAnswers`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, cast

import httptools

from local_server.contracts import Problem
from local_server.edge.answers import Answer, MediaAnswers, MediaRequest, problem_answer
from local_server.edge.senders import sender_for

# Our requests are under 1 KiB; browsers with many cookies stay under 8.
HEAD_MAX_BYTES = 16 * 1024
# Pipelined requests wait here while an answer is sent; beyond it, reading waits too.
WAITING_MAX_BYTES = 64 * 1024
# A receiver may stop taking bytes while its buffer is full: a paused film. Ten minutes of that
# and the connection is given up, the player asks again.
STALL_S = 600.0

_STARTS = (b"GET /m/", b"HEAD /m/")
_END_OF_HEAD = b"\r\n\r\n"
_STATUS_LINES = {
    status.value: b"HTTP/1.1 %d %s\r\n" % (status.value, status.phrase.encode())
    for status in HTTPStatus
}

ProtocolFactory = Callable[[], asyncio.Protocol]


class DeliveryProtocol(asyncio.Protocol):
    """One connection, from its first byte until it is handed over. Owned by the event loop.

    ``connections`` is the server's set of open connections, each with a ``shutdown`` method;
    ``default_fields`` gives the header fields that every answer of the server carries;
    ``successor`` makes the protocol that takes the connection over.
    """

    def __init__(
        self,
        *,
        answers: MediaAnswers,
        connections: set[Any],
        default_fields: Callable[[], list[tuple[bytes, bytes]]],
        successor: ProtocolFactory,
        keep_alive_s: float,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self._answers = answers
        self._connections = connections
        self._default_fields = default_fields
        self._successor = successor
        self._keep_alive_s = keep_alive_s
        self._loop = loop
        self._waiting = bytearray()
        self._open = False
        self._sending = False
        self._advancing = False
        self._last = False  # the answer under way is the connection's last
        self._ended = False  # the client sends nothing more
        self._reading_paused = False
        self._head = _Head()
        self._active_at_s = loop.time()
        self._moved_bytes = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to listen."""
        self._transport = cast("asyncio.Transport", transport)
        self._sender = sender_for(self._transport, self._loop)
        self._timer = self._loop.call_later(self._keep_alive_s, self._check_idle)
        self._open = True
        self._connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of everything."""
        del exc
        self._leave()

    def data_received(self, data: bytes) -> None:
        """Take in bytes of requests."""
        if self._last:
            return
        self._active_at_s = self._loop.time()
        self._waiting += data
        if self._sending and len(self._waiting) > WAITING_MAX_BYTES:
            self._reading_paused = True
            self._transport.pause_reading()
        self._advance()

    def eof_received(self) -> bool:
        """The client sends nothing more; whether the connection stays open for answers."""
        self._ended = True
        return self._sending

    def pause_writing(self) -> None:
        """The transport's buffer is full."""
        self._sender.pause()

    def resume_writing(self) -> None:
        """The transport's buffer has room again."""
        self._sender.resume()

    def shutdown(self) -> None:
        """The server stops: close now, or after the answer under way."""
        self._last = True
        if not self._sending:
            self._transport.close()

    def _advance(self) -> None:
        """Answer what has arrived, as far as answers can be handed over at once."""
        if self._advancing:
            return
        self._advancing = True
        try:
            while self._waiting and not self._sending and self._take_request():
                pass
        finally:
            self._advancing = False

    def _take_request(self) -> bool:
        """Deal with the request at the front; ``False`` when no other may follow it now."""
        waiting = self._waiting
        if not waiting.startswith(_STARTS):
            if not any(start.startswith(waiting) for start in _STARTS):
                self._hand_over()
            return False
        end = waiting.find(_END_OF_HEAD)
        if end < 0 or end > HEAD_MAX_BYTES:
            if len(waiting) > HEAD_MAX_BYTES:
                self._refuse_head()
            return False
        length = end + len(_END_OF_HEAD)
        request = self._head.read(bytes(waiting[:length]))
        if request is None:
            self._hand_over()
            return False
        del waiting[:length]
        self._last = self._last or not self._head.keep_alive
        self._send(self._answers.answer(request))
        return not self._last

    def _refuse_head(self) -> None:
        problem = Problem(
            code="request_head_too_large",
            message="The request's header is too large",
            hint=f"{HEAD_MAX_BYTES} bytes are allowed.",
        )
        self._last = True
        self._waiting.clear()
        self._send(problem_answer(MediaRequest(method="GET", target="", host=""), 431, problem))

    def _send(self, answer: Answer) -> None:
        lines = [_STATUS_LINES[answer.status]]
        for name, value in (*self._default_fields(), *answer.fields):
            lines += (name, b": ", value, b"\r\n")
        lines.append(b"connection: close\r\n\r\n" if self._last else b"\r\n")
        self._sending = True
        file = answer.file
        if file is not None and file.data is not None:
            lines.append(file.read(answer.offset, answer.count))
            file.release()
            self._sender.send(b"".join(lines), None, 0, 0, self._sent)
            return
        lines.append(answer.body)
        self._sender.send(b"".join(lines), file, answer.offset, answer.count, self._sent)

    def _sent(self) -> None:
        self._sending = False
        self._active_at_s = self._loop.time()
        if self._last:
            self._transport.close()
            return
        if self._reading_paused:
            self._reading_paused = False
            self._transport.resume_reading()
        self._advance()
        if self._ended and self._open and not self._sending and not self._advancing:
            self._transport.close()

    def _hand_over(self) -> None:
        self._leave()
        waiting = bytes(self._waiting)
        successor = self._successor()
        successor.connection_made(self._transport)
        self._transport.set_protocol(successor)
        successor.data_received(waiting)

    def _leave(self) -> None:
        self._open = False
        self._connections.discard(self)
        self._timer.cancel()
        self._sender.close()

    def _check_idle(self) -> None:
        if self._sender.moved_bytes != self._moved_bytes:
            self._moved_bytes = self._sender.moved_bytes
            self._active_at_s = self._loop.time()
        limit_s = STALL_S if self._sending else self._keep_alive_s
        left_s = self._active_at_s + limit_s - self._loop.time()
        if left_s > 0:
            # While sending, look again soon: the answer may end at any moment.
            self._timer = self._loop.call_later(min(left_s, self._keep_alive_s), self._check_idle)
        elif self._sending:
            self._transport.abort()
        else:
            self._transport.close()


class _Head:
    """Reads one request head at a time with llhttp, which knows every trick of framing."""

    def __init__(self) -> None:
        self._parser = httptools.HttpRequestParser(self)
        self.keep_alive = True
        self._target = b""
        self._fields: dict[bytes, bytes] = {}
        self._complete = 0

    def read(self, head: bytes) -> MediaRequest | None:
        """The request, or ``None`` for what the API's protocol shall judge.

        That is anything malformed, with a body, an upgrade or an expectation.
        """
        self._target, self._fields, self._complete = b"", {}, 0
        try:
            self._parser.feed_data(head)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            return None
        fields = self._fields
        if self._complete != 1 or fields.keys() & {
            b"content-length",
            b"transfer-encoding",
            b"expect",
            b"upgrade",
        }:
            return None
        return MediaRequest(
            method=self._parser.get_method().decode("ascii"),
            target=self._target.decode("latin-1"),
            host=fields.get(b"host", b"").decode("latin-1"),
            range=fields.get(b"range", b"").decode("latin-1"),
            if_range=fields.get(b"if-range", b"").decode("latin-1"),
            if_none_match=fields.get(b"if-none-match", b"").decode("latin-1"),
        )

    def on_url(self, url: bytes) -> None:
        """Part of the target."""
        self._target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header field; of repeated ones, the first counts, as for the application."""
        self._fields.setdefault(name.lower(), value)

    def on_headers_complete(self) -> None:
        """The head has ended; later the parser no longer knows about the connection."""
        version = self._parser.get_http_version()
        self.keep_alive = version == "1.1" and self._parser.should_keep_alive()

    def on_message_complete(self) -> None:
        """A request has ended."""
        self._complete += 1
