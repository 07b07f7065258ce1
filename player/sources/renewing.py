"""A source whose address may lapse while a film is on pause overnight."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from player.errors import SourceRefused
from player.source import Body, Progress, Source


class RenewingSource:
    """Asks ``renew`` for a fresh source when the server says that the address has expired."""

    def __init__(self, source: Source, renew: Callable[[], Awaitable[Source]]) -> None:
        self._source, self._renew = source, renew
        self._renewing = asyncio.Lock()

    async def read(self, path: str, on_start: Callable[[Progress], None] | None = None) -> Body:
        """The object at ``path``, from the fresh source if need be."""
        stale = self._source
        try:
            return await stale.read(path, on_start)
        except SourceRefused as error:
            if not error.lapsed:
                raise
        async with self._renewing:
            if self._source is stale:  # another transfer may have renewed it meanwhile
                self._source = await self._renew()
                await stale.close()
        return await self._source.read(path, on_start)

    async def close(self) -> None:
        """Release the present source."""
        await self._source.close()
