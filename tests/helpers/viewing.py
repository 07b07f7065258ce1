"""The playback service alone: a catalog of paper, a household that has every profile."""

from __future__ import annotations

import itertools
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from local_server.contracts import (
    Allowance,
    Entitlements,
    Household,
    PortableTitle,
    Profile,
    ProfileSettings,
    ProfileStyle,
    TitleFacts,
    TitleKind,
    TitleSummary,
    WatchEvent,
    WatchKind,
)
from local_server.errors import NotFound
from local_server.portability.desk import ProfileDesk
from local_server.runtime.database import Database, Durability
from local_server.runtime.events import (
    Event,
    EventBus,
    HistoryForgotten,
    ResumePointMoved,
    StreamsChanged,
    ThumbChanged,
)
from local_server.services.catalog.service import Playable
from local_server.services.playback.rules import ResumeRules
from local_server.services.playback.service import Playback
from tests.helpers.edge import EVENING, Clock

FILM_S = 6000.0


@dataclass
class PaperCatalog:
    """Titles by id; ``film`` and ``show`` add some."""

    clock: Clock
    known: dict[str, TitleFacts] = field(default_factory=dict)

    def film(self, title_id: str, **more: object) -> str:
        values = {"kind": TitleKind.MOVIE, "name": title_id, "duration_s": FILM_S} | more
        self.known[title_id] = TitleFacts(id=title_id, added_at=self.clock(), **values)
        return title_id

    def show(self, series_id: str, *, season: int = 1, episodes: int = 3) -> list[str]:
        """Ids of the episodes of a new season."""
        if series_id not in self.known:
            self.film(series_id, kind=TitleKind.SERIES, duration_s=0.0)
        return [
            self.film(
                f"{series_id}-{season}-{number}",
                kind=TitleKind.EPISODE,
                series_id=series_id,
                season=season,
                episode=number,
            )
            for number in range(1, episodes + 1)
        ]

    def facts(self, ids: Sequence[str]) -> tuple[TitleFacts, ...]:
        return tuple(self.known[title_id] for title_id in ids if title_id in self.known)

    def episodes(self, series_id: str) -> tuple[TitleFacts, ...]:
        own = [facts for facts in self.known.values() if facts.series_id == series_id]
        return tuple(sorted(own, key=lambda f: (f.season or 0, f.episode or 0)))

    def episodes_after(self, title_ids: Sequence[str]) -> dict[str, str]:
        found = ((title_id, self.episode_after(title_id)) for title_id in title_ids)
        return {title_id: after for title_id, after in found if after is not None}

    def episode_after(self, title_id: str) -> str | None:
        facts = self.known.get(title_id)
        if facts is None or facts.series_id is None:
            return None
        ids = [e.id for e in self.episodes(facts.series_id) if e.available or e.id == title_id]
        return next(iter(ids[ids.index(title_id) + 1 :]), None)

    def playable(self, title_id: str) -> Playable:
        facts = self.known.get(title_id)
        if facts is None:
            raise NotFound("title_not_found", "There is no such title")
        summary = TitleSummary(
            id=facts.id, kind=facts.kind, name=facts.name, series_id=facts.series_id
        )
        return Playable(
            summary=summary,
            presentation_id=f"p-{title_id}",
            next_title_id=self.episode_after(title_id),
        )

    def identities(self, ids: Sequence[str]) -> dict[str, PortableTitle]:
        return {facts.id: self.told(facts) for facts in self.facts(ids)}

    def identify(self, candidates: Sequence[PortableTitle]) -> tuple[str | None, ...]:
        by_words = {_words(self.told(facts)): title_id for title_id, facts in self.known.items()}
        return tuple(by_words.get(_words(candidate)) for candidate in candidates)

    def told(self, facts: TitleFacts) -> PortableTitle:
        series = self.known.get(facts.series_id or "")
        return PortableTitle(
            kind=facts.kind,
            name=facts.name,
            year=facts.year,
            series=None if series is None else series.name,
            season=facts.season,
            episode=facts.episode,
        )


def _words(title: PortableTitle) -> tuple[object, ...]:
    if title.kind is TitleKind.EPISODE:
        return (title.kind, title.series, title.season, title.episode)
    return (title.kind, title.name)


@dataclass
class PaperHousehold:
    """Has every profile but ``nobody``."""

    settings: dict[str, ProfileSettings] = field(default_factory=dict)

    def has_profile(self, profile_id: str) -> bool:
        return profile_id != "nobody"

    def household(self) -> Household:
        profiles = tuple(
            Profile(**self.export_profile(name).style.model_dump(), id=name)
            for name in ("anna", "ben")
        )
        return Household(id="home", name="Home", profiles=profiles)

    def export_profile(self, profile_id: str) -> ProfileSettings:
        style = ProfileStyle(name=profile_id.title())
        return self.settings.get(profile_id, ProfileSettings(style=style))

    def import_profile(self, profile_id: str, settings: ProfileSettings) -> Profile:
        self.settings[profile_id] = settings
        return Profile(**settings.style.model_dump(), id=profile_id)


@dataclass
class PaperTaste:
    """What profiles are not interested in."""

    asides: dict[str, set[str]] = field(default_factory=dict)

    def aside(self, profile_id: str) -> tuple[str, ...]:
        return tuple(sorted(self.asides.get(profile_id, ())))

    def set_aside(self, profile_id: str, title_id: str) -> None:
        self.asides.setdefault(profile_id, set()).add(title_id)


class PaperAllowances:
    """Nobody is told when to watch."""

    def may_watch(self, profile_id: str) -> Allowance:
        del profile_id
        return Allowance(allowed=True)


class PaperPlan:
    """Three streams."""

    def entitlements(self) -> Entitlements:
        return Entitlements(plan="paper", max_height_px=2160, max_streams=3, downloads=True)


class PaperMedia:
    """Addresses that lead nowhere."""

    def folder(
        self, presentation_id: str, *, lifetime_s: int | None = None
    ) -> tuple[str, datetime]:
        return f"m/{presentation_id}/", EVENING + timedelta(seconds=lifetime_s or 86_400)


@dataclass
class Stage:
    """A playback service with its hands on everything."""

    playback: Playback
    catalog: PaperCatalog
    clock: Clock
    path: Path
    desk: ProfileDesk
    people: PaperHousehold
    taste: PaperTaste
    heard: list[Event]
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def event(
        self,
        title_id: str,
        position_s: float,
        *,
        kind: WatchKind = WatchKind.PROGRESS,
        profile_id: str = "anna",
        session_id: str = "session",
        duration_s: float = FILM_S,
        at: datetime | None = None,
    ) -> WatchEvent:
        return WatchEvent(
            id=f"event-{next(self.numbers)}",
            session_id=session_id,
            profile_id=profile_id,
            title_id=title_id,
            kind=kind,
            position_s=position_s,
            duration_s=duration_s,
            at=self.clock() if at is None else at,
        )

    def watch(self, title_id: str, position_s: float = FILM_S, **more: str) -> None:
        """A minute later, the profile stands there."""
        self.clock.forward(60)
        self.playback.record([self.event(title_id, position_s, **more)])  # type: ignore[arg-type]

    def play(self, title_id: str, minutes: int, *, private: bool = False, **more: str) -> str:
        """Play from the beginning in a session of its own; the session, which goes on."""
        profile_id, device_id = more.get("profile_id", "anna"), more.get("device_id", "tv")
        grant = self.playback.start(
            title_id=title_id, profile_id=profile_id, device_id=device_id, private=private
        )
        for step in range(minutes * 2 + 1):
            told = self.event(
                title_id, 30.0 * step, profile_id=profile_id, session_id=grant.session_id
            )
            self.playback.record([told])
            self.clock.forward(30)
        return grant.session_id

    def going_on(self, profile_id: str = "anna") -> list[str]:
        return [item.title_id for item in self.playback.continue_watching(profile_id, 40)]

    def rows(self) -> dict[str, list[tuple[object, ...]]]:
        """Everything in the database."""
        connection = sqlite3.connect(self.path)
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        found = {
            name: sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr)  # noqa: S608
            for (name,) in tables.fetchall()
        }
        connection.close()
        return found

    def traces(self, *words: str) -> dict[str, int]:
        """Rows that hold any of these words, by table."""
        return {
            name: count
            for name, rows in self.rows().items()
            if (count := sum(any(w in str(v) for v in row for w in words) for row in rows))
        }


@cache
def _empty_database() -> bytes:
    """A file with all tables: making them takes most of a second."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.sqlite3"
        Database(path, service="playback", durability=Durability.CRASH).close()
        return path.read_bytes()


@contextmanager
def a_stage(folder: Path, *, rules: ResumeRules | None = None) -> Iterator[Stage]:
    """A playback service on a database in ``folder``."""
    clock, bus, ids = Clock(), EventBus(), itertools.count(1)
    heard: list[Event] = []
    for kind in (ResumePointMoved, HistoryForgotten, ThumbChanged, StreamsChanged):
        bus.subscribe(kind, heard.append)
    catalog, people, taste = PaperCatalog(clock), PaperHousehold(), PaperTaste()
    path = folder / "playback.sqlite3"
    path.write_bytes(_empty_database())
    database = Database(path, service="playback", durability=Durability.CRASH)
    playback = Playback(
        database,
        titles=catalog,
        profiles=people,
        plans=PaperPlan(),
        allowances=PaperAllowances(),
        media=PaperMedia(),
        bus=bus,
        now=clock,
        new_id=lambda: f"id-{next(ids)}",
        local=lambda moment: moment.astimezone(UTC),
        rules=rules or ResumeRules(),
    )
    desk = ProfileDesk(
        users=people,
        playback=playback,
        catalog=catalog,
        recommendation=taste,
        now=clock,
        moment_of=lambda wall_clock: wall_clock.replace(tzinfo=UTC),
    )
    try:
        yield Stage(
            playback=playback,
            catalog=catalog,
            clock=clock,
            path=path,
            desk=desk,
            people=people,
            taste=taste,
            heard=heard,
        )
    finally:
        database.close()
