"""Makes each service of its parts and joins them: the same in one process and in several.

Nothing else constructs a service. A service is made on a :class:`Ground` and of those
others it needs, which may be stand-ins for objects of other processes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, cast

from local_server.edge.links import MediaLinks
from local_server.edge.tokens import MediaTokens
from local_server.gateway.services import Services
from local_server.media.views import StudioEvent
from local_server.preparation import StudioDesk, StudioLike, StudioNews, starters
from local_server.runtime import home
from local_server.runtime.backups import Backups
from local_server.runtime.database import Database, Durability
from local_server.runtime.events import (
    Announcer,
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
from local_server.services.billing.service import Billing
from local_server.services.catalog.library import Library
from local_server.services.catalog.service import Catalog
from local_server.services.catalog.views import Views
from local_server.services.playback.service import Playback
from local_server.services.recommendation.experiments.dealing import Dealer
from local_server.services.recommendation.experiments.desk import ExperimentDesk
from local_server.services.recommendation.knowledge import Knowledge
from local_server.services.recommendation.memory import Memory
from local_server.services.recommendation.service import RANKERS, Recommendation
from local_server.services.users.service import Users

StudioFactory = Callable[[ServerSettings, ServerPaths, Callable[[StudioEvent], None]], StudioLike]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What every service stands on. ``studio`` is asked by the catalog alone."""

    settings: ServerSettings
    paths: ServerPaths
    studio: StudioFactory
    now: Callable[[], datetime]
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


class Maker(Protocol):
    """Makes a service: its objects by name. What has to be closed goes to ``resources``."""

    def __call__(self, ground: Ground, peers: Peers, resources: ExitStack) -> dict[str, object]:
        """Make it."""


def _users(ground: Ground, peers: Peers, resources: ExitStack) -> dict[str, object]:
    del peers
    database = _database(ground, "users", resources)
    users = Users(database, now=ground.now, new_id=ground.new_id)
    users.ensure_household()
    return {"users": users, "users_vitals": Vitals(database)}


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
        own_folders=(ground.paths.home.resolve(),),
        bus=ground.bus,
        now=ground.now,
        new_id=ground.new_id,
    )
    news.tell(library)
    catalog = Catalog(database, views=Views(media=links, progress=library.progress))

    def begin() -> None:
        library.check_media()
        library.resume_preparation()
        if ground.settings.starter:
            library.add_starters(starters())
        studio.start()

    return {
        "catalog": catalog,
        "library": library,
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
        media=_links(ground),
        bus=ground.bus,
        now=ground.now,
        new_id=ground.new_id,
    )
    return {
        "playback": playback,
        "playback_vitals": Vitals(database, beat=playback.announce_streams),
    }


def _recommendation(ground: Ground, peers: Peers, resources: ExitStack) -> dict[str, object]:
    database = _database(ground, "recommendation", resources, durability=Durability.CRASH)
    memory = Memory(database)
    desk = ExperimentDesk(database, rankers=RANKERS, now=ground.now, new_id=ground.new_id)
    recommendation = Recommendation(
        memory,
        knowledge=Knowledge(memory, titles=peers.catalog, profiles=peers.users),
        history=peers.playback,
        desk=desk,
        dealer=Dealer(database, desk=desk, now=ground.now),
        now=ground.now,
        new_id=ground.new_id,
    )
    return {
        "recommendation": recommendation,
        "experiments": desk,
        "recommendation_vitals": Vitals(database, begin=recommendation.catch_up),
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
    "users": {"users": Users, "users_vitals": Vitals},
    "billing": {"billing": Billing, "billing_vitals": Vitals},
    "catalog": {
        "catalog": Catalog,
        "library": Library,
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


def services_of(peers: Peers) -> Services:
    """What the routes stand on."""
    return Services(
        catalog=peers["catalog"],
        library=peers["library"],
        users=peers["users"],
        recommendation=peers["recommendation"],
        experiments=peers["experiments"],
        playback=peers["playback"],
        billing=peers["billing"],
        jobs=peers["jobs"],
        vitals={service: peers[f"{service}_vitals"] for service in MAKERS},
    )


def join(bus: EventBus, services: Services) -> None:
    """Who hears of what."""
    recommendation = services.recommendation
    bus.subscribe(ResumePointMoved, recommendation.moved)
    bus.subscribe(ThumbChanged, recommendation.thumb_changed)
    bus.subscribe(HistoryForgotten, recommendation.history_forgotten)
    bus.subscribe(ProfileDeleted, recommendation.profile_deleted)
    bus.subscribe(TitlesChanged, recommendation.titles_changed)
    bus.subscribe(TitlesRemoved, recommendation.titles_removed)
    bus.subscribe(ViewersChanged, recommendation.viewers_changed)
    bus.subscribe(StreamsChanged, services.jobs.give_way)


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
