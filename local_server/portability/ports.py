"""What export and import need of the services."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from local_server.contracts import (
    Household,
    PortableTitle,
    Profile,
    ProfileSettings,
    ProfileState,
    WaitingTitle,
)


class Users(Protocol):
    """The users service."""

    def household(self) -> Household:
        """The household and its profiles."""

    def export_profile(self, profile_id: str) -> ProfileSettings:
        """All settings of a profile, its PIN apart."""

    def import_profile(self, profile_id: str, settings: ProfileSettings) -> Profile:
        """Put settings in the place of a profile's own."""


class Playback(Protocol):
    """The playback service."""

    def export_state(self, profile_id: str) -> ProfileState:
        """All that is kept of a profile."""

    def take_in(self, profile_id: str, state: ProfileState) -> int:
        """Add to a profile; how much was new."""

    def waiting_titles(self) -> tuple[WaitingTitle, ...]:
        """Titles something was imported for that were not here."""

    def settle_waiting(self, profile_id: str, key: str, title_id: str) -> bool:
        """A waiting title has come."""


class Catalog(Protocol):
    """The catalog."""

    def identities(self, ids: Sequence[str]) -> dict[str, PortableTitle]:
        """Those of the titles that exist, in words that another server understands."""

    def identify(self, candidates: Sequence[PortableTitle]) -> tuple[str | None, ...]:
        """The title each candidate means; ``None`` where it is none of this library's."""


class Recommendation(Protocol):
    """The recommendation service."""

    def aside(self, profile_id: str) -> tuple[str, ...]:
        """Works a profile is not interested in."""

    def set_aside(self, profile_id: str, title_id: str) -> None:
        """A profile is not interested in a title."""
