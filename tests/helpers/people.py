"""The users service alone, with clocks that stand and PINs that cost little."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from argon2 import PasswordHasher

from local_server.contracts import (
    DayTimes,
    DeviceKind,
    MakeCode,
    ProfileSettings,
    ProfileStyle,
    Redeem,
    Redeemed,
    Restrictions,
    Role,
    WatchTimes,
)
from local_server.people import People, Sources, people
from local_server.runtime.database import Database, Durability
from local_server.runtime.events import (
    DeviceRevoked,
    Event,
    EventBus,
    ProfileDeleted,
    ViewersChanged,
)
from tests.helpers.edge import Clock, Edge

BERLIN = ZoneInfo("Europe/Berlin")
OWNER_TOKEN = "f" * 64
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass
class Seconds:
    """A monotonic clock that stands until it is moved."""

    at_s: float = 1000.0

    def __call__(self) -> float:
        return self.at_s


@dataclass
class WatchedByHand:
    """What playback would have counted: moments and minutes by profile."""

    events: list[tuple[str, datetime, float]] = field(default_factory=list)

    def watched_minutes(self, profile_id: str, start: datetime, end: datetime) -> float:
        return sum(m for p, at, m in self.events if p == profile_id and start <= at < end)


@dataclass
class House:
    """The users service with its clocks and everything it announced."""

    people: People
    clock: Clock
    seconds: Seconds
    watched: WatchedByHand
    told: list[Event]
    database: Database

    @property
    def profile_id(self) -> str:
        return self.people.users.household().profiles[0].id

    def child(self, times: WatchTimes | None = None, name: str = "Kim") -> str:
        settings = ProfileSettings(
            style=ProfileStyle(name=name),
            restrictions=Restrictions(kids=True, times=times or WatchTimes()),
        )
        return self.people.users.create_profile(settings).id

    def device(
        self, role: Role = Role.MEMBER, profile_id: str | None = None, name: str = "Telly"
    ) -> Redeemed:
        return let_in(self.people, role, profile_id, name)


@contextmanager
def house(
    folder: Path, clock: Clock | None = None, seconds: Seconds | None = None
) -> Iterator[House]:
    """The users service on a database in ``folder``."""
    clock, seconds, told = clock or Clock(), seconds or Seconds(), list[Event]()
    numbers, chance, bus = itertools.count(1), random.Random(7), EventBus()
    for kind in (ProfileDeleted, ViewersChanged, DeviceRevoked):
        bus.subscribe(kind, told.append)
    database = Database(folder / "users.sqlite3", service="users", durability=Durability.CRASH)
    watched = WatchedByHand()
    try:
        parts = people(
            database,
            owner_token=OWNER_TOKEN,
            server_zone=BERLIN,
            watched=watched,
            bus=bus,
            sources=Sources(
                now=clock,
                monotonic_s=seconds,
                new_id=lambda: f"{clock().timestamp():.0f}-{next(numbers)}",
                random_bytes=chance.randbytes,
            ),
            hasher=CHEAP,
        )
        bus.subscribe(ProfileDeleted, parts.locks.profile_deleted)
        bus.subscribe(DeviceRevoked, parts.locks.device_revoked)
        yield House(parts, clock, seconds, watched, told, database)
    finally:
        database.close()


def let_in(
    source: People | Edge, role: Role, profile_id: str | None = None, name: str = "Telly"
) -> Redeemed:
    """A new device by way of a code."""
    setup = source.server.services.setup if isinstance(source, Edge) else source.setup
    code = setup.make_code(MakeCode(role=role, profile_id=profile_id)).code
    return setup.redeem(Redeem(code=code, device_name=name, kind=DeviceKind.TV))


def every_day(times: DayTimes) -> WatchTimes:
    return WatchTimes(days=(times,) * 7)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)
