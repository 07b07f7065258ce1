"""The household, its profiles and its plan."""

from __future__ import annotations

from collections.abc import Iterable

from local_server.client.calls import Caller, segment
from local_server.contracts import (
    ChangeHousehold,
    Entitlements,
    GivenPin,
    Household,
    Principal,
    Profile,
    ProfileOrder,
    ProfileSettings,
    ProfileStyle,
    Restrictions,
    Unlocked,
)


class HouseholdCalls(Caller):
    """Who is at home here. ``None`` for a profile is the household: its parental PIN."""

    def household(self) -> Household:
        """The household and its profiles."""
        return self._get("v1/household", Household)

    def change_household(self, change: ChangeHousehold) -> Household:
        """Give the household another name, region or time zone."""
        return self._ask("PUT", "v1/household", Household, body=change)

    def order_profiles(self, profile_ids: Iterable[str]) -> Household:
        """Put the profiles into another order."""
        order = ProfileOrder(profile_ids=tuple(profile_ids))
        return self._ask("PUT", "v1/household/order", Household, body=order)

    def me(self) -> Principal:
        """Which device the server takes this client for."""
        return self._get("v1/me", Principal)

    def entitlements(self) -> Entitlements:
        """What the household's plan allows."""
        return self._get("v1/entitlements", Entitlements)

    def create_profile(self, settings: ProfileSettings) -> Profile:
        """Make a profile."""
        return self._ask("POST", "v1/profiles", Profile, body=settings)

    def profile_settings(self, profile_id: str) -> ProfileSettings:
        """All settings of a profile, its PIN apart."""
        return self._get(f"{_subject(profile_id)}/settings", ProfileSettings)

    def change_style(self, profile_id: str, style: ProfileStyle) -> Profile:
        """How a profile looks and reads."""
        return self._ask("PUT", f"{_subject(profile_id)}/style", Profile, body=style)

    def restrict_profile(self, profile_id: str, restrictions: Restrictions) -> ProfileSettings:
        """What a profile may see, and when."""
        path = f"{_subject(profile_id)}/restrictions"
        return self._ask("PUT", path, ProfileSettings, body=restrictions)

    def delete_profile(self, profile_id: str) -> None:
        """Delete a profile and everything of it."""
        self._call("DELETE", _subject(profile_id))

    def set_pin(self, profile_id: str | None, pin: str) -> None:
        """Lock a profile, or a parent's doors, with a PIN."""
        self._call("PUT", f"{_subject(profile_id)}/pin", body=GivenPin(pin=pin))

    def remove_pin(self, profile_id: str | None) -> None:
        """Do without a PIN."""
        self._call("DELETE", f"{_subject(profile_id)}/pin")

    def unlock(self, profile_id: str | None, pin: str) -> Unlocked:
        """Enter a PIN on this device."""
        path = f"{_subject(profile_id)}/unlock"
        return self._ask("POST", path, Unlocked, body=GivenPin(pin=pin))

    def lock(self, profile_id: str | None) -> None:
        """End what a PIN opened on this device."""
        self._call("POST", f"{_subject(profile_id)}/lock")


def _subject(profile_id: str | None) -> str:
    return "v1/household" if profile_id is None else f"v1/profiles/{segment(profile_id)}"
