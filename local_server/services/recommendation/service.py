"""What each profile is shown, in which rows and why."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from local_server.contracts import (
    ContinueItem,
    HomePlan,
    Moment,
    PlannedCard,
    Viewer,
)
from local_server.contracts.experiments import ExperimentKind
from local_server.errors import NotFound
from local_server.runtime.events import (
    HistoryForgotten,
    ProfileDeleted,
    ResumePointMoved,
    ThumbChanged,
    TitlesChanged,
    TitlesRemoved,
    ViewersChanged,
)
from local_server.services.recommendation import rows, words
from local_server.services.recommendation.experiments.dealing import Dealer
from local_server.services.recommendation.experiments.desk import ExperimentDesk
from local_server.services.recommendation.knowledge import Knowledge, State
from local_server.services.recommendation.memory import Memory
from local_server.services.recommendation.order import ordered
from local_server.services.recommendation.ports import History
from local_server.services.recommendation.situation import Situation

# A screen that is asked for again within this time is the same showing.
SHOWING = timedelta(minutes=30)
# A film that was left alone so long is begun anew when it goes on.
NEW_START_S = 4 * 3600.0
PLANS_KEPT = 64  # more than a household has profiles and devices

RANKERS = ("taste", "content", "popular", "newest")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """A plan that was made, and what it depended on."""

    key: tuple[object, ...]
    plan: HomePlan
    at: datetime


class Recommendation:
    """Plans home screens. Any method from any thread."""

    def __init__(
        self,
        memory: Memory,
        *,
        knowledge: Knowledge,
        history: History,
        desk: ExperimentDesk,
        dealer: Dealer,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._memory = memory
        self._knowledge = knowledge
        self._history = history
        self._desk = desk
        self._dealer = dealer
        self._now = now
        self._new_id = new_id
        self._lock = threading.Lock()
        self._plans: dict[tuple[str, str], _Shown] = {}

    def catch_up(self) -> None:
        """Learn everything anew from who owns it; what was deleted meanwhile is forgotten."""
        self._memory.learn_all(self._history.all_resume_points(), self._history.all_ratings())
        self._knowledge.titles_changed(None)
        self._knowledge.viewings_changed()

    def plan(
        self,
        viewer: Viewer,
        moment: Moment,
        *,
        continuing: Sequence[ContinueItem],
        watchlist: Sequence[str],
    ) -> HomePlan:
        """The home screen of a profile: rows in order, a reason on every card.

        The same until something it depends on changes.
        """
        state = self._knowledge.state()
        now = self._now()
        day = moment.local.date()
        key = (
            state.version,
            viewer,
            day,
            moment.local.hour // 6,
            tuple(continuing),
            tuple(watchlist),
        )
        place = (viewer.profile_id, moment.device)
        shown = self._plans.get(place)
        if shown is not None and shown.key == key and timedelta() <= now - shown.at < SHOWING:
            return shown.plan
        seed = seed_of(viewer.profile_id, day.isoformat())
        situation = self._situation(state, viewer, seed, tuple(continuing), tuple(watchlist))
        designed = rows.plan(situation)
        placed = ordered(designed, self._memory.showings(viewer.profile_id), moment, seed=seed)
        plan = HomePlan(screen_id=self._new_id(), rows=tuple(row for row, _ in placed))
        self._memory.showed(plan.screen_id, viewer.profile_id, moment, placed, at=now)
        with self._lock:
            if len(self._plans) >= PLANS_KEPT:
                self._plans.clear()
            self._plans[place] = _Shown(key=key, plan=plan, at=now)
        return plan

    def similar(self, viewer: Viewer, title_id: str, *, limit: int) -> tuple[PlannedCard, ...]:
        """Works like the one a title belongs to, best first; :class:`NotFound` for none."""
        state = self._knowledge.state()
        work = state.shelf.work_of(title_id)
        visible = self._knowledge.visible(viewer.visibility)
        if work is None or work not in visible:
            raise NotFound("title_not_found", "There is no such title in the library")
        if work not in state.model.library.places:
            return ()
        situation = self._situation(state, viewer, 0, (), ())
        found = state.model.similar(
            work, shares=situation.shares, limit=limit, allowed=situation.open
        )
        return tuple(
            PlannedCard(title_id=one.title_id, reason=words.reason_text(one.reason, situation.name))
            for one in found
        )

    def favourites(self, viewer: Viewer, *, limit: int) -> dict[str, float]:
        """The works a profile is likeliest to like, 0 to 1; none before it watched anything."""
        state = self._knowledge.state()
        history = state.viewings.get(viewer.profile_id, ())
        if not history:
            return {}
        scores = state.model.scores(
            history,
            shares=viewer.shares_taste and not viewer.kids,
            now_s=self._now().timestamp(),
        )
        best = np.argsort(-scores, kind="stable")[:limit]
        low, high = float(scores.min(initial=0.0)), float(scores.max(initial=0.0))
        titles = state.model.library.titles
        spread = high - low
        return {titles[n].title_id: (float(scores[n]) - low) / spread for n in best if spread > 0}

    def finished(self, profile_id: str) -> tuple[str, ...]:
        """Works a profile has seen to their end, of series at least an episode; ordered by id."""
        return tuple(sorted(self._knowledge.state().finished.get(profile_id, ())))

    def aside(self, profile_id: str) -> tuple[str, ...]:
        """Works a profile is not interested in, ordered by id."""
        return tuple(sorted(self._knowledge.state().set_aside.get(profile_id, ())))

    def set_aside(self, profile_id: str, title_id: str) -> None:
        """A profile is not interested in a title."""
        self._memory.set_aside(profile_id, title_id, at=self._now())
        self._knowledge.viewings_changed()

    def take_back(self, profile_id: str, title_id: str) -> None:
        """A profile may be interested after all."""
        self._memory.take_back(profile_id, title_id)
        self._knowledge.viewings_changed()

    def moved(self, move: ResumePointMoved) -> None:
        """A profile stands somewhere else in a title."""
        before = self._memory.before(move.profile_id, move.title_id)
        self._memory.learn((move,))
        self._knowledge.viewings_changed()
        at_s = move.watched_at.timestamp()
        if before is None or before.finished or at_s - before.at_s > NEW_START_S:
            self._begun(move)

    def thumb_changed(self, thumb: ThumbChanged) -> None:
        """A profile rates a title otherwise."""
        self._memory.rate(thumb)
        self._knowledge.viewings_changed()

    def history_forgotten(self, gone: HistoryForgotten) -> None:
        """Nothing is left of it, in the model neither."""
        self._memory.forget(gone.profile_id, gone.title_ids)
        if gone.title_ids is None:
            self._desk.forget_profile(gone.profile_id)
        else:
            self._desk.forget_days(gone.profile_id)
        for title_id in gone.title_ids or ():
            self._desk.forget_title(gone.profile_id, title_id)
        self._forget_plans(gone.profile_id)

    def profile_deleted(self, gone: ProfileDeleted) -> None:
        """Nothing is left of it, in the model neither."""
        self._memory.forget_profile(gone.profile_id)
        self._desk.forget_profile(gone.profile_id)
        self._forget_plans(gone.profile_id)

    def titles_changed(self, titles: TitlesChanged) -> None:
        """Titles are described anew."""
        self._knowledge.titles_changed(titles.title_ids)

    def titles_removed(self, titles: TitlesRemoved) -> None:
        """Titles are gone for good."""
        self._memory.forget_titles(titles.title_ids)
        self._knowledge.titles_changed(titles.title_ids)
        self._knowledge.viewings_changed()

    def viewers_changed(self, _changed: ViewersChanged) -> None:
        """Who may see what, or who shares, is new."""
        self._knowledge.viewings_changed()

    def settle(self) -> None:
        """Return once everything heard so far has been learned."""
        self._knowledge.settle()

    def _begun(self, move: ResumePointMoved) -> None:
        """A title was begun: whatever showed it is credited."""
        work = self._knowledge.state().shelf.work_of(move.title_id)
        titles = {move.title_id, work or move.title_id}
        self._memory.played(move.profile_id, titles, at=move.watched_at)
        self._dealer.played(
            move.profile_id,
            move.title_id,
            event_id=f"{move.profile_id}-{move.title_id}-{move.watched_at.isoformat()}",
            at=move.watched_at,
            series_id=work,
        )

    def _forget_plans(self, profile_id: str) -> None:
        with self._lock:
            for place in [place for place in self._plans if place[0] == profile_id]:
                del self._plans[place]
        self._knowledge.viewings_changed()

    def _situation(
        self,
        state: State,
        viewer: Viewer,
        seed: int,
        continuing: tuple[ContinueItem, ...],
        watchlist: tuple[str, ...],
    ) -> Situation:
        profile = viewer.profile_id
        visible = self._knowledge.visible(viewer.visibility)
        none: frozenset[str] = frozenset()
        return Situation(
            viewer=viewer,
            shelf=state.shelf,
            model=state.model,
            history=state.viewings.get(profile, ()),
            others=tuple(
                viewing
                for other in sorted(state.sharing - {profile})
                for viewing in state.viewings.get(other, ())
            ),
            visible=visible,
            open=self._knowledge.open(state, visible),
            begun=state.begun.get(profile, none),
            finished=state.finished.get(profile, none),
            set_aside=state.set_aside.get(profile, none),
            continuing=continuing,
            watchlist=watchlist,
            now_s=self._now().timestamp(),
            seed=seed,
            deal=lambda rankings: self._deal(profile, rankings),
        )

    def _deal(
        self, profile_id: str, rankings: Mapping[str, Callable[[], Sequence[str]]]
    ) -> Sequence[str] | None:
        """The top picks as an experiment has them; ``None`` while none runs."""
        experiment = self._desk.running_for(rows.TOP_PICKS)
        if experiment is None:
            return None
        if experiment.kind is ExperimentKind.ASSIGNMENT:
            return rankings[self._desk.arm_of(experiment.id, profile_id)]()
        arms = {arm.name: rankings[arm.name]() for arm in experiment.arms}
        return self._dealer.deal(experiment, profile_id, arms, length=rows.ROW_TITLES)


def seed_of(profile_id: str, day: str) -> int:
    """The seed of a profile's day: the screen does not dance while it is looked at."""
    digest = hashlib.sha256(f"{profile_id} {day}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1
