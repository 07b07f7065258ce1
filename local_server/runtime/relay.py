"""The event bus across processes: services announce to the gateway, which tells the others."""

from __future__ import annotations

from pydantic import TypeAdapter

from local_server.runtime.events import Announcer, Event

HUB = "hub"

_KINDS = {kind.__name__: TypeAdapter(kind) for kind in Event.__subclasses__()}


class Hub:
    """Takes events of other processes and publishes them on the bus of this one. Any thread."""

    def __init__(self, bus: Announcer) -> None:
        self._bus = bus

    def publish(self, kind: str, event: str) -> None:
        """Tell whoever listens; returns once all of them have heard it."""
        self._bus.publish(_KINDS[kind].validate_json(event))


class RelayBus:
    """What a service in a process of its own announces to."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def publish(self, event: Event) -> None:
        """Tell whoever listens, wherever they are; returns once all of them have heard it."""
        kind = type(event).__name__
        self._hub.publish(kind, _KINDS[kind].dump_json(event).decode())
