"""What playback needs of others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from local_server.contracts import Allowance, Entitlements, TitleFacts, TitleSummary


class PlayableTitle(Protocol):
    """A title that may be played now."""

    @property
    def summary(self) -> TitleSummary:
        """As lists show it."""

    @property
    def presentation_id(self) -> str:
        """What is streamed."""

    @property
    def next_title_id(self) -> str | None:
        """What follows it."""


class Titles(Protocol):
    """The catalog."""

    def playable(self, title_id: str) -> PlayableTitle:
        """The title; raises a :class:`~local_server.errors.Refusal` when it cannot be played."""

    def facts(self, ids: Sequence[str]) -> tuple[TitleFacts, ...]:
        """What is known of those of the titles that exist."""

    def episodes(self, series_id: str) -> tuple[TitleFacts, ...]:
        """The series' episodes in the order they are told; none for anything else."""

    def episodes_after(self, title_ids: Sequence[str]) -> dict[str, str]:
        """The ready episode that follows each; nothing after the last one and for films."""


class Profiles(Protocol):
    """The users service."""

    def has_profile(self, profile_id: str) -> bool:
        """Whether there is such a profile."""


class Allowances(Protocol):
    """Schedules and daily minutes, which the users service keeps."""

    def may_watch(self, profile_id: str) -> Allowance:
        """Whether the profile may watch now; NotFound without such a profile."""


class Plans(Protocol):
    """The billing service."""

    def entitlements(self) -> Entitlements:
        """What the household's plan allows."""


class MediaAccess(Protocol):
    """Grants access to a presentation's files."""

    def folder(
        self, presentation_id: str, *, lifetime_s: int | None = None
    ) -> tuple[str, datetime]:
        """URL of the folder (ending in a slash) and when it lapses: ``None`` means late."""
