"""Segments over HTTP. The one module of the player that knows httpx."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from player.errors import SourceError, SourceRefused, SourceUnreachable
from player.source import Body, Progress

# Silence this long on an open connection counts as broken. Long, because a transfer that is
# merely slow is the abandonment rule's business, and a new request starts from nothing.
_SILENCE_S = 20.0
_CONNECT_S = 5.0
# Refusals of a moment, as those of a server that is starting up (5xx) are, too.
_PASSING = (httpx.codes.REQUEST_TIMEOUT, httpx.codes.TOO_EARLY, httpx.codes.TOO_MANY_REQUESTS)


class HttpSource:
    """Reads from below ``base_url`` over kept-alive connections.

    Threading: one event loop.
    """

    def __init__(self, base_url: str, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._under_way, self._closing = 0, False
        self._client = httpx.AsyncClient(
            base_url=base_url,
            timeout=httpx.Timeout(_SILENCE_S, connect=_CONNECT_S),
            limits=httpx.Limits(max_connections=8, max_keepalive_connections=4),
            headers={"Accept-Encoding": "identity"},
            trust_env=False,  # a proxy for the internet is none for the house
            # Loading the certificates takes a quarter of a second that loopback has no use for.
            verify=not base_url.startswith("http:"),
        )

    async def read(self, path: str, on_start: Callable[[Progress], None] | None = None) -> Body:
        """The object at ``path``, whole."""
        if self._closing:
            raise _away(f"The connection was closed before {path}.")
        progress = Progress(self._clock())
        if on_start is not None:
            on_start(progress)
        self._under_way += 1
        try:
            return await self._transfer(path, progress)
        except httpx.HTTPError as error:
            raise _away(f"{type(error).__name__} for {path}.") from error
        except httpx.InvalidURL as error:
            raise _refusal(httpx.codes.BAD_REQUEST, repr(path)) from error
        finally:
            self._under_way -= 1
            await self._close_if_idle()

    async def _transfer(self, path: str, progress: Progress) -> Body:
        async with self._client.stream("GET", path) as response:
            progress.first_byte_at_s = self._clock()
            if response.status_code != httpx.codes.OK:
                raise _refusal(response.status_code, path)
            parts = []
            async for part in response.aiter_raw():
                parts.append(part)
                progress.received_bytes += len(part)
        now_s = self._clock()
        return Body(
            data=b"".join(parts),
            ttfb_s=progress.first_byte_at_s - progress.started_at_s,
            duration_s=now_s - progress.started_at_s,
            finished_at_s=now_s,
        )

    async def close(self) -> None:
        """Close all connections, those in use when their transfers are over."""
        self._closing = True
        await self._close_if_idle()

    async def _close_if_idle(self) -> None:
        # A pool that is closed under a transfer forgets that connection, and it stays open.
        if self._closing and not self._under_way:
            await self._client.aclose()


def _refusal(status: int, path: str) -> SourceError:
    detail = f"It answered {status} for {path}."
    if status >= httpx.codes.INTERNAL_SERVER_ERROR or status in _PASSING:
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
