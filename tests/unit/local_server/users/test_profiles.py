"""The household and its profiles."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from alembic import command
from pydantic import ValidationError
from sqlalchemy import create_engine, text

from local_server.contracts import (
    AskParent,
    Avatar,
    CaptionStyle,
    ChangeHousehold,
    DayTimes,
    MakeCode,
    ProfileSettings,
    ProfileStyle,
    Restrictions,
    Role,
)
from local_server.contracts.profiles import PROFILES_MAX
from local_server.errors import Conflict, NotFound
from local_server.runtime.events import DeviceRevoked, ProfileDeleted, ViewersChanged
from local_server.runtime.migrations import configuration
from local_server.services.users.profiles import KIDS_MAX_AGE, visibility_of
from tests.helpers.people import House, every_day, house


def names(home: House) -> list[str]:
    return [profile.name for profile in home.people.users.household().profiles]


def test_a_household_lives_where_it_says_or_where_its_server_stands(home: House) -> None:
    users = home.people.users
    assert users.household().time_zone == "Europe/Berlin"
    change = ChangeHousehold(name="Hill House", region="NZ", time_zone="Pacific/Auckland")
    assert users.change_household(change).time_zone == "Pacific/Auckland"
    assert users.viewer(home.profile_id).visibility.region == "NZ"
    assert users.change_household(ChangeHousehold(name="x")).time_zone == "Europe/Berlin"


@pytest.mark.parametrize("zone", ["Nowhere/Town", "Europe", "+", "../../etc/passwd", "/etc/passwd"])
def test_a_time_zone_nobody_knows_is_refused(home: House, zone: str) -> None:
    try:
        change = ChangeHousehold(name="Hill House", time_zone=zone)
    except ValidationError:
        return
    with pytest.raises(Conflict) as refused:
        home.people.users.change_household(change)
    assert refused.value.code == "time_zone_unknown"
    assert home.people.users.household().name == "Home"


def test_profiles_are_made_changed_and_put_in_order(home: House) -> None:
    users = home.people.users
    first, kim = home.profile_id, home.child()
    assert names(home) == ["Everyone", "Kim"]
    style = ProfileStyle(
        name="Kimmy", avatar=Avatar.WHALE, captions=CaptionStyle(size_percent=150), language="de"
    )
    changed = users.change_style(kim, style)
    assert (changed.name, changed.avatar, changed.kids) == ("Kimmy", Avatar.WHALE, True)
    assert users.viewer(kim).language == "de"
    users.reorder([kim, first])
    assert names(home) == ["Kimmy", "Everyone"]
    for wrong in ([kim], [kim, kim], [kim, first, "other"], []):
        with pytest.raises(Conflict):
            users.reorder(wrong)


def test_the_last_profile_stays(home: House) -> None:
    with pytest.raises(Conflict) as refused:
        home.people.users.delete_profile(home.profile_id)
    assert refused.value.code == "last_profile"


def test_a_deleted_profile_leaves_nothing(home: House) -> None:
    kim = home.child(every_day(DayTimes(minutes=60)))
    home.watched.events.append((kim, home.clock.at, 5))
    assert home.people.allowances.may_watch(kim).minutes_left == 55
    tablet = home.device(Role.GUEST, kim).device
    home.people.setup.make_code(MakeCode(profile_id=kim))
    home.people.requests.ask(kim, AskParent(minutes=10))
    home.people.locks.set_pin(kim, "1234")
    with pytest.raises(Exception, match="PIN"):
        home.people.locks.unlock("d", kim, "4321")
    home.told.clear()
    home.people.users.delete_profile(kim)
    assert home.told == [
        DeviceRevoked(device_id=tablet.id),
        ProfileDeleted(profile_id=kim),
        ViewersChanged(),
    ]
    with sqlite3.connect(home.database.path) as connection:
        dump = "\n".join(connection.iterdump())
    connection.close()
    assert kim not in dump
    assert tablet.id not in dump
    with pytest.raises(NotFound):
        home.people.users.viewer(kim)


def test_a_household_does_not_grow_without_end(home: House) -> None:
    for number in range(PROFILES_MAX - 1):
        home.child(name=f"Child {number}")
    with pytest.raises(Conflict):
        home.child(name="One more")


def test_what_a_kids_profile_sees() -> None:
    for given, max_age, unrated in (
        (Restrictions(), None, True),
        (Restrictions(kids=True), KIDS_MAX_AGE, False),
        (Restrictions(kids=True, max_age=6), 6, False),
        (Restrictions(kids=True, max_age=14), 14, False),
        (Restrictions(max_age=16), 16, True),
        (Restrictions(max_age=16, unrated=False), 16, False),
    ):
        seen = visibility_of(given, region=None)
        assert (seen.max_age, seen.unrated) == (max_age, unrated)


def test_what_is_blocked_stays_so_when_it_is_granted() -> None:
    restrictions = Restrictions(max_age=6, blocked_titles=("a",))
    seen = visibility_of(restrictions, region=None, allowed_titles=("a", "b"))
    assert (seen.allowed_titles, seen.blocked_titles) == (("b",), ("a",))


def test_settings_travel_from_one_profile_to_another(home: House) -> None:
    users = home.people.users
    settings = ProfileSettings(
        style=ProfileStyle(name="Lu", shares_taste=False, audio_languages=("fr", "en")),
        restrictions=Restrictions(max_age=16, blocked_tags=("war",)),
    )
    made = users.create_profile(settings)
    assert users.export_profile(made.id) == settings
    copy = users.import_profile(home.profile_id, users.export_profile(made.id))
    assert users.export_profile(copy.id) == settings
    assert users.viewer(copy.id).shares_taste is False


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "   "},
        {"name": "a\r\nSet-Cookie: x"},
        {"name": "\x1b[2J"},
        {"name": "n" * 65},
        {"name": "x", "colour": "red"},
        {"name": "x", "avatar": "../../etc/passwd"},
        {"name": "x", "picture_id": "../secret"},
        {"name": "x", "language": "english language"},
        {"name": "x", "captions": {"size_percent": 1000}},
        {"name": "x", "captions": {"background_opacity": "NaN"}},
        {"name": "x", "audio_languages": ["en"] * 11},
    ],
)
def test_looks_that_make_no_sense_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ProfileStyle.model_validate(wrong)


def test_profiles_of_before_keep_their_names_and_order(tmp_path: Path) -> None:
    path = tmp_path / "users.sqlite3"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config = configuration("users")
        config.attributes["connection"] = connection
        command.upgrade(config, "users_0001")
        connection.execute(text("INSERT INTO households VALUES ('h', 'Hill House', 5)"))
        for row in (("z", "Ada", "#010203", 7), ("a", "Bo", "#040506", 9), ("b", "Cy", "#0", 7)):
            connection.execute(
                text("INSERT INTO profiles VALUES (:id, 'h', :name, :colour, :at)"),
                dict(zip(("id", "name", "colour", "at"), row, strict=True)),
            )
        connection.execute(text("UPDATE profiles SET colour = '#070809' WHERE id = 'b'"))
    engine.dispose()
    with house(tmp_path) as home:
        household = home.people.users.household()
        assert household.name == "Hill House"
        shown = [(p.name, p.colour, p.kids, p.locked) for p in household.profiles]
        assert shown == [
            ("Cy", "#070809", False, False),
            ("Ada", "#010203", False, False),
            ("Bo", "#040506", False, False),
        ]
        assert home.people.users.viewer("z").visibility.max_age is None
