"""What recommendation needs of others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from local_server.contracts import TitleFacts, Viewer, Visibility
from local_server.runtime.events import ResumePointMoved, ThumbChanged


class Titles(Protocol):
    """The catalog."""

    def facts(self, ids: Sequence[str] | None = None) -> tuple[TitleFacts, ...]:
        """What is known of these titles, or of all; ids that are no titles are left out."""

    def visible(self, visibility: Visibility) -> tuple[str, ...]:
        """Ids of all films, series and home videos that may be shown."""


class Profiles(Protocol):
    """The users service."""

    def viewers(self) -> tuple[Viewer, ...]:
        """All profiles."""


class History(Protocol):
    """The playback service."""

    def all_resume_points(self) -> tuple[ResumePointMoved, ...]:
        """Everyone's, as the events that would have announced them."""

    def all_ratings(self) -> tuple[ThumbChanged, ...]:
        """Everyone's ratings, as the events that would have announced them."""

    def watched_minutes(self, profile_id: str, start: datetime, end: datetime) -> float:
        """How long a profile watched within a span."""

    def begun(self, profile_id: str, since: datetime) -> tuple[str, ...]:
        """Titles a profile played for the first time since then."""
