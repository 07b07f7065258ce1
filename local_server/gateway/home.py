"""The home screen, put together from what the services say; each of them may be away.

Recommendation plans the rows, playback says what to go on with, the catalog what the titles are and
which of them this viewer may see. Whoever does not answer in time is stood in for: popular titles
instead of recommended ones, nothing to go on with, and the last screen that was whole when the
catalog itself is away. The answer names who was missing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TypeVar

import structlog

from local_server.contracts import (
    Availability,
    ContinueItem,
    DeviceClass,
    Home,
    HomePlan,
    Moment,
    PlannedCard,
    PlannedRow,
    ResumePoint,
    Row,
    RowKind,
    TitlePopularity,
    TitleSummary,
    Viewer,
    WatchlistItem,
)
from local_server.errors import NotFound, Refusal, Unavailable
from local_server.gateway.likings import is_shared_with, sharing
from local_server.gateway.services import Services

_log = structlog.get_logger(__name__)

T = TypeVar("T")

# A screen that waits longer looks broken; a service that is well answers in milliseconds.
PATIENCE_S = 2.0
THREADS = 16  # calls that hang keep theirs: with all of them gone, everything is stood in for
ROW_TITLES = 40
SCREENS_KEPT = 64  # profiles


class HomeScreens:
    """Puts home screens together. Any method from any thread.

    ``local_time`` is the household's wall clock.
    """

    def __init__(self, services: Services, *, local_time: Callable[[], datetime]) -> None:
        self._services = services
        self._local_time = local_time
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="home")
        self._lock = threading.Lock()
        self._last: dict[str, Home] = {}

    def of(self, viewer: Viewer, device: DeviceClass) -> Home:
        """The home screen of a profile; :class:`Unavailable` when nothing can be shown at all."""
        missing: list[str] = []
        profile_id = viewer.profile_id
        playback = self._services.playback
        continuing: Sequence[ContinueItem] = self._ask(
            "playback", lambda: playback.continue_watching(profile_id, ROW_TITLES), (), missing
        )
        listed: Sequence[WatchlistItem] = self._ask(
            "playback", lambda: playback.watchlist(profile_id), (), missing
        )
        plan = self._plan(viewer, device, continuing, [item.title_id for item in listed], missing)
        ids = list(dict.fromkeys(card.title_id for row in plan.rows for card in row.cards))
        titles: Mapping[str, TitleSummary] | None = self._ask(
            "catalog",
            lambda: self._services.catalog.summaries(ids, viewer.visibility),
            None,
            missing,
        )
        if titles is None:
            return self._as_it_was(profile_id, missing)
        resume: Mapping[str, ResumePoint] = self._ask(
            "playback", lambda: playback.resume_points(profile_id, ids), {}, missing
        )
        home = Home(
            profile_id=profile_id,
            rows=tuple(row for row in (_row(r, titles, resume) for r in plan.rows) if row.items),
            screen_id=plan.screen_id,
            degraded=tuple(dict.fromkeys(missing)),
        )
        if not missing:
            self._keep(home)
        return home

    def close(self) -> None:
        """Take no more work; calls under way are left to end by themselves."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _plan(
        self,
        viewer: Viewer,
        device: DeviceClass,
        continuing: Sequence[ContinueItem],
        watchlist: Sequence[str],
        missing: list[str],
    ) -> HomePlan:
        moment = Moment(local=self._local_time(), device=device)
        recommendation = self._services.recommendation
        plan: HomePlan | None = self._ask(
            "recommendation",
            lambda: recommendation.plan(viewer, moment, continuing=continuing, watchlist=watchlist),
            None,
            missing,
        )
        return plan or self._popular(viewer, continuing, missing)

    def _popular(
        self, viewer: Viewer, continuing: Sequence[ContinueItem], missing: list[str]
    ) -> HomePlan:
        """What everybody gets while nobody can say what this viewer would like."""
        services = self._services
        newest: Sequence[TitleSummary] = self._ask(
            "catalog",
            lambda: services.catalog.newest(limit=ROW_TITLES, visibility=viewer.visibility),
            (),
            missing,
        )
        at = self._local_time()
        watched: Sequence[TitlePopularity] = ()
        if is_shared_with(viewer):
            watched = self._ask(
                "playback",
                lambda: services.playback.popular(ROW_TITLES, at, among=sharing(services)),
                (),
                missing,
            )
        rows = (
            _planned("continue", RowKind.CONTINUE, "Continue watching", "Where you left off",
                     [item.title_id for item in continuing]),
            _planned("popular", RowKind.POPULAR, "Popular here", "Watched most in this house",
                     [each.title_id for each in watched]),
            _planned("new", RowKind.NEW, "New here", "Added to your library last",
                     [title.id for title in newest]),
        )  # fmt: skip
        return HomePlan(screen_id="stood-in", rows=rows)

    def _ask(self, service: str, call: Callable[[], T], instead: T, missing: list[str]) -> T:
        """What a service says, or ``instead`` if it fails or takes too long."""
        if service in missing:
            return instead  # it was away a moment ago: a screen waits once
        try:
            return self._pool.submit(call).result(PATIENCE_S)
        except NotFound:
            raise
        except (Refusal, Exception) as error:  # noqa: BLE001 - whatever it was, the screen stands
            _log.warning("gateway.stood_in", service=service, error=repr(error)[:300])
            missing.append(service)
            return instead

    def _as_it_was(self, profile_id: str, missing: list[str]) -> Home:
        with self._lock:
            last = self._last.get(profile_id)
        if last is None:
            raise Unavailable(
                "catalog_away",
                "The library does not answer just now",
                hint="It is started again by itself; try again in a moment.",
                retryable=True,
            )
        return last.model_copy(update={"degraded": tuple(dict.fromkeys(missing))})

    def _keep(self, home: Home) -> None:
        with self._lock:
            if len(self._last) >= SCREENS_KEPT:
                self._last.clear()
            self._last[home.profile_id] = home


def _planned(
    row_id: str, kind: RowKind, name: str, reason: str, title_ids: Sequence[str]
) -> PlannedRow:
    cards = tuple(PlannedCard(title_id=title_id, reason=reason) for title_id in title_ids)
    return PlannedRow(id=row_id, kind=kind, name=name, reason=reason, cards=cards)


def _row(
    row: PlannedRow, titles: Mapping[str, TitleSummary], resume: Mapping[str, ResumePoint]
) -> Row:
    items = tuple(
        titles[card.title_id].model_copy(
            update={"reason": card.reason, "resume": resume.get(card.title_id)}
        )
        for card in row.cards
        if card.title_id in titles and _fits(row, titles[card.title_id])
    )
    return Row(id=row.id, name=row.name, reason=row.reason, kind=row.kind, items=items)


def _fits(row: PlannedRow, title: TitleSummary) -> bool:
    """Lists of everything show what has failed, too; elsewhere it would only be in the way."""
    lost = title.availability in (Availability.FAILED, Availability.MISSING)
    return row.kind is RowKind.ALL or not lost
