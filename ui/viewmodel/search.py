"""Search as you type."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from local_server.contracts import SearchPage
from ui.viewmodel.cards import Card, card_of
from ui.viewmodel.observable import Observable
from ui.viewmodel.ports import Cancel, Catalog, Scheduler
from ui.viewmodel.problems import Trouble
from ui.viewmodel.profile import CurrentProfile
from ui.viewmodel.tasks import Tasks, Ticket

PAUSE_S = 0.12  # between two keys of a quick typist; shorter asks for every letter
LIMIT = 60
MAX_QUERY = 200


class SearchPhase(StrEnum):
    """What the screen has to show."""

    IDLE = "idle"
    SEARCHING = "searching"  # nothing found yet
    FOUND = "found"
    NOTHING = "nothing"
    AWAY = "away"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchState:
    """The words looked for and what was found. Earlier finds stay until the new ones are here."""

    query: str = ""
    phase: SearchPhase = SearchPhase.IDLE
    cards: tuple[Card, ...] = ()
    trouble: Trouble | None = None


class SearchModel(Observable[SearchState]):
    """Asks the server once the typist pauses; answers to older words are dropped."""

    def __init__(
        self, *, client: Catalog, profile: CurrentProfile, tasks: Tasks, scheduler: Scheduler
    ) -> None:
        super().__init__(SearchState())
        self._client = client
        self._profile = profile
        self._tasks = tasks
        self._scheduler = scheduler
        self._timer: Cancel | None = None
        self._asking: Ticket | None = None

    def type(self, text: str) -> None:
        """The words in the field are now ``text``."""
        query = text[:MAX_QUERY]
        if query == self.state.query:
            return
        self._forget()
        if not query.strip():
            self._set(SearchState(query=query))
            return
        phase = SearchPhase.FOUND if self.state.cards else SearchPhase.SEARCHING
        self._set(replace(self.state, query=query, phase=phase, trouble=None))
        self._timer = self._scheduler.after(PAUSE_S, self.ask)

    def ask(self) -> None:
        """Ask now; also the answer to "try again"."""
        self._forget()
        query = self.state.query.strip()
        if query:
            self._asking = self._tasks.load(
                lambda: self._client.search(query, limit=LIMIT, profile_id=self._profile.id()),
                self._found,
                self._failed,
            )

    def _found(self, page: SearchPage) -> None:
        cards = tuple(card_of(found.title, self._client.absolute) for found in page.items)
        phase = SearchPhase.FOUND if cards else SearchPhase.NOTHING
        self._set(replace(self.state, phase=phase, cards=cards, trouble=None))

    def _failed(self, trouble: Trouble) -> None:
        self._set(replace(self.state, phase=SearchPhase.AWAY, cards=(), trouble=trouble))

    def _forget(self) -> None:
        if self._timer is not None:
            self._timer()
            self._timer = None
        if self._asking is not None:
            self._asking.drop()
            self._asking = None
