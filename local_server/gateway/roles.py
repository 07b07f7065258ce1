"""Who may call a route, declared where the route is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request

from local_server.contracts import Principal, Role
from local_server.errors import Forbidden
from local_server.gateway.services import Services

_RANK = {Role.GUEST: 0, Role.MEMBER: 1, Role.OWNER: 2}
_WORDS = {
    Role.GUEST: "a device of this household",
    Role.MEMBER: "a member's device",
    Role.OWNER: "the owner's device",
}


def principal_of(request: Request) -> Principal:
    """Whoever sent the request, as the guard found out."""
    principal: Principal = request.state.principal
    return principal


def services_of(request: Request) -> Services:
    """What the application stands on."""
    services: Services = request.app.state.services
    return services


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What a route asks of whoever calls it. No ``role``: nothing, not even a token."""

    role: Role | None
    parent: bool = False

    async def check_role(self, request: Request) -> None:
        """:class:`~local_server.errors.Forbidden` for a role that is too little."""
        if self.role is not None:
            require(principal_of(request), self.role)

    def check_parent(self, request: Request) -> None:
        """As :meth:`check_role`, and while a parental PIN is set and was not entered."""
        principal = principal_of(request)
        require(principal, self.role or Role.OWNER)
        services_of(request).locks.require_parent(principal.device_id)


def needs(role: Role, *, parent: bool = False) -> Any:
    """A dependency: callers have ``role`` or more; ``parent``: and have given a parental PIN."""
    need = Needs(role=role, parent=parent)
    return Depends(need.check_parent if parent else need.check_role)


def public() -> Any:
    """A dependency that says: anybody may call this."""
    return Depends(Needs(role=None).check_role)


def has(principal: Principal, role: Role) -> bool:
    """Whether a device may do what ``role`` may."""
    return _RANK[principal.role] >= _RANK[role]


def require(principal: Principal, role: Role) -> None:
    """:class:`~local_server.errors.Forbidden` unless the device may do what ``role`` may."""
    if not has(principal, role):
        raise Forbidden(
            "role_too_small",
            f"This is for {_WORDS[role]}",
            hint="The household's owner decides what a device may do: `matinee devices`.",
        )


CallerOf = Annotated[Principal, Depends(principal_of)]
