"""Everything there is, as one wall that can be narrowed to films or series."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from local_server.contracts import Job, TitleKind, TitleSummary
from ui.viewmodel.cards import Card, card_of, jobs_by_title
from ui.viewmodel.observable import Observable
from ui.viewmodel.ports import Cancel, Catalog, Scheduler
from ui.viewmodel.problems import Trouble
from ui.viewmodel.profile import CurrentProfile
from ui.viewmodel.tasks import Tasks, Ticket, Topic

PAGE = 100  # titles a request
MOST = 2000  # what a wall without search can still be used for

BUSY_REFRESH_S = 1.5
RETRY_S = 3.0


class Filter(StrEnum):
    """What the wall is narrowed to."""

    ALL = "all"
    FILMS = "films"
    SERIES = "series"


_KINDS = {Filter.ALL: None, Filter.FILMS: TitleKind.MOVIE, Filter.SERIES: TitleKind.SERIES}


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryState:
    """The wall. ``loaded`` is false until something is known."""

    filter: Filter = Filter.ALL
    loaded: bool = False
    cards: tuple[Card, ...] = ()
    count: str = ""
    trouble: Trouble | None = None


class LibraryModel(Observable[LibraryState]):
    """Loads the wall when it is looked at, and while titles on it are being prepared."""

    def __init__(
        self, *, client: Catalog, profile: CurrentProfile, tasks: Tasks, scheduler: Scheduler
    ) -> None:
        super().__init__(LibraryState())
        self._client = client
        self._profile = profile
        self._tasks = tasks
        self._scheduler = scheduler
        self._open = False
        self._loading: Ticket | None = None
        self._timer: Cancel | None = None
        tasks.subscribe(frozenset({Topic.LIBRARY}), self._refresh_if_open)

    def show(self) -> None:
        """The wall is looked at."""
        self._open = True
        self.refresh()

    def hide(self) -> None:
        """It is not looked at any more."""
        self._open = False
        self._cancel_timer()

    def choose(self, wanted: Filter) -> None:
        """Narrow the wall."""
        if wanted is not self.state.filter:
            self._set(LibraryState(filter=wanted))
            self.refresh()

    def refresh(self) -> None:
        """Load now."""
        if self._loading is not None:
            self._loading.drop()
        kind = _KINDS[self.state.filter]
        self._loading = self._tasks.load(lambda: self._load(kind), self._loaded, self._failed)

    def _refresh_if_open(self) -> None:
        if self._open:
            self.refresh()

    def _load(self, kind: TitleKind | None) -> tuple[list[TitleSummary], tuple[Job, ...]]:
        profile_id = self._profile.id()
        items: list[TitleSummary] = []
        while len(items) < MOST:
            page = self._client.titles(
                kind=kind, limit=PAGE, offset=len(items), profile_id=profile_id
            )
            items.extend(page.items)
            if not page.items or len(items) >= page.total:
                break
        return items, self._client.jobs()

    def _loaded(self, result: tuple[list[TitleSummary], tuple[Job, ...]]) -> None:
        items, jobs = result
        work = jobs_by_title(jobs)
        cards = tuple(card_of(item, self._client.absolute, job=work.get(item.id)) for item in items)
        count = f"{len(cards)} titles" if len(cards) != 1 else "1 title"
        self._set(replace(self.state, loaded=True, cards=cards, count=count, trouble=None))
        if any(card.preparing for card in cards):
            self._again(BUSY_REFRESH_S)

    def _failed(self, trouble: Trouble) -> None:
        self._set(replace(self.state, trouble=trouble))
        self._again(RETRY_S)

    def _again(self, delay_s: float) -> None:
        self._cancel_timer()
        if self._open:
            self._timer = self._scheduler.after(delay_s, self.refresh)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer()
            self._timer = None
