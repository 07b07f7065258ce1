"""A small HTTP server for players: files from memory, and every kind of bad day."""

from __future__ import annotations

import asyncio
import contextlib
from types import TracebackType
from typing import Self


class FileServer:
    """Serves ``files`` by their path on a port of its own, until the end of the block.

    ``refusals`` holds a status by path; a path in ``held`` is answered by half and then nothing,
    one in ``cut`` breaks off, once; one in ``silent`` is not answered at all. ``hung_up`` remembers
    where the other side went first.
    """

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.refusals: dict[str, int] = {}
        self.held: set[str] = set()
        self.cut: set[str] = set()
        self.silent: set[str] = set()
        self.hung_up: set[str] = set()
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.connections = 0
        self._port = 0
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """The folder all paths are relative to."""
        return f"http://127.0.0.1:{self._port}/media/"

    @property
    def open(self) -> int:
        """Connections open now."""
        return len(self._tasks)

    async def start(self) -> None:
        """Open the port, the same one again after a close."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Be gone, open connections included."""
        if self._server is not None:
            self._server.close()
        await self.drop()

    async def drop(self) -> None:
        """Close open connections."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.ensure_future(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            try:
                while await self._answer(reader, writer):
                    await writer.drain()
            finally:
                writer.close()
                await writer.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        path = head[0].split()[1].removeprefix("/media/")
        self.asked.append(path)
        pairs = (line.partition(":") for line in head[1:] if line)
        self.headers.append({name.lower(): value.strip() for name, _, value in pairs})
        if path in self.silent:
            return await self._wait_for_hangup(reader, path)
        status = self.refusals.get(path, 200 if path in self.files else 404)
        body = self.files.get(path, b"") if status == 200 else b""
        length = "" if status in {204, 304} else f"Content-Length: {len(body)}\r\n"
        writer.write(f"HTTP/1.1 {status} Status\r\n{length}\r\n".encode())
        if path in self.held or path in self.cut:
            writer.write(body[: len(body) // 2])
            await writer.drain()
            if path in self.cut:
                self.cut.discard(path)
                return False
            return await self._wait_for_hangup(reader, path)
        writer.write(body)
        return True

    async def _wait_for_hangup(self, reader: asyncio.StreamReader, path: str) -> bool:
        with contextlib.suppress(ConnectionError):
            await reader.read()
        self.hung_up.add(path)
        return False
