"""Every part of the users service can live in another process."""

from __future__ import annotations

import inspect
from typing import Any, get_type_hints

import pytest
from pydantic import TypeAdapter

from local_server.contracts import AskParent, MakeCode, Role
from local_server.services.users.allowances import Allowances
from local_server.services.users.devices import Devices
from local_server.services.users.pins import Locks
from local_server.services.users.requests import Requests
from local_server.services.users.service import Users
from local_server.services.users.setup import Setup
from tests.helpers.people import OWNER_TOKEN, House

PARTS = (Users, Locks, Allowances, Requests, Devices, Setup)
METHODS = [
    (part, name)
    for part in PARTS
    for name, _ in inspect.getmembers(part, inspect.isfunction)
    if not name.startswith("_")
]


@pytest.mark.parametrize(("part", "name"), METHODS)
def test_every_method_takes_and_gives_what_json_can_carry(part: type, name: str) -> None:
    hints = get_type_hints(getattr(part, name))
    parameters = set(inspect.signature(getattr(part, name)).parameters) - {"self"}
    assert set(hints) == parameters | {"return"}
    for hint in hints.values():
        assert TypeAdapter(hint).json_schema()


def test_what_is_answered_arrives_unchanged(home: House) -> None:
    parts, kim = home.people, home.child()
    made = home.device(Role.GUEST, kim)
    answers: list[Any] = [
        parts.users.household(),
        *parts.users.viewers(),
        parts.users.export_profile(kim),
        parts.allowances.may_watch(kim),
        parts.requests.ask(kim, AskParent(minutes=5)),
        *parts.requests.listed(),
        *parts.devices.listed(),
        parts.devices.authenticate(OWNER_TOKEN),
        parts.setup.make_code(MakeCode()),
        made,
    ]
    for answer in answers:
        kind: TypeAdapter[Any] = TypeAdapter(type(answer))
        assert kind.validate_json(kind.dump_json(answer)) == answer
