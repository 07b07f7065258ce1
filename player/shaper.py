"""A network of another kind on this machine: a TCP proxy that follows a throughput trace.

Everything that comes back from the server shares one link, whose rate is the trace's at that
moment and which starts over when the trace ends; a request reaches the server after the trace's
latency. The trace begins with the first request.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from abr.trace import Trace

# What an Ethernet frame carries of a TCP stream. In coarser pieces the first bytes of an answer
# come too late for what they are, and the rest seem to flow faster than the link does.
PACKET_BYTES = 1448
_READ_BYTES = 65536


class Shaper:
    """Forwards connections on a loopback port to ``host:port`` through the trace's link.

    Threading: one event loop.
    """

    def __init__(self, trace: Trace, host: str, port: int, clock: Callable[[], float]) -> None:
        self._trace, self._host, self._port, self._clock = trace, host, port, clock
        self._began_at_s: float | None = None
        self._free_at_s = 0.0  # when the link has carried all it was given, on the trace's clock
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> str:
        """Open the port; the answer is its origin, ``http://127.0.0.1:PORT``."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def close(self) -> None:
        """Close the port and all connections."""
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine of a server always runs in a task
        self._tasks.add(task)
        try:
            upstream, sink = await asyncio.open_connection(self._host, self._port)
        except OSError:
            writer.close()
            self._tasks.discard(task)
            return
        ways = (
            asyncio.ensure_future(self._requests(reader, sink)),
            asyncio.ensure_future(self._answers(upstream, writer)),
        )
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            pass  # the proxy closes
        finally:
            self._tasks.discard(task)
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            for end in (writer, sink):
                end.close()
                with contextlib.suppress(ConnectionError, asyncio.CancelledError):
                    await end.wait_closed()

    async def _requests(self, reader: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while data := await reader.read(_READ_BYTES):
            if self._began_at_s is None:
                self._began_at_s = self._clock()
            await asyncio.sleep(self._trace.latency_s)
            sink.write(data)
            await sink.drain()

    async def _answers(self, upstream: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        waiting: asyncio.Queue[tuple[bytes, float]] = asyncio.Queue()
        reading = asyncio.ensure_future(self._read(upstream, waiting))
        try:
            while (entry := await waiting.get())[0]:
                data, since_s = entry
                for start in range(0, len(data), PACKET_BYTES):
                    part = data[start : start + PACKET_BYTES]
                    await self._carry(len(part), since_s)
                    writer.write(part)
                    await writer.drain()
        finally:
            reading.cancel()

    async def _read(
        self, upstream: asyncio.StreamReader, waiting: asyncio.Queue[tuple[bytes, float]]
    ) -> None:
        """Note when bytes were there to be carried; empty ones say that no more will come."""
        with contextlib.suppress(ConnectionError):
            while data := await upstream.read(_READ_BYTES):
                waiting.put_nowait((data, self._clock()))
        waiting.put_nowait((b"", self._clock()))

    async def _carry(self, size_bytes: int, since_s: float | None = None) -> None:
        """Wait until the link has carried so much more, which waited for it ``since_s``.

        The link goes on by itself: that this side wakes up a little late costs no capacity.
        """
        now_s = self._clock()
        began_at_s = self._began_at_s if self._began_at_s is not None else now_s
        ready_s = (now_s if since_s is None else since_s) - began_at_s
        self._free_at_s = self._trace.arrival_s(max(ready_s, self._free_at_s), size_bytes)
        delay_s = self._free_at_s - (self._clock() - began_at_s)
        if delay_s > 0:
            await asyncio.sleep(delay_s)
