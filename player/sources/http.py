"""Segments over HTTP/1.1 (RFC 9112), on kept-alive connections.

A general client costs one to two milliseconds of processor a request, ten times what a segment
needs, and at the start of a film those add up in front of the first picture. This is asyncio's
streams with h11 for the protocol, and nothing in between.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import quote, urlsplit

import h11

from player.errors import SourceError, SourceRefused, SourceUnreachable
from player.source import Body, Progress

# Silence this long on an open connection counts as broken. Long, because a transfer that is
# merely slow is the abandonment rule's business, and a new request starts from nothing.
_SILENCE_S = 20.0
_CONNECT_S = 5.0
_READ_BYTES = 262144
_IDLE_CONNECTIONS = 4
_PATH_CHARACTERS = 2048
# Refusals of a moment, as those of a server that is starting up (5xx) are, too.
_PASSING = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)


class HttpSource:
    """Reads from below ``base_url``, a folder with a slash at its end.

    Threading: one event loop.
    """

    def __init__(self, base_url: str, clock: Callable[[], float]) -> None:
        parts = urlsplit(base_url)
        self._clock = clock
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if self._tls else 80)
        self._authority = parts.netloc
        self._folder = parts.path if parts.path.endswith("/") else f"{parts.path}/"
        self._idle: list[_Connection] = []
        self._closed = False

    async def read(self, path: str, on_start: Callable[[Progress], None] | None = None) -> Body:
        """The object at ``path``, whole."""
        if self._closed:
            raise _away(f"The connection was closed before {path}.")
        target = self._target(path)
        progress = Progress(self._clock())
        if on_start is not None:
            on_start(progress)
        try:
            status, data = await self._fetch(target, progress)
        except (OSError, TimeoutError, h11.RemoteProtocolError) as error:
            raise _away(f"{type(error).__name__} for {path}.") from error
        if status != HTTPStatus.OK:
            raise _refusal(status, path)
        now_s, first_s = self._clock(), progress.first_byte_at_s
        return Body(
            data=data,
            ttfb_s=(now_s if first_s is None else first_s) - progress.started_at_s,
            duration_s=now_s - progress.started_at_s,
            finished_at_s=now_s,
        )

    async def close(self) -> None:
        """Close all connections, those in use when their transfers are over."""
        self._closed = True
        while self._idle:
            self._idle.pop().abort()

    def _target(self, path: str) -> str:
        """The request target; what is no address is refused before it is sent."""
        if not path.isprintable() or len(path) > _PATH_CHARACTERS:
            raise _refusal(HTTPStatus.BAD_REQUEST, repr(path[:80]))
        return quote(self._folder + path, safe="/%:@!$&'()*+,;=~-._", errors="replace")

    async def _fetch(self, target: str, progress: Progress) -> tuple[int, bytes]:
        while self._idle:
            connection = self._idle.pop()
            try:
                return await self._exchange(connection, target, progress)
            except TimeoutError:
                raise  # a silent server is silent on every connection
            except (OSError, h11.RemoteProtocolError):
                # The server may close an idle connection at the moment it is used again.
                if progress.first_byte_at_s is not None:
                    raise
        async with asyncio.timeout(_CONNECT_S):
            reader, writer = await asyncio.open_connection(self._host, self._port, ssl=self._tls)
        return await self._exchange(_Connection(reader, writer), target, progress)

    async def _exchange(
        self, connection: _Connection, target: str, progress: Progress
    ) -> tuple[int, bytes]:
        """One request and its answer; a connection that did not end in order is given up."""
        reusable = False
        try:
            connection.send(target, self._authority)
            answer = await self._receive(connection, progress)
            reusable = connection.start_next_cycle()
        finally:
            if reusable and not self._closed and len(self._idle) < _IDLE_CONNECTIONS:
                self._idle.append(connection)
            else:
                connection.abort()
        return answer

    async def _receive(self, connection: _Connection, progress: Progress) -> tuple[int, bytes]:
        status, parts = 0, []
        while True:
            event = await connection.next_event()
            if isinstance(event, h11.Response):
                status = event.status_code
                progress.first_byte_at_s = self._clock()
            elif isinstance(event, h11.Data):
                parts.append(bytes(event.data))
                progress.received_bytes += len(event.data)
            elif isinstance(event, h11.EndOfMessage):
                return status, b"".join(parts)
            elif isinstance(event, h11.ConnectionClosed):
                raise ConnectionResetError


@dataclass(slots=True)
class _Connection:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    http: h11.Connection = field(default_factory=lambda: h11.Connection(h11.CLIENT))

    def send(self, target: str, authority: str) -> None:
        headers = [("Host", authority), ("User-Agent", "matinee"), ("Accept-Encoding", "identity")]
        request = h11.Request(method="GET", target=target, headers=headers)
        self.writer.write(
            (self.http.send(request) or b"") + (self.http.send(h11.EndOfMessage()) or b"")
        )

    async def next_event(self) -> object:
        while (event := self.http.next_event()) is h11.NEED_DATA:
            async with asyncio.timeout(_SILENCE_S):
                data = await self.reader.read(_READ_BYTES)
            self.http.receive_data(data)
        return event

    def start_next_cycle(self) -> bool:
        """Ready for another request; ``False``: the server wants this connection closed."""
        if self.http.our_state is not h11.DONE or self.http.their_state is not h11.DONE:
            return False
        self.http.start_next_cycle()
        return True

    def abort(self) -> None:
        self.writer.transport.abort()


def _refusal(status: int, path: str) -> SourceError:
    detail = f"It answered {status} for {path}."
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _PASSING:
        return _away(detail)
    return SourceRefused(
        "The server refused a part of the film.",
        status=status,
        detail=detail,
        hint="Go back and play the title again.",
    )


def _away(detail: str) -> SourceUnreachable:
    return SourceUnreachable(
        "The server does not answer.",
        detail=detail,
        hint="Playback goes on by itself as soon as it is back.",
    )
