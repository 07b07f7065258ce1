"""Devices, their tokens, and the codes that let them in."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

import pytest
from pydantic import ValidationError

from local_server.contracts import ChangeDevice, DeviceKind, MakeCode, Redeem, Role
from local_server.errors import Forbidden, NotFound, TooMany, Unauthorised
from local_server.runtime.events import DeviceRevoked
from local_server.services.users.setup import ALPHABET
from tests.helpers.people import OWNER_TOKEN, House


def redeem(home: House, code: str, name: str = "Telly") -> str:
    return home.people.setup.redeem(Redeem(code=code, device_name=name, kind=DeviceKind.TV)).token


def test_the_homes_own_token_is_the_owners(home: House) -> None:
    owner = home.people.devices.authenticate(OWNER_TOKEN)
    assert (owner.device_id, owner.role, owner.profile_id) == ("owner", Role.OWNER, None)


@pytest.mark.parametrize("token", ["", "x", OWNER_TOKEN[:-1], OWNER_TOKEN + "f", "\udcff", "ä"])
def test_any_other_token_is_nobodys(home: House, token: str) -> None:
    with pytest.raises(Unauthorised) as refused:
        home.people.devices.authenticate(token)
    assert refused.value.code == "token_missing_or_wrong"


def test_a_code_lets_one_device_in(home: House) -> None:
    kim = home.child()
    assert home.people.setup.state().done is False
    code = home.people.setup.make_code(MakeCode(role=Role.GUEST, profile_id=kim)).code
    assert len(code) == 8
    assert set(code) <= set(ALPHABET)
    assert not set("01OIL") & set(ALPHABET)
    token = redeem(home, f" {code[:4].lower()}-{code[4:]} ")
    who = home.people.devices.authenticate(token)
    assert (who.name, who.role, who.profile_id) == ("Telly", Role.GUEST, kim)
    assert len(token) == 64
    assert home.people.setup.state().done is True
    with pytest.raises(Forbidden) as refused:
        redeem(home, code)
    assert refused.value.code == "code_wrong"


def test_a_device_kept_to_a_profile_hears_of_no_other(home: House) -> None:
    kim = home.child()
    assert [p.id for p in home.device(Role.GUEST, kim).household.profiles] == [kim]
    assert len(home.device(Role.GUEST).household.profiles) == 2


def test_a_code_is_over_after_ten_minutes_or_when_the_clock_is_set_back(home: House) -> None:
    for moved in (timedelta(minutes=10), timedelta(seconds=-1)):
        code = home.people.setup.make_code(MakeCode()).code
        home.clock.at += moved
        with pytest.raises(Forbidden):
            redeem(home, code)
    code = home.people.setup.make_code(MakeCode()).code
    home.clock.at += timedelta(minutes=9, seconds=59)
    redeem(home, code)


def test_setting_up_closes_after_five_wrong_codes(home: House) -> None:
    code = home.people.setup.make_code(MakeCode()).code
    for _ in range(5):
        with pytest.raises(Forbidden):
            redeem(home, "WRNGCODE")
    with pytest.raises(TooMany):
        redeem(home, code)
    home.seconds.at_s += 30
    redeem(home, code)


def test_a_new_code_ends_the_wait(home: House) -> None:
    for _ in range(5):
        with pytest.raises(Forbidden):
            redeem(home, "WRNGCODE")
    redeem(home, home.people.setup.make_code(MakeCode()).code)


def test_old_codes_make_room(home: House) -> None:
    codes = []
    for _ in range(12):
        home.clock.forward(1)
        codes.append(home.people.setup.make_code(MakeCode()).code)
    with pytest.raises(Forbidden):
        redeem(home, codes[1])
    for code in codes[2:]:
        redeem(home, code)


def test_the_database_knows_no_token_and_no_code(home: House) -> None:
    code = home.people.setup.make_code(MakeCode(name="Waits")).code
    token = home.device().token
    with sqlite3.connect(home.database.path) as connection:
        dump = "\n".join(connection.iterdump())
    connection.close()
    assert "Waits" in dump
    assert code not in dump
    assert token not in dump


def test_a_revoked_device_is_nobody_at_once(home: House) -> None:
    made = home.device()
    home.people.devices.revoke(made.device.id)
    assert home.told == [DeviceRevoked(device_id=made.device.id)]
    with pytest.raises(Unauthorised):
        home.people.devices.authenticate(made.token)
    with pytest.raises(NotFound):
        home.people.devices.revoke(made.device.id)
    assert home.people.devices.listed() == ()


def test_a_device_changes_its_name_role_and_profile(home: House) -> None:
    made, kim = home.device(), home.child()
    change = ChangeDevice(name="Tablet", role=Role.GUEST, profile_id=kim)
    home.people.devices.change(made.device.id, change)
    who = home.people.devices.authenticate(made.token)
    assert (who.name, who.role, who.profile_id) == ("Tablet", Role.GUEST, kim)
    with pytest.raises(NotFound):
        home.people.devices.change(made.device.id, ChangeDevice(name="x", profile_id="nobody"))


def test_an_owners_device_is_kept_to_no_profile(home: House) -> None:
    with pytest.raises(ValidationError):
        ChangeDevice(name="x", role=Role.OWNER, profile_id=home.profile_id)
    with pytest.raises(ValidationError):
        MakeCode(role=Role.OWNER, profile_id=home.profile_id)


def test_when_a_device_was_seen_is_right_to_five_minutes(home: House) -> None:
    made, seen = home.device(), []
    for seconds in (0, 299, 1, 10):
        home.clock.forward(seconds)
        home.people.devices.authenticate(made.token)
        seen.append(home.people.devices.listed()[0].seen_at)
    start = home.clock.at - timedelta(seconds=310)
    later = start + timedelta(seconds=300)
    assert seen == [start, start, later, later]


def test_tokens_are_not_shown_by_what_carries_them(home: House) -> None:
    made = home.device()
    assert made.token not in repr(made)
    code = home.people.setup.make_code(MakeCode())
    assert code.code not in repr(code)
    assert code.code not in repr(Redeem(code=code.code, device_name="x"))
