"""What recommendation needs of others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from local_server.contracts import ContinueItem, ResumePoint, TitleKind, TitlePage, TitleSummary


class Titles(Protocol):
    """The catalog."""

    def titles(
        self, query: str | None, kind: TitleKind | None, *, limit: int, offset: int
    ) -> TitlePage:
        """Titles by name."""

    def newest(self, *, limit: int) -> tuple[TitleSummary, ...]:
        """Films and series added last, newest first."""

    def summaries(self, ids: Sequence[str]) -> dict[str, TitleSummary]:
        """The titles of these ids that exist."""


class Watching(Protocol):
    """The playback service."""

    def continue_watching(self, profile_id: str, limit: int) -> tuple[ContinueItem, ...]:
        """What a profile would go on with, newest first."""

    def resume_points(self, profile_id: str, title_ids: Sequence[str]) -> dict[str, ResumePoint]:
        """Where the profile stands in those of the titles it has begun or watched."""


class Profiles(Protocol):
    """The users service."""

    def has_profile(self, profile_id: str) -> bool:
        """Whether there is such a profile."""
