"""The server itself."""

from __future__ import annotations

from local_server.contracts.base import Wire


class Health(Wire):
    """State of the server and each service."""

    status: str
    version: str
    services: dict[str, str]
