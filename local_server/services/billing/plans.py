"""The plans and what each allows. Pure."""

from __future__ import annotations

from enum import StrEnum

from local_server.contracts import Entitlements


class Plan(StrEnum):
    """A plan a household can be on."""

    FREE = "free"


PLANS = {
    Plan.FREE: Entitlements(plan="Free", max_height_px=2160, max_streams=2, downloads=False),
}
