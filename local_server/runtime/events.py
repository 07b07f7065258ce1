"""Events inside the server process: what one service announces and others may act on.

Delivery is synchronous, in the publisher's thread, after the publisher's transaction. A listener
that fails is logged and harms neither the publisher nor the other listeners; whatever must not be
lost is read again from its owner at the next start.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import structlog

_log = structlog.get_logger(__name__)

EventT = TypeVar("EventT", bound="Event")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Base of all events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumePointMoved(Event):
    """A profile stands somewhere else in a title now."""

    profile_id: str
    title_id: str
    position_s: float
    duration_s: float
    finished: bool
    watched_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamsChanged(Event):
    """``active`` sessions are playing now."""

    active: int


class EventBus:
    """Hands events to listeners by type. Threading: any method from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: defaultdict[type[Event], list[Callable[[Any], None]]] = defaultdict(list)

    def subscribe(self, kind: type[EventT], listener: Callable[[EventT], None]) -> None:
        """Call ``listener`` with every event of exactly this type from now on."""
        with self._lock:
            self._listeners[kind].append(listener)

    def publish(self, event: Event) -> None:
        """Deliver ``event`` to its listeners, one after the other."""
        with self._lock:
            listeners = tuple(self._listeners[type(event)])
        for listener in listeners:
            try:
                listener(event)
            except Exception:  # noqa: BLE001 - a listener may fail in any way
                _log.exception("events.listener_failed", kind=type(event).__name__)
