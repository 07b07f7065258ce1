"""Private sessions, which leave no trace.

Their ids say what they are: whatever is told of one is known for private even when it comes after
the session and everything about it is gone.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime

PREFIX = "private-"


def private_id(made: str) -> str:
    """The id of a private session."""
    return PREFIX + made


def is_private(session_id: str) -> bool:
    """Whether it is the id of a private session."""
    return session_id.startswith(PREFIX)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Position:
    title_id: str
    position_s: float
    at: datetime


class PrivatePositions:
    """Where private sessions stand, in memory and for as long as they last. Any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._positions: dict[str, _Position] = {}

    def move(self, session_id: str, title_id: str, position_s: float, at: datetime) -> None:
        """Note a position; an older one than the last is passed over."""
        with self._lock:
            known = self._positions.get(session_id)
            if known is None or known.title_id != title_id or at >= known.at:
                position = _Position(title_id=title_id, position_s=position_s, at=at)
                self._positions[session_id] = position

    def position_s(self, session_id: str, title_id: str) -> float | None:
        """Where the session stands in the title."""
        with self._lock:
            known = self._positions.get(session_id)
            return known.position_s if known is not None and known.title_id == title_id else None

    def drop(self, session_id: str) -> None:
        """Forget a session."""
        with self._lock:
            self._positions.pop(session_id, None)
