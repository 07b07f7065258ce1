"""Who is watching: told at the start, or the household's first profile."""

from __future__ import annotations

from threading import Lock

from ui.viewmodel.ports import Catalog


class CurrentProfile:
    """The profile screens ask for; learned from the server once, when it was not given.

    Threading: any thread; :meth:`id` may block on the server.
    """

    def __init__(self, client: Catalog, profile_id: str | None) -> None:
        self._client = client
        self._id = profile_id
        self._lock = Lock()

    def id(self) -> str:
        """The profile's id."""
        with self._lock:
            if self._id is None:
                self._id = self._client.household().profiles[0].id
            return self._id
