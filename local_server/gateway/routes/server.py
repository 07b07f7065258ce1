"""The server itself."""

from __future__ import annotations

from fastapi import APIRouter

from local_server.contracts import Health
from local_server.errors import Unavailable
from local_server.gateway.roles import public
from local_server.gateway.services import Services
from local_server.runtime.vitals import Vitals


def add_routes(router: APIRouter, services: Services, *, version: str) -> None:
    """Add the routes to ``router``."""

    @router.get("/health", tags=["server"], dependencies=[public()])
    def health() -> Health:
        """State of the server and of each service. Needs no token."""
        states = {name: _state(vitals) for name, vitals in services.vitals.items()}
        well = all(state == "ok" for state in states.values())
        return Health(status="ok" if well else "failing", version=version, services=states)


def _state(vitals: Vitals) -> str:
    try:
        return "ok" if vitals.is_well() else "failing"
    except Unavailable:
        return "away"
