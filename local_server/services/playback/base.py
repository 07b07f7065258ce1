"""What every part of the playback service stands on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from local_server.contracts import TitleFacts, TitleKind
from local_server.errors import NotFound
from local_server.runtime.database import Database
from local_server.runtime.events import Announcer
from local_server.services.playback.ports import Allowances, MediaAccess, Plans, Profiles, Titles
from local_server.services.playback.privacy import PrivatePositions
from local_server.services.playback.rules import ResumeRules


class Part:
    """Base of the service's parts. ``local`` turns a moment into the household's wall clock."""

    def __init__(
        self,
        database: Database,
        *,
        titles: Titles,
        profiles: Profiles,
        plans: Plans,
        allowances: Allowances,
        media: MediaAccess,
        bus: Announcer,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
        local: Callable[[datetime], datetime],
        rules: ResumeRules,
    ) -> None:
        self._database = database
        self._titles = titles
        self._profiles = profiles
        self._plans = plans
        self._allowances = allowances
        self._media = media
        self._bus = bus
        self._now = now
        self._new_id = new_id
        self._local = local
        self._rules = rules
        self._private = PrivatePositions()
        self._announced = 0

    def _require_profile(self, profile_id: str) -> None:
        if not self._profiles.has_profile(profile_id):
            raise NotFound(
                "profile_not_found",
                "There is no such profile",
                hint="Choose one of the household's profiles.",
            )

    def _facts(self, ids: Sequence[str]) -> dict[str, TitleFacts]:
        """What is known of those of the titles that exist."""
        return {title.id: title for title in self._titles.facts(ids)} if ids else {}

    def _require_title(self, title_id: str) -> TitleFacts:
        facts = self._facts([title_id]).get(title_id)
        if facts is None:
            raise NotFound(
                "title_not_found",
                "There is no such title in the library",
                hint="It may have been removed; go back to the list.",
            )
        return facts


def group_of(facts: TitleFacts) -> str:
    """The film or series a title is part of: what people speak of when they mean it."""
    return facts.series_id or facts.parent_id or facts.id


def is_extra(facts: TitleFacts) -> bool:
    """Whether it is a trailer or the like, which nobody goes on with."""
    return facts.kind is TitleKind.EXTRA
