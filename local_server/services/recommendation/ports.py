"""What recommendation needs of others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from local_server.contracts import TitleKind, TitlePage, TitleSummary


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

    def episode_after(self, title_id: str) -> str | None:
        """The ready episode that follows."""


class Profiles(Protocol):
    """The users service."""

    def has_profile(self, profile_id: str) -> bool:
        """Whether there is such a profile."""
