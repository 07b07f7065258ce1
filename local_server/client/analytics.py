"""What the house watches, for its owner."""

from __future__ import annotations

from local_server.client.calls import Caller, given, segment
from local_server.contracts import Overview, Patterns, Popularity, TitleCompletion


class AnalyticsCalls(Caller):
    """Figures over everyone's history; private sessions leave none."""

    def overview(self, *, days: int = 30) -> Overview:
        """What the house watched lately, day by day."""
        return self._get("v1/analytics/overview", Overview, given(days=days))

    def patterns(self, *, days: int = 30) -> Patterns:
        """At which hours and on which devices the house watches."""
        return self._get("v1/analytics/patterns", Patterns, given(days=days))

    def popularity(self, *, days: int = 90, limit: int = 20) -> Popularity:
        """Films and series by popularity, recent plays counting most."""
        return self._get("v1/analytics/titles", Popularity, given(days=days, limit=limit))

    def completion(self, title_id: str) -> TitleCompletion:
        """How often a film or episode is watched to its end, and where it is given up."""
        return self._get(f"v1/analytics/titles/{segment(title_id)}", TitleCompletion)
