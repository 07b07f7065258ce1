"""What is popular and what a viewer likes, for ordering what is found; at hand for a while.

Search must answer while somebody types, also while the services that know these things are away.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime

import structlog

from local_server.contracts import Viewer
from local_server.errors import Refusal
from local_server.gateway.services import Services

_log = structlog.get_logger(__name__)

KEPT_S = 60.0
TITLES = 500  # beyond these nobody notices the order
_PROFILES = 64


class Likings:
    """Asks the services at most once a minute. Any method from any thread."""

    def __init__(
        self,
        services: Services,
        *,
        now: Callable[[], datetime],
        monotonic_s: Callable[[], float],
    ) -> None:
        self._services = services
        self._now = now
        self._monotonic_s = monotonic_s
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[float, Mapping[str, float]]] = {}

    def popularity(self, viewer: Viewer | None) -> Mapping[str, float]:
        """By title id, 0 to 1; nothing for whom the house does not share with."""
        return self._at_hand("", self._popularity) if is_shared_with(viewer) else {}

    def taste(self, viewer: Viewer | None) -> Mapping[str, float]:
        """The titles a viewer is likeliest to like, 0 to 1."""
        if viewer is None:
            return {}
        recommendation = self._services.recommendation
        return self._at_hand(
            viewer.profile_id, lambda: recommendation.favourites(viewer, limit=TITLES)
        )

    def finished(self, viewer: Viewer | None) -> tuple[str, ...]:
        """What a viewer has seen to its end."""
        if viewer is None:
            return ()
        return self._services.recommendation.finished(viewer.profile_id)

    def _popularity(self) -> Mapping[str, float]:
        found = self._services.playback.popular(TITLES, self._now(), among=sharing(self._services))
        most = max((each.score for each in found), default=0.0)
        return {each.title_id: each.score / most for each in found} if most > 0 else {}

    def _at_hand(self, key: str, ask: Callable[[], Mapping[str, float]]) -> Mapping[str, float]:
        now_s = self._monotonic_s()
        with self._lock:
            known = self._kept.get(key)
        if known is not None and now_s - known[0] < KEPT_S:
            return known[1]
        try:
            found = ask()
        except (Refusal, RuntimeError) as error:
            _log.warning("gateway.liking_unknown", error=repr(error)[:300])
            found = known[1] if known else {}
        with self._lock:
            if len(self._kept) > _PROFILES:
                self._kept.clear()
            self._kept[key] = now_s, found
        return found


def is_shared_with(viewer: Viewer | None) -> bool:
    """Whether what others watch may shape what is shown; with no viewer the owner asks."""
    return viewer is None or (viewer.shares_taste and not viewer.kids)


def sharing(services: Services) -> list[str]:
    """The profiles whose watching may shape what others are shown."""
    return [viewer.profile_id for viewer in services.users.viewers() if viewer.shares_taste]
