"""The household, its profiles and its plan."""

from __future__ import annotations

from local_server.client.calls import Caller
from local_server.contracts import Entitlements, Household


class HouseholdCalls(Caller):
    """Who is at home here."""

    def household(self) -> Household:
        """The household and its profiles."""
        return self._get("v1/household", Household)

    def entitlements(self) -> Entitlements:
        """What the household's plan allows."""
        return self._get("v1/entitlements", Entitlements)
