"""A recommendation service with people and a library made of paper."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from local_server.contracts import (
    EVERYTHING,
    ContinueItem,
    DeviceClass,
    HomePlan,
    Moment,
    TitleFacts,
    TitleKind,
    Viewer,
    Visibility,
)
from local_server.runtime.database import Database, Durability
from local_server.runtime.events import ResumePointMoved, ThumbChanged, TitlesChanged, TitlesRemoved
from local_server.services.recommendation.experiments.dealing import Dealer
from local_server.services.recommendation.experiments.desk import ExperimentDesk
from local_server.services.recommendation.knowledge import Knowledge
from local_server.services.recommendation.memory import Memory
from local_server.services.recommendation.rows import TOP_PICKS
from local_server.services.recommendation.service import RANKERS, Recommendation

EVENING = datetime(2026, 3, 14, 20, 15, tzinfo=UTC)
FILM_S = 6000.0


def title(
    title_id: str,
    kind: TitleKind = TitleKind.MOVIE,
    *,
    name: str = "",
    genres: Sequence[str] = (),
    people: Sequence[str] = (),
    series_id: str | None = None,
    parent_id: str | None = None,
    min_age: int | None = None,
    available: bool = True,
    added_days_ago: float = 1.0,
) -> TitleFacts:
    return TitleFacts(
        id=title_id,
        kind=kind,
        name=name or f"The {title_id}",
        genres=tuple(genres),
        people=tuple(people),
        series_id=series_id,
        parent_id=parent_id,
        min_age=min_age,
        duration_s=FILM_S,
        added_at=EVENING - timedelta(days=added_days_ago),
        available=available,
    )


@dataclass
class PaperCatalog:
    """Titles by id; what is over a viewer's age is not visible."""

    titles: dict[str, TitleFacts] = field(default_factory=dict)
    asked: int = 0

    def facts(self, ids: Sequence[str] | None = None) -> tuple[TitleFacts, ...]:
        self.asked += 1
        wanted = self.titles if ids is None else ids
        return tuple(self.titles[i] for i in wanted if i in self.titles)

    def visible(self, visibility: Visibility) -> tuple[str, ...]:
        return tuple(sorted(t.id for t in self.titles.values() if self._may(t, visibility)))

    def _may(self, title: TitleFacts, visibility: Visibility) -> bool:
        if title.id in visibility.blocked_titles:
            return False
        if visibility.max_age is None:
            return True
        if title.min_age is None:
            return visibility.unrated
        return title.min_age <= visibility.max_age


@dataclass
class PaperPeople:
    """Profiles."""

    people: dict[str, Viewer] = field(default_factory=dict)

    def viewers(self) -> tuple[Viewer, ...]:
        return tuple(self.people.values())


@dataclass
class PaperHistory:
    """What playback would say: ``sittings`` are profile, title, start and end."""

    points: list[ResumePointMoved] = field(default_factory=list)
    ratings: list[ThumbChanged] = field(default_factory=list)
    sittings: list[tuple[str, str, datetime, datetime]] = field(default_factory=list)

    def all_resume_points(self) -> tuple[ResumePointMoved, ...]:
        return tuple(self.points)

    def all_ratings(self) -> tuple[ThumbChanged, ...]:
        return tuple(self.ratings)

    def watched_minutes(self, profile_id: str, start: datetime, end: datetime) -> float:
        spans = ((a, b) for who, _, a, b in self.sittings if who == profile_id)
        inside = (min(b, end) - max(a, start) for a, b in spans if a < end and b > start)
        return sum(inside, timedelta()) / timedelta(minutes=1)

    def begun(self, profile_id: str, since: datetime) -> tuple[str, ...]:
        first: dict[str, datetime] = {}
        for who, title_id, start, _ in self.sittings:
            if who == profile_id:
                first[title_id] = min(start, first.get(title_id, start))
        return tuple(sorted(title_id for title_id, start in first.items() if start >= since))


class Room:
    """A household around one recommendation service. Time stands until it is moved."""

    def __init__(self, home: Path) -> None:
        self.now = EVENING
        self.catalog = PaperCatalog()
        self.people = PaperPeople()
        self.history = PaperHistory()
        self._numbers = itertools.count(1)
        self.database = Database(
            home / "recommendation.sqlite3",
            service="recommendation",
            durability=Durability.CRASH,
        )
        self.open()

    def open(self) -> None:
        """Begin (again) with what the database holds."""
        memory = self.memory = Memory(self.database)
        self.knowledge = Knowledge(memory, titles=self.catalog, profiles=self.people)
        self.desk = ExperimentDesk(
            self.database,
            rankers=RANKERS,
            rows=(TOP_PICKS, "another"),
            now=lambda: self.now,
            new_id=self._id,
        )
        self.service = Recommendation(
            memory,
            knowledge=self.knowledge,
            history=self.history,
            desk=self.desk,
            dealer=Dealer(self.database, desk=self.desk, now=lambda: self.now),
            now=lambda: self.now,
            new_id=self._id,
        )

    def close(self) -> None:
        self.knowledge.settle()
        self.database.close()

    def add(self, *titles: TitleFacts) -> None:
        self.catalog.titles |= {one.id: one for one in titles}
        self.service.titles_changed(TitlesChanged(title_ids=tuple(one.id for one in titles)))

    def remove(self, *title_ids: str) -> None:
        for title_id in title_ids:
            del self.catalog.titles[title_id]
        self.service.titles_removed(TitlesRemoved(title_ids=title_ids))

    def person(
        self,
        profile_id: str,
        *,
        shares: bool = True,
        kids: bool = False,
        visibility: Visibility = EVERYTHING,
        created_at: datetime | None = None,
    ) -> Viewer:
        viewer = Viewer(
            profile_id=profile_id,
            shares_taste=shares,
            kids=kids,
            visibility=visibility,
            created_at=created_at,
        )
        self.people.people[profile_id] = viewer
        self.knowledge.viewings_changed()
        return viewer

    def watched(
        self, profile_id: str, title_id: str, *, share: float = 1.0, days_ago: float = 0.0
    ) -> ResumePointMoved:
        self.now += timedelta(seconds=1)
        move = ResumePointMoved(
            profile_id=profile_id,
            title_id=title_id,
            position_s=share * FILM_S,
            duration_s=FILM_S,
            finished=share >= 0.9,
            watched_at=self.now - timedelta(days=days_ago),
        )
        self.service.moved(move)
        return move

    def plan(
        self,
        viewer: Viewer,
        *,
        continuing: Sequence[ContinueItem] = (),
        watchlist: Sequence[str] = (),
        device: DeviceClass = DeviceClass.DESKTOP,
    ) -> HomePlan:
        moment = Moment(local=self.now, device=device)
        return self.service.plan(viewer, moment, continuing=continuing, watchlist=watchlist)

    def rows(self, viewer: Viewer, **given: Sequence[str]) -> dict[str, list[str]]:
        plan = self.plan(viewer, watchlist=given.get("watchlist", ()))
        return {row.id: [card.title_id for card in row.cards] for row in plan.rows}

    def _id(self) -> str:
        return f"id-{next(self._numbers)}"
