"""When a profile may watch, and what it asks its parents for."""

from __future__ import annotations

from local_server.client.calls import Caller, segment
from local_server.contracts import (
    Allowance,
    AskParent,
    Decision,
    ParentRequest,
    ParentRequests,
)


class TimesCalls(Caller):
    """What a child's device and a parent's one need."""

    def allowance(self, profile_id: str) -> Allowance:
        """Whether a profile may watch now, and until when."""
        return self._get(f"v1/profiles/{segment(profile_id)}/allowance", Allowance)

    def ask_parent(self, profile_id: str, wish: AskParent) -> ParentRequest:
        """Ask for more minutes today, or for one title."""
        path = f"v1/profiles/{segment(profile_id)}/requests"
        return self._ask("POST", path, ParentRequest, body=wish)

    def requests(self, profile_id: str | None = None) -> tuple[ParentRequest, ...]:
        """What one profile, or everybody, asked for in the last month, newest first."""
        path = "v1" if profile_id is None else f"v1/profiles/{segment(profile_id)}"
        return self._get(f"{path}/requests", ParentRequests).items

    def decide(self, request_id: str, decision: Decision) -> ParentRequest:
        """Grant or deny a request."""
        path = f"v1/requests/{segment(request_id)}/decision"
        return self._ask("POST", path, ParentRequest, body=decision)
