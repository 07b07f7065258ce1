"""Makes each service of its parts and joins them: the same in one process and in several.

Nothing else constructs a service. A service is made on a :class:`Ground` and of those
others it needs, which may be stand-ins for objects of other processes.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, cast

from local_server.edge.links import MediaLinks
from local_server.edge.tokens import MediaTokens
from local_server.gateway.services import Services
from local_server.media.pictures import PictureMaker
from local_server.media.views import StudioEvent
from local_server.people import Sources, people
from local_server.portability.desk import ProfileDesk
from local_server.preparation import PictureDesk, StudioDesk, StudioLike, StudioNews, starters
from local_server.runtime import home
from local_server.runtime.backups import Backups
from local_server.runtime.database import Database, Durability
from local_server.runtime.events import (
    Announcer,
    DeviceRevoked,
    EventBus,
    HistoryForgotten,
    ProfileDeleted,
    ResumePointMoved,
    StreamsChanged,
    ThumbChanged,
    TitlesChanged,
    TitlesRemoved,
    ViewersChanged,
)
from local_server.runtime.settings import ServerPaths, ServerSettings
from local_server.runtime.vitals import Vitals
from local_server.runtime.zones import WallClock, server_zone
from local_server.services.billing.service import Billing
from local_server.services.catalog.finding import Finder
from local_server.services.catalog.library import Library
from local_server.services.catalog.search import SearchIndex
from local_server.services.catalog.service import Catalog
from local_server.services.catalog.views import Views
from local_server.services.playback.rules import ResumeRules
from local_server.services.playback.service import Playback
from local_server.services.recommendation.experiments.dealing import Dealer
from local_server.services.recommendation.experiments.desk import ExperimentDesk
from local_server.services.recommendation.experiments.observing import Observer
from local_server.services.recommendation.knowledge import Knowledge
from local_server.services.recommendation.memory import Memory
from local_server.services.recommendation.rows import TOP_PICKS
from local_server.services.recommendation.service import RANKERS, Recommendation
from local_server.services.users.allowances import Allowances
from local_server.services.users.devices import Devices
from local_server.services.users.pins import Locks, pin_hasher
from local_server.services.users.requests import Requests
from local_server.services.users.service import Users
from local_server.services.users.setup import Setup

StudioFactory = Callable[[ServerSettings, ServerPaths, Callable[[StudioEvent], None]], StudioLike]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What every service stands on. ``studio`` is asked by the catalog alone."""

    settings: ServerSettings
    paths: ServerPaths
    studio: StudioFactory
    now: Callable[[], datetime]
    monotonic_s: Callable[[], float]
    new_id: Callable[[], str]
    bus: Announcer


class Peers:
    """Objects of all services by name, as far as there are any."""

    def __init__(self, objects: Mapping[str, object]) -> None:
        self._objects = objects

    def __getitem__(self, name: str) -> Any:
        return self._objects[name]

    @property
    def catalog(self) -> Catalog:
        """What there is to see."""
        return cast("Catalog", self._objects["catalog"])

    @property
    def users(self) -> Users:
        """Who is here."""
        return cast("Users", self._objects["users"])

    @property
    def playback(self) -> Playback:
        """Who watches what."""
        return cast("Playback", self._objects["playback"])

    @property
    def billing(self) -> Billing:
        """What is allowed."""
        return cast("Billing", self._objects["billing"])


class _LateWatched:
    """Playback for the users service, which is made first."""

    def __init__(self, peers: Peers) -> None:
        self._peers = peers

    def watched_minutes(self, profile_id: str, start: datetime, end: datetime) -> float:
        """As playback's."""
        return self._peers.playback.watched_minutes(profile_id, start, end)


class Maker(Protocol):
    """Makes a service: its objects by name. What has to be closed goes to ``resources``."""

    def __call__(self, ground: Ground, peers: Peers, resources: ExitStack) -> dict[str, object]:
        """Make it."""


def _users(ground: Ground, peers: Peers, resources: ExitStack) -> dict[str, object]:
    database = _database(ground, "users", resources)
    parts = people(
        database,
        owner_token=home.secret(ground.paths.token),
        server_zone=server_zone(),
        watched=_LateWatched(peers),
        bus=ground.bus,
        sources=Sources(
            now=ground.now,
            monotonic_s=ground.monotonic_s,
            new_id=ground.new_id,
            random_bytes=secrets.token_bytes,
        ),
        hasher=pin_hasher(),
    )
    return {
        "users": parts.users,
        "locks": parts.locks,
        "allowances": parts.allowances,
        "requests": parts.requests,
        "devices": parts.devices,
        "setup": parts.setup,
        "users_vitals": Vitals(database),
    }


def _billing(ground: Ground, peers: Peers, resources: ExitStack) -> dict[str, object]:
    del peers
    database = _database(ground, "billing", resources)
    billing = Billing(database, now=ground.now, new_id=ground.new_id)
    billing.ensure_subscription()
    return {"billing": billing, "billing_vitals": Vitals(database)}


def _catalog(ground: Ground, peers: Peers, resources: ExitStack) -> dict[str, object]:
    del peers
    database = _database(ground, "catalog", resources)
    news = StudioNews()
    studio = ground.studio(ground.settings, ground.paths, news)
    resources.callback(studio.stop)
    links = _links(ground)
    desk = StudioDesk(studio)
    library = Library(
        database,
        preparation=desk,
        media=links,
        pictures=PictureDesk(PictureMaker(ground.paths.media)),
        own_folders=(ground.paths.home.resolve(),),
        bus=ground.bus,
        now=ground.now,
        new_id=ground.new_id,
    )
    news.tell(library)
    resources.callback(library.stop)
    catalog = Catalog(database, views=Views(media=links, progress=library.progress))
    index = SearchIndex(ground.paths.search)
    resources.callback(index.close)
    finder = Finder(database, index=index, catalog=catalog)

    def begin() -> None:
        finder.catch_up()
        library.check_media()
        library.resume_preparation()
        library.start()
        if ground.settings.starter:
            library.add_starters(starters())
        studio.start()

    return {
        "catalog": catalog,
        "library": library,
        "finder": finder,
        "jobs": desk,
        "studio": studio,
        "catalog_vitals": Vitals(database, begin=begin),
    }


def _playback(ground: Ground, peers: Peers, resources: ExitStack) -> dict[str, object]:
    database = _database(ground, "playback", resources)
    playback = Playback(
        database,
        titles=peers.catalog,
        profiles=peers.users,
        plans=peers.billing,
        allowances=peers["allowances"],
        media=_links(ground),
        bus=ground.bus,
        now=ground.now,
        new_id=ground.new_id,
        local=wall_clock(ground, peers).local,
        rules=ResumeRules(shortest_resumable_s=ground.settings.shortest_resumable_s),
    )

    def begin() -> None:
        playback.catch_up()

    return {
        "playback": playback,
        "playback_vitals": Vitals(database, begin=begin, beat=playback.announce_streams),
    }


def _recommendation(ground: Ground, peers: Peers, resources: ExitStack) -> dict[str, object]:
    database = _database(ground, "recommendation", resources, durability=Durability.CRASH)
    memory = Memory(database)
    desk = ExperimentDesk(
        database, rankers=RANKERS, rows=(TOP_PICKS,), now=ground.now, new_id=ground.new_id
    )
    recommendation = Recommendation(
        memory,
        knowledge=Knowledge(memory, titles=peers.catalog, profiles=peers.users),
        history=peers.playback,
        desk=desk,
        dealer=Dealer(database, desk=desk, now=ground.now),
        now=ground.now,
        new_id=ground.new_id,
    )
    clock = wall_clock(ground, peers)
    observer = Observer(
        desk,
        memory=memory,
        history=peers.playback,
        profiles=peers.users,
        now=ground.now,
        local=clock.local,
        moment_of=clock.moment,
    )
    return {
        "recommendation": recommendation,
        "experiments": desk,
        "recommendation_vitals": Vitals(
            database, begin=recommendation.catch_up, beat=observer.beat
        ),
    }


# In the order they are made and opened: each needs only those before it.
MAKERS: Mapping[str, Maker] = {
    "users": _users,
    "billing": _billing,
    "catalog": _catalog,
    "playback": _playback,
    "recommendation": _recommendation,
}

# What each service offers to the others and to the gateway, by name.
OFFERED: Mapping[str, Mapping[str, type]] = {
    "users": {
        "users": Users,
        "locks": Locks,
        "allowances": Allowances,
        "requests": Requests,
        "devices": Devices,
        "setup": Setup,
        "users_vitals": Vitals,
    },
    "billing": {"billing": Billing, "billing_vitals": Vitals},
    "catalog": {
        "catalog": Catalog,
        "library": Library,
        "finder": Finder,
        "jobs": StudioDesk,
        "catalog_vitals": Vitals,
    },
    "playback": {"playback": Playback, "playback_vitals": Vitals},
    "recommendation": {
        "recommendation": Recommendation,
        "experiments": ExperimentDesk,
        "recommendation_vitals": Vitals,
    },
}


def services_of(ground: Ground, peers: Peers) -> Services:
    """What the routes stand on."""
    return Services(
        **{name: peers[name] for name in ("locks", "allowances", "requests", "devices", "setup")},
        portability=ProfileDesk(
            users=peers.users,
            playback=peers.playback,
            catalog=peers.catalog,
            recommendation=peers["recommendation"],
            now=ground.now,
            moment_of=wall_clock(ground, peers).moment,
        ),
        catalog=peers["catalog"],
        library=peers["library"],
        finder=peers["finder"],
        users=peers["users"],
        recommendation=peers["recommendation"],
        experiments=peers["experiments"],
        playback=peers["playback"],
        billing=peers["billing"],
        jobs=peers["jobs"],
        vitals={service: peers[f"{service}_vitals"] for service in MAKERS},
    )


def join(bus: EventBus, services: Services) -> None:
    """Who hears of what, in this order."""
    playback, portability = services.playback, services.portability
    bus.subscribe(ProfileDeleted, services.locks.profile_deleted)
    bus.subscribe(DeviceRevoked, services.locks.device_revoked)
    bus.subscribe(ProfileDeleted, lambda gone: playback.forget_profile(gone.profile_id))
    bus.subscribe(DeviceRevoked, lambda gone: playback.end_device(gone.device_id))
    bus.subscribe(TitlesChanged, lambda titles: portability.titles_changed(titles.title_ids))
    bus.subscribe(TitlesChanged, services.finder.titles_changed)
    bus.subscribe(TitlesRemoved, services.finder.titles_removed)
    recommendation = services.recommendation
    bus.subscribe(ResumePointMoved, recommendation.moved)
    bus.subscribe(ThumbChanged, recommendation.thumb_changed)
    bus.subscribe(HistoryForgotten, recommendation.history_forgotten)
    bus.subscribe(ProfileDeleted, recommendation.profile_deleted)
    bus.subscribe(TitlesChanged, recommendation.titles_changed)
    bus.subscribe(TitlesRemoved, recommendation.titles_removed)
    bus.subscribe(ViewersChanged, recommendation.viewers_changed)
    bus.subscribe(StreamsChanged, services.jobs.give_way)
    for kind in (HistoryForgotten, ProfileDeleted):
        bus.subscribe(kind, lambda _gone: _forget(services))


def _forget(services: Services) -> None:
    """Somebody's history was deleted: it must not be found in logs and copies either."""
    for service in ("users", "playback", "recommendation"):
        services.vitals[service].forget()


def wall_clock(ground: Ground, peers: Peers) -> WallClock:
    """The clock on the household's wall."""
    return WallClock(lambda: peers.users.household().time_zone, monotonic_s=ground.monotonic_s)


def media_tokens(ground: Ground) -> MediaTokens:
    """Makes and reads the tokens in media addresses."""
    key = bytes.fromhex(home.secret(ground.paths.media_key))
    return MediaTokens(key, now_s=lambda: ground.now().timestamp())


def _links(ground: Ground) -> MediaLinks:
    return MediaLinks(tokens=media_tokens(ground), root=ground.paths.media)


def _database(
    ground: Ground,
    service: str,
    resources: ExitStack,
    *,
    durability: Durability = Durability.POWER_LOSS,
) -> Database:
    database = Database(
        ground.paths.database(service),
        service=service,
        durability=durability,
        backups=Backups(ground.paths.backups, service=service),
    )
    resources.callback(database.close)
    return database
