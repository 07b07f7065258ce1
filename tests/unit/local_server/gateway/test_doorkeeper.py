"""Tokens remembered for a moment, and forgotten when a device is revoked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from local_server.contracts import ChangeDevice, Role
from local_server.errors import Unauthorised
from local_server.gateway.doorkeeper import REMEMBERED_MAX, REMEMBERED_S, Doorkeeper
from local_server.runtime.events import DeviceRevoked, EventBus
from tests.helpers.people import OWNER_TOKEN, House, house


@pytest.fixture
def home(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as made:
        yield made


def keeper(home: House) -> tuple[Doorkeeper, EventBus]:
    bus = EventBus()
    return Doorkeeper(home.people.devices, bus=bus, monotonic_s=home.seconds), bus


async def test_a_principal_is_known_for_a_second(home: House) -> None:
    made = home.device()
    door, _ = keeper(home)
    token = made.token.encode()
    assert (await door.principal(token)).role is Role.MEMBER
    home.people.devices.change(made.device.id, ChangeDevice(name="Telly", role=Role.GUEST))
    home.seconds.at_s += REMEMBERED_S - 0.01
    assert (await door.principal(token)).role is Role.MEMBER
    home.seconds.at_s += 0.01
    assert (await door.principal(token)).role is Role.GUEST


async def test_a_revoked_device_is_forgotten_at_once(home: House) -> None:
    made = home.device()
    door, bus = keeper(home)
    await door.principal(made.token.encode())
    home.people.devices.revoke(made.device.id)
    bus.publish(DeviceRevoked(device_id=made.device.id))
    with pytest.raises(Unauthorised):
        await door.principal(made.token.encode())


async def test_one_revoked_while_it_is_looked_up_is_not_remembered(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = home.device()
    door, bus = keeper(home)
    found = home.people.devices.authenticate(made.token)

    def slow(_token: str) -> object:
        home.people.devices.revoke(made.device.id)
        bus.publish(DeviceRevoked(device_id=made.device.id))
        return found

    with monkeypatch.context() as patch:
        patch.setattr(home.people.devices, "authenticate", slow)
        await door.principal(made.token.encode())
    with pytest.raises(Unauthorised):
        await door.principal(made.token.encode())


async def test_wrong_tokens_take_no_place(home: House) -> None:
    door, _ = keeper(home)
    for number in range(REMEMBERED_MAX + 10):
        with pytest.raises(Unauthorised):
            await door.principal(b"%d" % number)
    assert len(door._known) == 0
    assert (await door.principal(OWNER_TOKEN.encode())).role is Role.OWNER
    assert len(door._known) == 1
