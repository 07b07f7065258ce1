"""The home screen: a featured title, rows and why they are there, and what is being prepared."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from local_server.contracts import Home, Job, Row, RowKind, TitleDetail, TitleKind, TitleSummary
from ui.viewmodel import words
from ui.viewmodel.cards import (
    Absolute,
    Card,
    card_of,
    continue_card,
    episode_number,
    in_progress,
    job_card,
    jobs_by_title,
)
from ui.viewmodel.facts import Facts, facts_of
from ui.viewmodel.observable import Observable
from ui.viewmodel.ports import Cancel, Catalog, Scheduler, ServerPhase, ServerStatus
from ui.viewmodel.problems import Trouble
from ui.viewmodel.profile import CurrentProfile
from ui.viewmodel.tasks import Changed, Tasks, Ticket, Topic

BUSY_REFRESH_S = 1.0  # while titles are being prepared: progress should be seen to move
IDLE_REFRESH_S = 30.0  # other devices and the command line may add titles
RETRY_S = (0.5, 1.0, 2.0, 4.0, 8.0)  # the last one for ever
AFTER_PLAYBACK_S = (0.4, 2.5)  # watch events leave the player a moment after the film is closed

PICKED_ROWS = frozenset(
    {RowKind.TOP_PICKS, RowKind.BECAUSE, RowKind.TRENDING, RowKind.SIMILAR_TASTE}
)


class Phase(StrEnum):
    """What the screen has to show."""

    LOADING = "loading"
    PREPARING = "preparing"  # nothing can be played yet, but it is on its way
    READY = "ready"
    EMPTY = "empty"
    AWAY = "away"  # the server does not answer and nothing is known


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """A row of cards; ``wide`` cards are 16:9, others are 2:3 posters."""

    id: str
    name: str
    reason: str = ""
    wide: bool = False
    cards: tuple[Card, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hero:
    """The featured title."""

    card: Card
    eyebrow: str
    action: str
    synopsis: str = ""
    facts: Facts = field(default_factory=Facts)
    line: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeState:
    """All that the home screen shows. ``notice``: a banner over what is known already."""

    phase: Phase = Phase.LOADING
    hero: Hero | None = None
    rows: tuple[RowView, ...] = ()
    preparing: tuple[Card, ...] = ()
    trouble: Trouble | None = None
    notice: Trouble | None = None
    status: str = "Opening your library"


class HomeModel(Observable[HomeState]):
    """Loads the home screen, keeps it fresh, and tries again by itself when the server is away."""

    def __init__(
        self, *, client: Catalog, profile: CurrentProfile, tasks: Tasks, scheduler: Scheduler
    ) -> None:
        super().__init__(HomeState())
        self._client = client
        self._profile = profile
        self._tasks = tasks
        self._scheduler = scheduler
        self._loading: Ticket | None = None
        self._timer: Cancel | None = None
        self._failures = 0
        self._watching = False
        self._details: dict[str, TitleDetail] = {}
        self._server = ServerStatus(phase=ServerPhase.RUNNING)
        tasks.subscribe(frozenset({Topic.HOME}), self.refresh)

    def refresh(self) -> None:
        """Load now."""
        if self._loading is not None:
            self._loading.drop()
        self._loading = self._tasks.load(self._load, self._loaded, self._failed)

    def server_changed(self, status: ServerStatus) -> None:
        """Follow the server: load as soon as it is there, say so while it is not."""
        self._server = status
        if status.phase is ServerPhase.RUNNING:
            self._failures = 0
            self.refresh()
        elif self.state.phase in {Phase.LOADING, Phase.AWAY}:
            self._set(self._without_content())
        else:
            self._set(replace(self.state, notice=_notice(status)))

    def playback_began(self) -> None:
        """A film is on top of the screen: stop asking, the network belongs to it."""
        self._watching = True
        self._cancel_timer()

    def playback_ended(self) -> None:
        """The film was closed: what it changed is on its way to the server."""
        self._watching = False
        for delay_s in AFTER_PLAYBACK_S:
            self._scheduler.after(delay_s, self._announce)

    def _announce(self) -> None:
        self._tasks.announce(Changed({Topic.HOME, Topic.LIBRARY, Topic.TITLE}))

    def _load(self) -> tuple[Home, tuple[Job, ...], TitleDetail | None]:
        home = self._client.home(self._profile.id())
        jobs = self._client.jobs()
        featured = choose_featured(home.rows)
        detail = None
        if featured is not None:
            detail = self._details.get(featured.id) or self._client.title(featured.id)
        return home, jobs, detail

    def _loaded(self, result: tuple[Home, tuple[Job, ...], TitleDetail | None]) -> None:
        home, jobs, detail = result
        self._failures = 0
        if detail is not None:
            self._details[detail.summary.id] = detail
        self._set(present(home, jobs, detail, self._client.absolute))
        busy = bool(self.state.preparing)
        self._again(BUSY_REFRESH_S if busy else IDLE_REFRESH_S)

    def _failed(self, trouble: Trouble) -> None:
        delay_s = RETRY_S[min(self._failures, len(RETRY_S) - 1)]
        self._failures += 1
        if self.state.phase in {Phase.LOADING, Phase.AWAY}:
            self._set(self._without_content(trouble))
        else:
            self._set(replace(self.state, notice=_notice(self._server, trouble)))
        self._again(delay_s)

    def _without_content(self, trouble: Trouble | None = None) -> HomeState:
        status = self._server
        if status.phase is ServerPhase.STARTING:
            return HomeState(status="Starting your server")
        if status.phase is ServerPhase.RESTARTING:
            return HomeState(status="Your server is coming back")
        if status.phase is ServerPhase.FAILED or trouble is not None:
            return HomeState(phase=Phase.AWAY, trouble=_away(status))
        return HomeState()

    def _again(self, delay_s: float) -> None:
        self._cancel_timer()
        if not self._watching:
            self._timer = self._scheduler.after(delay_s, self.refresh)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer()
            self._timer = None


def present(
    home: Home, jobs: tuple[Job, ...], detail: TitleDetail | None, absolute: Absolute
) -> HomeState:
    """The screen for what the server said."""
    work = jobs_by_title(jobs)
    rows = tuple(_row(row, work, absolute) for row in home.rows if row.items)
    listed = {card.id for row in rows for card in row.cards}
    # An episode's job belongs to a series that is listed under another id: it is shown as work.
    unlisted = [job_card(job) for job in work.values() if job.title_id not in listed]
    coming = {card.id: card for row in rows for card in row.cards if card.preparing}
    preparing = tuple(sorted((*coming.values(), *unlisted), key=lambda c: c.progress, reverse=True))
    featured = choose_featured(home.rows)
    hero = None if featured is None else _hero(featured, detail, home.rows, absolute)
    if hero is not None:
        phase = Phase.READY
    elif preparing:
        phase = Phase.PREPARING
    else:
        phase = Phase.READY if rows else Phase.EMPTY
    return HomeState(phase=phase, hero=hero, rows=rows, preparing=preparing)


def choose_featured(rows: tuple[Row, ...]) -> TitleSummary | None:
    """What was begun last, else the first title that can be played."""
    ready = [item for row in rows for item in row.items if item.availability == "ready"]
    begun = next((item for item in ready if in_progress(item)), None)
    films = (item for item in ready if item.kind is not TitleKind.SERIES)
    return begun or next(films, None) or next(iter(ready), None)


def _row(row: Row, work: dict[str, Job], absolute: Absolute) -> RowView:
    wide = all(in_progress(item) for item in row.items)
    cards = tuple(
        continue_card(item, absolute, job=work.get(item.id))
        if wide
        else card_of(item, absolute, job=work.get(item.id), line=_why(row, item))
        for item in row.items
    )
    name, reason = words.one_line(row.name), words.one_line(row.reason)
    return RowView(id=row.id, name=name, reason=reason, wide=wide, cards=cards)


def _why(row: Row, item: TitleSummary) -> str | None:
    """Why a title was picked, where the row's own name does not say it."""
    return words.one_line(item.reason) or None if row.kind in PICKED_ROWS else None


def _hero(
    featured: TitleSummary,
    detail: TitleDetail | None,
    rows: tuple[Row, ...],
    absolute: Absolute,
) -> Hero:
    begun = in_progress(featured)
    row = next(row for row in rows if any(item.id == featured.id for item in row.items))
    card = continue_card(featured, absolute) if begun else card_of(featured, absolute)
    known = detail is not None and detail.summary.id == featured.id
    series = featured.kind is TitleKind.SERIES
    episode = featured.name if featured.kind is TitleKind.EPISODE else ""
    remaining = card.line.split(" · ")[-1] if begun else ""
    return Hero(
        card=card,
        eyebrow="Pick up where you stopped" if begun else words.one_line(row.name),
        action="Resume" if begun else "Episodes" if series else "Play",
        synopsis=detail.synopsis if known and detail is not None else "",
        facts=facts_of(detail) if known and detail is not None else Facts(),
        line=words.joined(episode_number(featured), words.one_line(episode), remaining),
    )


def _away(status: ServerStatus) -> Trouble:
    if status.phase is ServerPhase.FAILED and status.title:
        return Trouble(title=status.title, detail=status.detail, hint=status.hint)
    return Trouble(
        title="Your server does not answer",
        detail="Your library and your places in films are safe on its disk.",
        hint="Matinee keeps trying by itself.",
    )


def _notice(status: ServerStatus, trouble: Trouble | None = None) -> Trouble | None:
    if status.phase is ServerPhase.RUNNING and trouble is None:
        return None
    if status.phase is ServerPhase.FAILED and status.title:
        return Trouble(title=status.title, detail=status.detail, hint=status.hint)
    if status.phase is ServerPhase.RESTARTING:
        return Trouble(
            title="Your server is coming back",
            detail="Nothing is lost. What you see is from a moment ago.",
        )
    return Trouble(
        title="Your server does not answer",
        detail="Nothing is lost. What you see is from a moment ago, and Matinee keeps trying.",
    )
