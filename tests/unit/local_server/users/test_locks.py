"""PINs: who may guess, what they open, and for how long."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from argon2 import PasswordHasher, extract_parameters
from pydantic import ValidationError

from local_server.contracts import GivenPin, Role
from local_server.errors import Conflict, Forbidden, NotFound, TooMany
from local_server.services.users.pins import PARENT_FOR_S, PROFILE_FOR_S, Locks, pin_hasher
from tests.helpers.people import House, Seconds, house


def wrong(home: House, profile_id: str | None, times: int) -> None:
    for _ in range(times):
        with pytest.raises(Forbidden) as refused:
            home.people.locks.unlock("sofa", profile_id, "9999")
        assert refused.value.code == "pin_wrong"


def is_open(home: House, device_id: str, profile_id: str) -> bool:
    with contextlib.suppress(Forbidden):
        home.people.locks.require_open(device_id, profile_id)
        return True
    return False


def test_a_pin_opens_a_profile_on_one_device_for_half_a_day(home: House) -> None:
    locks, profile = home.people.locks, home.profile_id
    assert is_open(home, "sofa", profile)
    locks.set_pin(profile, "1234")
    assert home.people.users.household().profiles[0].locked
    with pytest.raises(Forbidden) as refused:
        locks.require_open("sofa", profile)
    assert refused.value.code == "profile_locked"
    assert locks.unlock("sofa", profile, "1234").for_s == PROFILE_FOR_S == 12 * 3600
    assert is_open(home, "sofa", profile)
    assert not is_open(home, "kitchen", profile)
    home.seconds.at_s += PROFILE_FOR_S - 1
    assert is_open(home, "sofa", profile)
    home.seconds.at_s += 1
    assert not is_open(home, "sofa", profile)


def test_what_closes_a_profile_again(home: House) -> None:
    locks = home.people.locks
    profile, device = home.child(), home.device(Role.MEMBER).device.id
    locks.set_pin(profile, "1234")
    ways: list[Callable[[], None]] = [
        lambda: locks.lock(device, profile),
        lambda: locks.set_pin(profile, "1234"),
        lambda: home.people.devices.revoke(device),
    ]
    for closes in ways:
        locks.unlock(device, profile, "1234")
        assert is_open(home, device, profile)
        closes()
        assert not is_open(home, device, profile)
    locks.remove_pin(profile)
    assert is_open(home, device, profile)
    with pytest.raises(Conflict):
        locks.unlock(device, profile, "1234")


def test_a_parents_doors(home: House) -> None:
    locks = home.people.locks
    locks.require_parent("sofa")
    locks.set_pin(None, "12345678")
    assert home.people.users.household().parental_pin
    with pytest.raises(Forbidden) as refused:
        locks.require_parent("sofa")
    assert refused.value.code == "parent_pin_required"
    assert locks.unlock("sofa", None, "12345678").for_s == PARENT_FOR_S == 15 * 60
    locks.require_parent("sofa")
    home.seconds.at_s += PARENT_FOR_S
    with pytest.raises(Forbidden):
        locks.require_parent("sofa")


def test_five_guesses_and_then_waits_that_grow(home: House) -> None:
    locks, profile = home.people.locks, home.profile_id
    locks.set_pin(profile, "1234")
    wrong(home, profile, 5)
    for wait_s, words in (
        (30, "30 seconds"),
        (60, "60 seconds"),
        (300, "5 minutes"),
        (900, "15 minutes"),
        (3600, "60 minutes"),
        (3600, "60 minutes"),
    ):
        home.seconds.at_s += 0.5
        with pytest.raises(TooMany, match="too many") as refused:
            locks.unlock("sofa", profile, "1234")
        assert refused.value.retryable
        assert words in refused.value.hint
        home.seconds.at_s += wait_s - 0.5
        wrong(home, profile, 1)
    home.seconds.at_s += 3600
    locks.unlock("sofa", profile, "1234")
    wrong(home, profile, 5)


def test_guessing_at_many_places_at_once_is_of_no_use(home: House) -> None:
    locks, profile = home.people.locks, home.profile_id
    locks.set_pin(profile, "1234")

    def guess(number: int) -> str:
        try:
            locks.unlock(f"device {number}", profile, f"{5000 + number}")
        except (Forbidden, TooMany) as error:
            return error.code
        return "open"

    with ThreadPoolExecutor(16) as pool:
        codes = list(pool.map(guess, range(48)))
    assert codes.count("pin_wrong") == 5
    assert codes.count("too_many_tries") == 43


def test_waits_are_for_one_pin_on_all_devices(home: House) -> None:
    locks, profile, kim = home.people.locks, home.profile_id, home.child()
    locks.set_pin(profile, "1234")
    locks.set_pin(kim, "4321")
    wrong(home, profile, 5)
    with pytest.raises(TooMany):
        locks.unlock("kitchen", profile, "1234")
    locks.unlock("kitchen", kim, "4321")


def test_waits_outlive_the_server_and_no_clock_ends_them(tmp_path: Path) -> None:
    with house(tmp_path) as home:
        profile = home.profile_id
        home.people.locks.set_pin(profile, "1234")
        wrong(home, profile, 5)
    with house(tmp_path, seconds=Seconds(at_s=5e8)) as home:
        for days in (-400, 4000):
            home.clock.forward(days * 86_400.0)
            with pytest.raises(TooMany):
                home.people.locks.unlock("sofa", profile, "1234")
        home.seconds.at_s += 30
        home.people.locks.unlock("sofa", profile, "1234")


def test_pins_are_hashed_anew_when_hashing_changes(home: House) -> None:
    stronger = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    home.people.locks.set_pin(home.profile_id, "1234")
    locks = Locks(home.database, hasher=stronger, monotonic_s=home.seconds)
    for _ in range(2):
        locks.unlock("sofa", home.profile_id, "1234")
        with sqlite3.connect(home.database.path) as connection:
            ((digest,),) = connection.execute("SELECT digest FROM pins").fetchall()
        connection.close()
        assert extract_parameters(digest).memory_cost == 16


def test_the_database_knows_no_pin(home: House) -> None:
    home.people.locks.set_pin(home.profile_id, "73519264")
    home.people.locks.unlock("sofa", home.profile_id, "73519264")
    with sqlite3.connect(home.database.path) as connection:
        dump = "\n".join(connection.iterdump())
    connection.close()
    assert "73519264" not in dump
    assert "$argon2id$" in dump


def test_pins_are_hashed_no_cheaper_than_owasp_asks() -> None:
    hasher = pin_hasher()
    assert hasher.type.name == "ID"
    assert hasher.memory_cost >= 19_456
    assert hasher.time_cost >= 2


@pytest.mark.parametrize("pin", ["", "123", "123456789", "12a4", "١٢٣٤", "1234\n", " 1234"])
def test_what_is_no_pin(pin: str) -> None:
    with pytest.raises(ValidationError):
        GivenPin(pin=pin)


def test_a_pin_is_not_shown_by_what_carries_it() -> None:
    assert "73519264" not in repr(GivenPin(pin="73519264"))


def test_unknown_profiles(home: House) -> None:
    locks = home.people.locks
    for call in (
        lambda: locks.set_pin("x", "1234"),
        lambda: locks.unlock("sofa", "x", "1234"),
        lambda: locks.require_open("sofa", "x"),
    ):
        with pytest.raises(NotFound):
            call()
