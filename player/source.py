"""Where bytes come from: one protocol, however they are fetched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


@dataclass(slots=True)
class Progress:
    """A transfer under way, updated by the source and read by whoever waits.

    Times are of the source's monotonic clock. Threading: one event loop.
    """

    started_at_s: float
    first_byte_at_s: float | None = None
    received_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What a transfer brought, and how long it took: to the first byte, and in all."""

    data: bytes
    ttfb_s: float
    duration_s: float
    finished_at_s: float
    from_store: bool = False


class Source(Protocol):
    """Reads whole objects by their path relative to the manifest.

    Raises :class:`~player.errors.SourceUnreachable` or :class:`~player.errors.SourceRefused`.
    Cancelling the call ends the transfer at once.
    """

    async def read(self, path: str, on_start: Callable[[Progress], None] | None = None) -> Body:
        """The object at ``path``; ``on_start`` receives the transfer's live progress."""

    async def close(self) -> None:
        """Release connections."""
