"""The users service put together: its parts share one database and one set of clocks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from argon2 import PasswordHasher

from local_server.runtime.database import Database
from local_server.runtime.events import Announcer
from local_server.services.users.allowances import Allowances
from local_server.services.users.devices import Devices
from local_server.services.users.pins import Locks
from local_server.services.users.ports import Watched
from local_server.services.users.requests import Requests
from local_server.services.users.service import Users
from local_server.services.users.setup import Setup


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where a server gets time and chance from."""

    now: Callable[[], datetime]
    monotonic_s: Callable[[], float]
    new_id: Callable[[], str]
    random_bytes: Callable[[int], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """The parts of the users service."""

    users: Users
    locks: Locks
    allowances: Allowances
    requests: Requests
    devices: Devices
    setup: Setup


def people(
    database: Database,
    *,
    owner_token: str,
    server_zone: ZoneInfo,
    watched: Watched,
    bus: Announcer,
    sources: Sources,
    hasher: PasswordHasher,
) -> People:
    """The users service on its database, with a household in it."""
    now, new_id, monotonic_s = sources.now, sources.new_id, sources.monotonic_s
    users = Users(database, server_zone=server_zone, bus=bus, now=now, new_id=new_id)
    users.ensure_household()
    return People(
        users=users,
        locks=Locks(database, hasher=hasher, monotonic_s=monotonic_s),
        allowances=Allowances(database, server_zone=server_zone, watched=watched, now=now),
        requests=Requests(database, server_zone=server_zone, bus=bus, now=now, new_id=new_id),
        devices=Devices(database, owner_token=owner_token, bus=bus, now=now),
        setup=Setup(
            database,
            users=users,
            random_bytes=sources.random_bytes,
            monotonic_s=monotonic_s,
            now=now,
            new_id=new_id,
        ),
    )
