"""What the users service needs of others."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Watched(Protocol):
    """The playback service."""

    def watched_minutes(self, profile_id: str, start: datetime, end: datetime) -> float:
        """Minutes the profile spent watching between two moments, as the server counted them."""
