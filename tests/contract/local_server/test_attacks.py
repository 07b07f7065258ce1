"""What media servers were really hit by, tried on this one."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from local_server.contracts import Role
from tests.helpers.edge import Edge, running_edge
from tests.helpers.people import let_in
from tests.helpers.wire import Answer, Wire

# CVE-2021-21402 and CVE-2017-5982: up and out, plain, encoded once and twice, and on Windows.
CLIMBS = [
    "..%2f..%2f..%2fetc%2fpasswd",
    "%2e%2e%2f%2e%2e%2fserver%2ftoken",
    "%252e%252e%252fserver%252ftoken",
    "..%5c..%5cserver%5ctoken",
    "..%c0%af..%c0%afserver%c0%aftoken",
    "C:%5cWindows%5cwin.ini",
    "%00",
    "token%00.jpg",
    "file:%2f%2f%2fetc%2fpasswd",
]
ADDRESSES = [
    "/v1/titles/{}",
    "/v1/home/{}",
    "/v1/profiles/{}/settings",
    "/v1/titles?profile_id={}",
    "/v1/{}",
    "/{}",
]


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    with running_edge(tmp_path_factory.mktemp("attacks") / "home") as edge:
        yield edge


@pytest.fixture
def wire(edge: Edge) -> Iterator[Wire]:
    with Wire(edge.url) as wire:
        yield wire


def owner(edge: Edge) -> dict[str, str]:
    return {"Authorization": f"Bearer {edge.token}"}


def send(wire: Wire, method: str, path: str, fields: dict[str, str], body: object) -> Answer:
    data = json.dumps(body).encode()
    fields = fields | {"Content-Type": "application/json", "Content-Length": str(len(data))}
    wire.send(wire.request(method, path, fields) + data)
    return wire.answer()


@pytest.mark.parametrize("climb", CLIMBS)
def test_no_address_leads_to_a_file(edge: Edge, wire: Wire, climb: str) -> None:
    for address in ADDRESSES:
        answer = wire.ask("GET", address.format(climb), owner(edge))
        assert answer.status in (404, 422), address
        assert edge.token.encode() not in answer.body
        assert b"root:" not in answer.body


def test_a_device_reads_no_token_but_its_own(edge: Edge, wire: Wire) -> None:
    """CVE-2025-69416: devices of one account listed with their tokens."""
    tokens = [let_in(edge, Role.OWNER, name=f"Device {n}").token for n in range(3)]
    fields = {"Authorization": f"Bearer {tokens[0]}"}
    for path in ("/v1/devices", "/v1/me", "/v1/household", "/v1/setup", "/v1/health"):
        answer = wire.ask("GET", path, fields)
        assert answer.status == 200
        for secret in (*tokens, edge.token):
            assert secret.encode() not in answer.body


def test_a_guest_changes_nothing_of_the_server(edge: Edge, wire: Wire) -> None:
    """CVE-2025-48948: low privileges, and yet the configuration changed."""
    made = let_in(edge, Role.GUEST)
    guest, device = {"Authorization": f"Bearer {made.token}"}, made.device
    before = edge.server.services.users.household()
    for method, path, body in (
        ("PUT", "/v1/household", {"name": "Mine"}),
        ("PUT", f"/v1/devices/{device.id}", {"name": "Mine", "role": "owner"}),
        ("PUT", f"/v1/profiles/{before.profiles[0].id}/restrictions", {}),
        ("POST", "/v1/setup/codes", {"role": "owner"}),
        ("POST", "/v1/profiles", {"style": {"name": "Mine"}}),
        ("POST", "/v1/library/paths", {"paths": ["/"]}),
    ):
        answer = send(wire, method, path, guest, body)
        assert answer.status == 403, path
        assert json.loads(answer.body)["code"] == "role_too_small"
    assert edge.server.services.users.household() == before
    roles = {device.id: device.role for device in edge.server.services.devices.listed()}
    assert roles[device.id] is Role.GUEST


def test_nobody_makes_himself_more_by_sending_more(edge: Edge, wire: Wire) -> None:
    """Fields that are not for whoever sends them change nothing."""
    member = {"Authorization": f"Bearer {let_in(edge, Role.MEMBER).token}"}
    profile = edge.server.services.users.household().profiles[0]
    style = {"name": "Mine", "kids": True, "max_age": 21, "restrictions": {"max_age": 3}}
    assert send(wire, "PUT", f"/v1/profiles/{profile.id}/style", member, style).status == 200
    settings = edge.server.services.users.export_profile(profile.id)
    assert (settings.restrictions.max_age, settings.restrictions.kids) == (None, False)
    redeem = {"code": "WRNGCODE", "device_name": "x", "role": "owner"}
    assert send(wire, "POST", "/v1/setup/redeem", {}, redeem).status == 403


@pytest.mark.parametrize(
    "name", ["x\r\nSet-Cookie: a=b", "x\nX-Evil: 1", "\x1b]0;evil\x07", "\x00"]
)
def test_names_carry_no_lines_and_no_commands(edge: Edge, wire: Wire, name: str) -> None:
    answer = send(wire, "POST", "/v1/profiles", owner(edge), {"style": {"name": name}})
    assert answer.status == 422
    redeem = {"code": "ABCDEFGH", "device_name": name}
    assert send(wire, "POST", "/v1/setup/redeem", {}, redeem).status == 422


def test_fields_of_an_answer_repeat_nothing_of_the_request(edge: Edge, wire: Wire) -> None:
    for path in ("/v1/titles?query=a%0d%0aSet-Cookie:%20a=b", "/v1/%0d%0aSet-Cookie:%20a=b"):
        answer = wire.ask("GET", path, owner(edge) | {"X-Request-Id": "evil", "Cookie": "a=b"})
        assert "set-cookie" not in answer.fields
        assert not [name for name, value in answer.fields.items() if "evil" in value]


def test_what_is_too_long_is_refused(edge: Edge, wire: Wire) -> None:
    """GHSA-v2jv-54xj-h76w: names without end."""
    long = "n" * 100_000
    for method, path, body in (
        ("PUT", "/v1/household", {"name": long}),
        ("POST", "/v1/profiles", {"style": {"name": long}}),
        ("POST", "/v1/profiles", {"style": {"name": "x", "audio_languages": ["en"] * 1000}}),
        ("POST", "/v1/setup/codes", {"name": long}),
        ("PUT", "/v1/household/order", {"profile_ids": ["a"] * 1000}),
        ("PUT", "/v1/household/pin", {"pin": "1" * 100_000}),
    ):
        assert send(wire, method, path, owner(edge), body).status == 422, path
    redeem = {"code": long, "device_name": "x"}
    assert send(wire, "POST", "/v1/setup/redeem", {}, redeem).status == 422
    assert wire.ask("GET", "/v1/me", {"Authorization": "Bearer " + "f" * 8000}).status == 401


def test_without_a_token_only_a_name_is_told(edge: Edge, wire: Wire) -> None:
    let_in(edge, Role.MEMBER)
    state = json.loads(wire.ask("GET", "/v1/setup").body)
    assert state == {"done": True, "name": edge.server.services.users.household().name}
