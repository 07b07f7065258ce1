"""What a playback session is made of, put together by the composition root."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from abr.context import ThroughputEstimate
from abr.engine import AbrEngine
from abr.media import Presentation
from player.engine import MediaEngine
from player.events import WatchEvent
from player.grants import Grants
from player.load_control import LoadControl
from player.preferences import Preferences
from player.source import Source
from player.store import SegmentStore


class EventSink(Protocol):
    """Where watch events go; keeps them until they are delivered."""

    def put(self, item: WatchEvent) -> None:
        """Keep an event. Raises :class:`~player.errors.PlayerError` when it cannot be kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment:
    """What a session is made of, put together by the composition root."""

    engine: MediaEngine
    grants: Grants
    open_source: Callable[[str], Source]  # by the address of the media folder
    store: SegmentStore
    events: EventSink
    new_abr: Callable[[], AbrEngine]  # deciding as ``preferences`` say
    load: LoadControl
    clock: Callable[[], float]  # monotonic
    wall_clock: Callable[[], datetime]  # UTC
    new_id: Callable[[], str]
    preferences: Preferences = field(default_factory=Preferences)
    # What the network was measured to carry, now and then and at the end of a playback.
    remember_network: Callable[[ThroughputEstimate | None], None] = lambda _: None
    # A presentation whose manifest was read already, by its id.
    known: Callable[[str], Presentation | None] = lambda _: None
