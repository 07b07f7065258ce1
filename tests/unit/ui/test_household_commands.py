"""``matinee pair``, ``devices`` and ``profiles``, with a server that is really there."""

from __future__ import annotations

import getpass
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from local_server.client import EdgeClient, EdgeRefused
from local_server.contracts import DeviceKind, Redeem, Role, SetupCode
from tests.helpers.edge import Edge as Server
from tests.helpers.edge import running_edge
from ui.cli import household
from ui.cli.words import CommandError
from ui.edge import Edge, EdgeWatch
from ui.places import Places, places


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with running_edge(tmp_path / "home") as server:
        yield server


@pytest.fixture
def client(server: Server) -> Iterator[EdgeClient]:
    with server.client() as client:
        yield client


@pytest.fixture
def where(server: Server, client: EdgeClient, monkeypatch: pytest.MonkeyPatch) -> Places:
    @contextmanager
    def opened(_where: Places, *, starter: bool) -> Iterator[Edge]:
        assert not starter  # a look at a house puts no films into it
        yield Edge(client=client, watch=EdgeWatch())

    monkeypatch.setattr(household, "open_edge", opened)
    return places(server.home)


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    text = io.StringIO()
    monkeypatch.setattr(household, "out", Console(file=text, highlight=False, soft_wrap=True))
    return text


def test_a_code_is_shown_in_letters_and_as_a_picture(
    where: Places, client: EdgeClient, said: io.StringIO
) -> None:
    household.pair(where, role=Role.GUEST, profile="Everyone", name="Tablet")
    text = said.getvalue()
    assert text.count("▄") > 50
    code = text.partition("Code: ")[2].split()[0]
    made = client.redeem(Redeem(code=code, device_name="x", kind=DeviceKind.PHONE)).device
    assert (made.name, made.role) == ("Tablet", Role.GUEST)
    assert made.profile_id == client.household().profiles[0].id
    assert "reached from this machine alone" in text


def test_a_code_says_where_others_reach_a_server_that_listens_everywhere(
    monkeypatch: pytest.MonkeyPatch, said: io.StringIO
) -> None:
    monkeypatch.setattr(household, "_network_address", lambda: "192.0.2.7")
    monkeypatch.setattr(household, "_answers", lambda *_: True)
    url = "matinee://pair?server=http%3A%2F%2F127.0.0.1%3A8470%2F&code=ABCDEFGH"
    code = SetupCode(code="ABCDEFGH", expires_at=datetime(2026, 1, 1, tzinfo=UTC), url=url)
    household.show_code(code)
    assert "alone" not in said.getvalue()
    assert household._for_others(url) == (url.replace("127.0.0.1", "192.0.2.7"), True)
    elsewhere = url.replace("127.0.0.1", "tv.local")
    assert household._for_others(elsewhere) == (elsewhere, True)


def test_devices_are_listed_and_revoked(
    where: Places, client: EdgeClient, said: io.StringIO
) -> None:
    household.list_devices(where)
    assert "No device" in said.getvalue()
    household.pair(where, role=Role.MEMBER, profile=None, name="Telly")
    code = said.getvalue().partition("Code: ")[2].split()[0]
    client.redeem(Redeem(code=code, device_name="x"))
    household.list_devices(where)
    assert "Telly  other  member" in said.getvalue()
    household.revoke_device(where, "Telly")
    assert client.devices() == ()
    with pytest.raises(CommandError, match="no device"):
        household.revoke_device(where, "Telly")


def test_profiles_are_made_listed_and_deleted(
    where: Places, client: EdgeClient, said: io.StringIO
) -> None:
    household.add_profile(where, "Kim", kids=True, max_age=6)
    kim = client.household().profiles[1]
    assert client.profile_settings(kim.id).restrictions.max_age == 6
    household.list_profiles(where)
    assert f"Kim       kids    {kim.id}" in said.getvalue()
    household.delete_profile(where, "Kim")
    assert len(client.household().profiles) == 1


def test_pins_are_asked_for_and_never_shown(
    where: Places, client: EdgeClient, said: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = iter(["12345678", "8642", "12345678"])
    monkeypatch.setattr(getpass, "getpass", lambda _prompt: next(typed))
    household.set_pin(where, None, remove=False)
    assert client.household().parental_pin
    with pytest.raises(EdgeRefused, match="parental PIN"):
        household.add_profile(where, "Kim", kids=True, max_age=None)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    household.set_pin(where, "Everyone", remove=False)
    assert client.household().profiles[0].locked
    with pytest.raises(EdgeRefused):  # what the PIN opened is closed again
        client.remove_pin(None)
    assert "12345678" not in said.getvalue()


@pytest.mark.parametrize("pin", ["", "123", "123456789", "12a4", "١٢٣٤"])
def test_what_is_no_pin_is_not_sent(monkeypatch: pytest.MonkeyPatch, pin: str) -> None:
    monkeypatch.setattr(getpass, "getpass", lambda _prompt: pin)
    with pytest.raises(CommandError, match="digits"):
        household.typed_pin("PIN: ")


def test_what_makes_no_sense_is_told_in_words(where: Places) -> None:
    with pytest.raises(CommandError, match="max age"):
        household.add_profile(where, "Kim", kids=False, max_age=99)
    with pytest.raises(CommandError, match="name"):
        household.add_profile(where, " ", kids=False, max_age=None)
    with pytest.raises(CommandError, match="owner"):
        household.pair(where, role=Role.OWNER, profile="Everyone", name=None)
    with pytest.raises(CommandError, match="no profile"):
        household.delete_profile(where, "Nobody")
