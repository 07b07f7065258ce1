"""When a profile may watch, and what it asks its parents for."""

from __future__ import annotations

from fastapi import APIRouter

from local_server.contracts import (
    Allowance,
    AskParent,
    Decision,
    ParentRequest,
    ParentRequests,
    Role,
)
from local_server.gateway.roles import needs
from local_server.gateway.routes.parameters import PathId
from local_server.gateway.services import Services
from local_server.gateway.viewing import PathViewer


def add_routes(router: APIRouter, services: Services) -> None:
    """Add the routes to ``router``."""
    requests = services.requests

    @router.get(
        "/profiles/{profile_id}/allowance", tags=["times"], dependencies=[needs(Role.GUEST)]
    )
    def allowance(viewer: PathViewer) -> Allowance:
        """Whether a profile may watch now, and until when."""
        return services.allowances.may_watch(viewer.profile_id)

    @router.post(
        "/profiles/{profile_id}/requests",
        tags=["times"],
        status_code=201,
        dependencies=[needs(Role.GUEST)],
    )
    def ask_parent(viewer: PathViewer, body: AskParent) -> ParentRequest:
        """Ask for more minutes today, or for one title."""
        return requests.ask(viewer.profile_id, body)

    @router.get("/profiles/{profile_id}/requests", tags=["times"], dependencies=[needs(Role.GUEST)])
    def own_requests(viewer: PathViewer) -> ParentRequests:
        """What a profile asked for in the last month, newest first."""
        return ParentRequests(items=requests.listed(viewer.profile_id))

    @router.get("/requests", tags=["times"], dependencies=[needs(Role.OWNER)])
    def all_requests() -> ParentRequests:
        """What everybody asked for in the last month, newest first."""
        return ParentRequests(items=requests.listed())

    @router.post(
        "/requests/{request_id}/decision",
        tags=["times"],
        dependencies=[needs(Role.OWNER, parent=True)],
    )
    def decide_request(request_id: PathId, body: Decision) -> ParentRequest:
        """Grant or deny what a profile asked for."""
        return requests.decide(request_id, body)
