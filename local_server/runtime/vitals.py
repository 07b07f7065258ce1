"""How a service is, and what it does by itself."""

from __future__ import annotations

from collections.abc import Callable

from local_server.runtime.database import Database

# Heartbeats, five seconds apart, between two copies of what changed: an hour.
BACKUP_BEATS = 720


class Vitals:
    """Of one service. ``begin`` and ``beat`` are its own work. Any thread."""

    def __init__(
        self,
        database: Database,
        *,
        begin: Callable[[], None] | None = None,
        beat: Callable[[], None] | None = None,
    ) -> None:
        self._database = database
        self._begin = begin
        self._beat = beat
        self._beats = 0

    def is_well(self) -> bool:
        """Whether its database answers."""
        return self._database.is_well()

    def restored(self) -> bool:
        """Whether its database was damaged and came from a copy when it was opened."""
        return self._database.restored is not None

    def begin(self) -> None:
        """Begin the work that needs no request: catch up with what happened while it was down."""
        if self._begin is not None:
            self._begin()

    def beat(self) -> None:
        """Look after what time alone changes."""
        if self._beat is not None:
            self._beat()
        if self._beats % BACKUP_BEATS == 0:
            self._database.back_up()
        self._beats += 1

    def forget(self) -> None:
        """Let nothing that was deleted stay behind in the log or in older copies."""
        self._database.forget()
