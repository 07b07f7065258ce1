"""The last hop: a loopback HTTP address from which the media engine reads the film.

Segment after segment of the film has an address of its own; which representation answers is
settled when the engine asks. One init segment serves all of them, the parameter sets of every
segment travel in band (:mod:`player.parameter_sets`).

The address is a door into the machine: it is bound to 127.0.0.1 alone, on a random port, behind
a path that cannot be guessed.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import secrets
from typing import Protocol

import h11
import structlog

from abr.media import AdaptationSet, AdaptationSetId, MediaKind, Presentation
from player.errors import PlayerError

log = structlog.get_logger()

_READ_BYTES = 65536
_NUMBER = re.compile(r"[0-9]{1,18}")


class FeedSource(Protocol):
    """Who fills the feed. Bodies are awaited as long as it takes."""

    async def init_segment(self, entry: AdaptationSet) -> bytes:
        """The one init segment of a set."""

    async def segment(self, entry: AdaptationSet, index: int) -> bytes:
        """Segment ``index`` of a set, ready to follow any other."""

    async def subtitle(self, entry: AdaptationSet) -> bytes:
        """A WebVTT file."""


class Feed:
    """Serves one presentation at a time.

    Threading: lives on the event loop it was started on.
    """

    def __init__(self) -> None:
        self._server: asyncio.Server | None = None
        self._origin = ""
        self._token = ""
        self._presentation: Presentation | None = None
        self._source: FeedSource | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Open the loopback address."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        self._origin = f"http://127.0.0.1:{port}"

    async def close(self) -> None:
        """Close the address and every connection."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self.withdraw()
        if self._connections:
            await asyncio.wait(self._connections)

    def offer(self, presentation: Presentation, source: FeedSource) -> str:
        """Serve ``presentation`` from now on; the answer is the base of all its addresses."""
        self.withdraw()
        self._presentation, self._source = presentation, source
        self._token = secrets.token_urlsafe(24)
        return f"{self._origin}/{self._token}"

    def withdraw(self) -> None:
        """Serve nothing; waiting requests end."""
        self._presentation = self._source = None
        self._token = ""
        for task in self._connections:
            task.cancel()

    async def answer(self, target: str) -> tuple[str, bytes] | None:
        """Content type and body for a request target; ``None`` when there is no such thing."""
        token, _, name = target.removeprefix("/").partition("/")
        presentation, source = self._presentation, self._source
        if presentation is None or source is None:
            return None
        if not secrets.compare_digest(token.encode(), self._token.encode()):
            return None
        set_id, _, rest = name.partition("/")
        try:
            entry = presentation.adaptation_set(AdaptationSetId(set_id))
        except KeyError:
            return None
        return await _answer_of(entry, rest, source)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._serve(reader, writer))
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)
        # Nobody reads what is left of an answer that was given up; also of one never begun.
        task.add_done_callback(lambda _: writer.transport.abort())

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # The engine hangs up when it seeks.
        with contextlib.suppress(ConnectionError, h11.RemoteProtocolError):
            await _Connection(reader, writer, self).run()
            writer.close()
            await writer.wait_closed()


async def _answer_of(
    entry: AdaptationSet, name: str, source: FeedSource
) -> tuple[str, bytes] | None:
    if entry.kind is MediaKind.SUBTITLE:
        return ("text/vtt", await source.subtitle(entry)) if name == "subtitle.vtt" else None
    if name == "init.mp4":
        return "video/mp4", await source.init_segment(entry)
    number, _, suffix = name.partition(".")
    if suffix == "m4s" and _NUMBER.fullmatch(number):
        index = int(number)
        if index < len(entry.segment_durations_s):
            return "video/mp4", await source.segment(entry, index)
    return None


class _Connection:
    """One connection of the engine: requests one after another, HTTP/1.1 by h11."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, feed: Feed
    ) -> None:
        self._reader, self._writer, self._feed = reader, writer, feed
        self._http = h11.Connection(h11.SERVER)

    async def run(self) -> None:
        while True:
            event = await self._next()
            if isinstance(event, h11.Request):
                await self._respond(event)
            elif self._http.our_state is h11.MUST_CLOSE:
                return
            elif self._http.our_state is h11.DONE and self._http.their_state is h11.DONE:
                self._http.start_next_cycle()
            elif isinstance(event, h11.ConnectionClosed) or event is h11.PAUSED:
                return

    async def _next(self) -> object:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            self._http.receive_data(await self._reader.read(_READ_BYTES))
        return event

    async def _respond(self, request: h11.Request) -> None:
        found = await self._answer_while_connected(request.target.decode("ascii", "replace"))
        status = 200 if found else 404
        kind, body = found or ("text/plain", b"not here")
        headers = [("Content-Type", kind), ("Accept-Ranges", "bytes")]
        wanted = dict(request.headers).get(b"range", b"")
        if found and (span := _span(wanted, len(body))):
            start, end = span
            headers.append(("Content-Range", f"bytes {start}-{end - 1}/{len(body)}"))
            status, body = 206, body[start:end]
        headers.append(("Content-Length", str(len(body))))
        self._send(h11.Response(status_code=status, headers=headers))
        if request.method != b"HEAD":
            self._send(h11.Data(data=body))
        self._send(h11.EndOfMessage())
        await self._writer.drain()

    async def _answer_while_connected(self, target: str) -> tuple[str, bytes] | None:
        """The answer, given up as soon as the engine hangs up: its demand is then void."""
        answer = asyncio.ensure_future(self._feed.answer(target))
        hangup = asyncio.ensure_future(self._reader.read(_READ_BYTES))
        try:
            await asyncio.wait({answer, hangup}, return_when=asyncio.FIRST_COMPLETED)
            if hangup.done():
                self._http.receive_data(hangup.result())
                if not hangup.result() and not answer.done():
                    raise ConnectionResetError
            return await answer
        except PlayerError as error:
            log.warning("feed.refused", target=target.rpartition("/")[2], error=str(error))
            return None
        finally:
            answer.cancel()
            hangup.cancel()
            # The stream allows one reader at a time: the cancelled read has to be over first.
            await asyncio.wait({answer, hangup})

    def _send(self, event: h11.Event) -> None:
        data = self._http.send(event)
        if data:
            self._writer.write(data)


def _span(header: bytes, size: int) -> tuple[int, int] | None:
    """Start and end of a satisfiable ``bytes=A-[B]`` (RFC 9110, 14.2); else the whole is sent."""
    unit, _, text = header.partition(b"=")
    first, _, last = text.partition(b"-")
    if unit != b"bytes" or not _NUMBER.fullmatch(first.decode("ascii", "replace")):
        return None
    if last and not _NUMBER.fullmatch(last.decode("ascii", "replace")):
        return None
    start, end = int(first), min(int(last) + 1 if last else size, size)
    return (start, end) if start < end else None
