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
from typing import Any, Protocol, TypeVar

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
class HistoryForgotten(Event):
    """A profile's history of these titles was deleted; of everything when ``None``."""

    profile_id: str
    title_ids: tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThumbChanged(Event):
    """A profile rates a title otherwise now; ``thumb`` is empty when it took its rating back."""

    profile_id: str
    title_id: str
    thumb: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileDeleted(Event):
    """A profile is gone, and everything of it is to go."""

    profile_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewersChanged(Event):
    """What profiles may see, or whether they share their taste, is decided anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TitlesChanged(Event):
    """What is known of these titles is new, they came, or they can be played or not any more."""

    title_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TitlesRemoved(Event):
    """These titles are gone for good."""

    title_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRevoked(Event):
    """A device lost its token; what it plays is to end."""

    device_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamsChanged(Event):
    """``active`` sessions are playing now."""

    active: int


class Announcer(Protocol):
    """Where a service announces what happened to it."""

    def publish(self, event: Event) -> None:
        """Tell whoever listens; returns once all of them have heard it."""


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
