"""What a viewer did, as events for the playback service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class WatchKind(StrEnum):
    """What happened."""

    START = "start"
    PROGRESS = "progress"
    PAUSE = "pause"
    SEEK = "seek"
    STOP = "stop"
    END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchEvent:
    """One event; ``id`` makes its delivery idempotent, ``at`` is UTC."""

    id: str
    session_id: str
    title_id: str
    kind: WatchKind
    position_s: float
    duration_s: float
    at: datetime
