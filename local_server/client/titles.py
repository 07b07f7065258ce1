"""Titles and the home screen."""

from __future__ import annotations

from local_server.client.calls import Caller, given, segment
from local_server.contracts import Home, TitleDetail, TitleKind, TitlePage


class TitlesCalls(Caller):
    """What a viewer looks through."""

    def titles(
        self,
        query: str | None = None,
        kind: TitleKind | None = None,
        *,
        limit: int = 100,
        offset: int = 0,
        profile_id: str | None = None,
    ) -> TitlePage:
        """Titles by name; with ``profile_id`` they carry that profile's resume points.

        Without a ``kind``, films and series; episodes are found in their series' detail or by
        asking for their kind.
        """
        params = given(query=query, kind=kind, limit=limit, offset=offset, profile_id=profile_id)
        return self._get("v1/titles", TitlePage, params)

    def title(self, title_id: str, *, profile_id: str | None = None) -> TitleDetail:
        """Everything about one title."""
        return self._get(
            f"v1/titles/{segment(title_id)}", TitleDetail, given(profile_id=profile_id)
        )

    def home(self, profile_id: str) -> Home:
        """The home screen of a profile."""
        return self._get(f"v1/home/{segment(profile_id)}", Home)
