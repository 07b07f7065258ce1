"""Tells the playback service what a viewer does, and every few seconds how far the film is."""

from __future__ import annotations

import structlog

from player.equipment import Equipment
from player.errors import PlayerError
from player.events import WatchEvent, WatchKind
from player.opening import Leave

log = structlog.get_logger()

_PROGRESS_EVERY_S = 5.0  # so much is lost at worst when the machine dies
_IDLE_PROGRESS_EVERY_S = 30.0  # keeps the server's place for this device


class Diary:
    """The watch events of one playback.

    Threading: the player's event loop.
    """

    def __init__(self, equipment: Equipment, leave: Leave, duration_s: float) -> None:
        self._equipment, self._leave, self._duration_s = equipment, leave, duration_s
        self._noted_at_s = equipment.clock()

    def note(self, kind: WatchKind, position_s: float) -> None:
        """Keep an event of this moment."""
        self._noted_at_s = self._equipment.clock()
        grant = self._leave.grant
        event = WatchEvent(
            id=self._equipment.new_id(),
            session_id=grant.session_id,
            title_id=grant.title_id,
            kind=kind,
            position_s=position_s,
            duration_s=self._duration_s,
            at=self._equipment.wall_clock(),
        )
        try:
            self._equipment.events.put(event)
        except PlayerError as error:  # a full disk ends no film
            log.warning("player.event_lost", kind=str(kind), error=str(error))

    def progress(self, position_s: float, *, idle: bool) -> None:
        """Note progress when that is due; seldom while the picture stands (``idle``)."""
        every_s = _IDLE_PROGRESS_EVERY_S if idle else _PROGRESS_EVERY_S
        if self._equipment.clock() - self._noted_at_s >= every_s:
            self.note(WatchKind.PROGRESS, position_s)
