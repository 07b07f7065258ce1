"""What a plan allows."""

from __future__ import annotations

from local_server.contracts.base import Name, Wire


class Entitlements(Wire):
    """What the household's plan allows."""

    plan: Name
    max_height_px: int
    max_streams: int
    downloads: bool
