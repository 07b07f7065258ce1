"""A title's page: what it is, where one stopped, and for a series its episodes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from local_server.contracts import (
    Availability,
    Job,
    TitleDetail,
    TitleKind,
    TitleSummary,
)
from ui.viewmodel import words
from ui.viewmodel.cards import (
    Absolute,
    Card,
    card_of,
    episode_card,
    episode_number,
    in_progress,
    jobs_by_title,
    watched,
)
from ui.viewmodel.facts import Facts, Particular, facts_of, particulars_of, seasons_of
from ui.viewmodel.observable import Observable
from ui.viewmodel.ports import Cancel, Catalog, Scheduler
from ui.viewmodel.problems import Trouble
from ui.viewmodel.profile import CurrentProfile
from ui.viewmodel.tasks import Tasks, Ticket, Topic

BUSY_REFRESH_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """The primary action: plays ``title_id``; without one there is nothing to play yet."""

    label: str = ""
    title_id: str = ""
    line: str = ""
    watched: float = 0.0
    can_restart: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleState:
    """A title's page. ``loaded`` is false until its detail is here.

    ``upcoming_index`` is the place among ``episodes`` of the one to go on with.
    """

    id: str = ""
    loaded: bool = False
    card: Card | None = None
    synopsis: str = ""
    facts: Facts = field(default_factory=Facts)
    particulars: tuple[Particular, ...] = ()
    action: Action = Action()
    seasons: tuple[int, ...] = ()
    season: int = 0
    upcoming_index: int = 0
    episodes: tuple[Card, ...] = ()
    trouble: Trouble | None = None


class TitleModel(Observable[TitleState]):
    """Loads the page that is open, and while the title is being prepared keeps it fresh."""

    def __init__(
        self, *, client: Catalog, profile: CurrentProfile, tasks: Tasks, scheduler: Scheduler
    ) -> None:
        super().__init__(TitleState())
        self._client = client
        self._profile = profile
        self._tasks = tasks
        self._scheduler = scheduler
        self._asked = ""
        self._detail: TitleDetail | None = None
        self._jobs: tuple[Job, ...] = ()
        self._loading: Ticket | None = None
        self._timer: Cancel | None = None
        tasks.subscribe(frozenset({Topic.TITLE}), self.refresh)

    def show(self, title_id: str) -> None:
        """Open the page of ``title_id``; an episode is shown on its series' page."""
        if title_id != self._asked:
            self._asked = title_id
            self._detail = None
            self._set(TitleState(id=title_id))
        self.refresh()

    def hide(self) -> None:
        """The page was closed."""
        self._stop()
        self._asked = ""
        self._set(TitleState())

    def refresh(self) -> None:
        """Load now, when a page is open."""
        self._stop()
        title_id = self._asked
        if title_id:
            self._loading = self._tasks.load(
                lambda: self._load(title_id), self._loaded, self._failed
            )

    def choose_season(self, season: int) -> None:
        """Show the episodes of another season."""
        if self._detail is not None and season in self.state.seasons:
            self._set(present(self._detail, self._jobs, self._client.absolute, season=season))

    def _load(self, title_id: str) -> tuple[TitleDetail, tuple[Job, ...]]:
        profile_id = self._profile.id()
        detail = self._client.title(title_id, profile_id=profile_id)
        if detail.summary.kind is TitleKind.EPISODE and detail.summary.series_id is not None:
            detail = self._client.title(detail.summary.series_id, profile_id=profile_id)
        return detail, self._client.jobs()

    def _loaded(self, result: tuple[TitleDetail, tuple[Job, ...]]) -> None:
        self._detail, self._jobs = result
        season = self.state.season or None
        state = present(self._detail, self._jobs, self._client.absolute, season=season)
        self._set(state)
        cards = (state.card, *state.episodes)
        if any(card is not None and card.preparing for card in cards):
            self._timer = self._scheduler.after(BUSY_REFRESH_S, self.refresh)

    def _failed(self, trouble: Trouble) -> None:
        self._set(replace(self.state, trouble=trouble))

    def _stop(self) -> None:
        if self._loading is not None:
            self._loading.drop()
            self._loading = None
        if self._timer is not None:
            self._timer()
            self._timer = None


def present(
    detail: TitleDetail, jobs: tuple[Job, ...], absolute: Absolute, *, season: int | None = None
) -> TitleState:
    """The page of ``detail``; of a series the season asked for, else the one to go on with."""
    work = jobs_by_title(jobs)
    summary = detail.summary
    seasons = seasons_of(detail)
    upcoming = next_to_watch(detail.episodes)
    if season not in seasons:
        season = (upcoming.season or 1) if upcoming is not None else next(iter(seasons), 0)
    episodes = tuple(e for e in detail.episodes if (e.season or 1) == season)
    return TitleState(
        id=summary.id,
        loaded=True,
        card=card_of(summary, absolute, job=work.get(summary.id)),
        synopsis=detail.synopsis,
        facts=facts_of(detail),
        particulars=particulars_of(detail),
        action=_action(summary, upcoming),
        seasons=seasons,
        season=season or 0,
        upcoming_index=episodes.index(upcoming) if upcoming in episodes else 0,
        episodes=tuple(episode_card(e, absolute, job=work.get(e.id)) for e in episodes),
    )


def in_order(episodes: tuple[TitleSummary, ...]) -> list[TitleSummary]:
    """Episodes as they are watched one after the other."""
    return sorted(episodes, key=lambda e: (e.season or 1, e.episode or 0, e.name))


def next_to_watch(episodes: tuple[TitleSummary, ...]) -> TitleSummary | None:
    """The episode to go on with: the one begun last, else the one after the last finished."""
    playable = [e for e in in_order(episodes) if e.availability is Availability.READY]
    begun = [e for e in playable if in_progress(e) and e.resume is not None]
    if begun:
        return max(begun, key=lambda e: e.resume.watched_at.timestamp() if e.resume else 0.0)
    last_finished = max(
        (i for i, e in enumerate(playable) if e.resume is not None and e.resume.finished),
        default=-1,
    )
    if not playable:
        return None
    return playable[(last_finished + 1) % len(playable)]


def following(episodes: tuple[TitleSummary, ...], title_id: str) -> TitleSummary | None:
    """The episode after ``title_id``, when there is one and it can be played."""
    ordered = in_order(episodes)
    ids = [episode.id for episode in ordered]
    if title_id not in ids or title_id == ids[-1]:
        return None
    candidate = ordered[ids.index(title_id) + 1]
    return candidate if candidate.availability is Availability.READY else None


def _action(summary: TitleSummary, upcoming: TitleSummary | None) -> Action:
    target = upcoming if summary.kind is TitleKind.SERIES else summary
    if target is None or target.availability is not Availability.READY:
        return Action()
    begun = in_progress(target)
    verb = "Resume" if begun else "Play"
    number = episode_number(target) if summary.kind is TitleKind.SERIES else ""
    line = ""
    if begun and target.resume is not None:
        line = words.left(target.resume.position_s, target.resume.duration_s)
    return Action(
        label=f"{verb} {number}".strip(),
        title_id=target.id,
        line=line,
        watched=watched(target.resume),
        can_restart=begun,
    )
