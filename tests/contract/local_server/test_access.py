"""Who may call what: every route there is, with every role, on locked profiles, as a child."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from fastapi.routing import APIRoute

from local_server.contracts import ProfileSettings, ProfileStyle, Role
from local_server.gateway.api import build_routes
from local_server.gateway.guard import PUBLIC
from local_server.gateway.roles import Needs
from local_server.gateway.routes import routes as api_routes
from tests.helpers.edge import Edge, running_edge
from tests.helpers.people import let_in
from tests.helpers.wire import Answer, Wire

RANK = {Role.GUEST: 0, Role.MEMBER: 1, Role.OWNER: 2}
PIN, PARENTAL_PIN = "73519264", "82647193"

# The product's promise, apart from what the routes declare.
GUESTS = {
    "GET /v1/titles",
    "GET /v1/titles/{title_id}",
    "GET /v1/search",
    "GET /v1/search/suggestions",
    "GET /v1/profiles/{profile_id}/similar/{title_id}",
    "GET /v1/home/{profile_id}",
    "GET /v1/household",
    "GET /v1/me",
    "GET /v1/entitlements",
    "POST /v1/playback/sessions",
    "DELETE /v1/playback/sessions/{session_id}",
    "POST /v1/playback/prefetch",
    "POST /v1/playback/events",
    "POST /v1/profiles/{profile_id}/unlock",
    "POST /v1/profiles/{profile_id}/lock",
    "GET /v1/profiles/{profile_id}/allowance",
    "POST /v1/profiles/{profile_id}/requests",
    "GET /v1/profiles/{profile_id}/requests",
}
OWNERS_PREFIXES = (
    "/v1/library",
    "/v1/libraries",
    "/v1/jobs",
    "/v1/devices",
    "/v1/setup/codes",
    "/v1/requests",
    "/v1/analytics",
    "/v1/experiments",
)


def declared(route: APIRoute) -> Needs:
    """What the route says of its callers: exactly one thing."""
    asked = [getattr(entry.dependency, "__self__", None) for entry in route.dependencies]
    found = [need for need in asked if isinstance(need, Needs)]
    assert len(found) == 1, route.path
    return found[0]


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    with running_edge(tmp_path_factory.mktemp("access") / "home") as edge:
        yield edge


@pytest.fixture(scope="module")
def routes(edge: Edge) -> list[tuple[str, APIRoute]]:
    found = [
        (method, route)
        for route in api_routes(
            edge.server.services,
            screens=edge.server.screens,
            likings=edge.server.likings,
            version="test",
        ).routes
        if isinstance(route, APIRoute)
        for method in sorted(route.methods or ())
    ]
    assert len(found) >= 30
    return found


@pytest.fixture(scope="module")
def tokens(edge: Edge) -> dict[Role, str]:
    return {role: let_in(edge, role).token for role in Role}


@pytest.fixture
def wire(edge: Edge) -> Iterator[Wire]:
    with Wire(edge.url) as wire:
        yield wire


@pytest.fixture(scope="module")
def locked(edge: Edge) -> str:
    return new_profile(edge, "Locked")


def new_profile(edge: Edge, name: str) -> str:
    """A profile with a PIN."""
    services = edge.server.services
    profile = services.users.create_profile(ProfileSettings(style=ProfileStyle(name=name)))
    services.locks.set_pin(profile.id, PIN)
    return profile.id


@pytest.fixture
def parental_pin(edge: Edge) -> Iterator[None]:
    edge.server.services.locks.set_pin(None, PARENTAL_PIN)
    yield
    edge.server.services.locks.remove_pin(None)


def ask(wire: Wire, method: str, path: str, token: str, body: Any = None) -> Answer:
    fields = {"Authorization": f"Bearer {token}"}
    if body is None:
        return wire.ask(method, path, fields)
    data = json.dumps(body).encode()
    fields |= {"Content-Type": "application/json", "Content-Length": str(len(data))}
    wire.send(wire.request(method, path, fields) + data)
    return wire.answer()


def code_of(answer: Answer) -> str:
    return str(json.loads(answer.body)["code"]) if answer.status >= 400 else ""


def filled(path: str, profile_id: str = "0" * 32) -> str:
    return re.sub(r"\{\w+\}", "0" * 32, path.replace("{profile_id}", profile_id))


def test_every_route_says_who_may_call_it(routes: list[tuple[str, APIRoute]]) -> None:
    open_to_all = set()
    for method, route in routes:
        if declared(route).role is None:
            open_to_all.add((method, route.path))
    listed = {
        (method, path)
        for path, methods in PUBLIC.items()
        for method in methods
        if path.startswith("/v1/") and method != "HEAD"
    }
    assert open_to_all == listed


def test_roles_are_those_the_house_promises(routes: list[tuple[str, APIRoute]]) -> None:
    for method, route in routes:
        role = declared(route).role
        if f"{method} {route.path}" in GUESTS:
            assert role is Role.GUEST
        elif role is not None:
            assert role is not Role.GUEST, route.path
        if route.path.startswith(OWNERS_PREFIXES) and role is not None:
            assert role is Role.OWNER, route.path


def test_each_role_on_each_route(
    routes: list[tuple[str, APIRoute]], tokens: dict[Role, str], wire: Wire
) -> None:
    for method, route in routes:
        needed = declared(route).role
        for role, token in tokens.items():
            answer = ask(wire, method, filled(route.path), token)
            refused = needed is not None and RANK[role] < RANK[needed]
            assert (code_of(answer) == "role_too_small") == refused, (method, route.path, role)
            assert answer.status != 401
            if refused:
                assert answer.status == 403
                assert set(json.loads(answer.body)) == {"code", "message", "hint", "retryable"}


@pytest.mark.usefixtures("parental_pin")
def test_what_needs_a_parent_needs_its_pin_on_this_device(
    edge: Edge, routes: list[tuple[str, APIRoute]], tokens: dict[Role, str], wire: Wire
) -> None:
    guarded = [(m, r) for m, r in routes if declared(r).parent]
    paths = {route.path for _, route in guarded}
    for word in ("restrictions", "pin", "decision", "codes", "devices/{device_id}"):
        assert any(path.endswith(word) for path in paths), word
    with edge.client() as other:
        other.unlock(None, PARENTAL_PIN)  # opens nothing on another device
        for method, route in routes:
            answer = ask(wire, method, filled(route.path), tokens[Role.OWNER])
            asked_for = code_of(answer) == "parent_pin_required"
            assert asked_for == declared(route).parent, (method, route.path)
    with edge.client(tokens[Role.OWNER]) as owner:
        owner.unlock(None, PARENTAL_PIN)
        answer = ask(wire, "DELETE", filled("/v1/devices/{device_id}"), tokens[Role.OWNER])
        assert code_of(answer) == "device_not_found"
        owner.lock(None)
        answer = ask(wire, "DELETE", filled("/v1/devices/{device_id}"), tokens[Role.OWNER])
        assert code_of(answer) == "parent_pin_required"


def bodies(profile_id: str) -> dict[str, Any]:
    """A sound body for each route that acts as a profile and takes one."""
    return {
        "/v1/profiles/{profile_id}/style": {"name": "Mine"},
        "/v1/profiles/{profile_id}/requests": {"minutes": 5},
        "/v1/playback/sessions": {"title_id": "t", "profile_id": profile_id, "device_id": "d"},
        "/v1/playback/prefetch": {"title_id": "t", "profile_id": profile_id},
    }


# These may be called for a locked profile: they open and close it, or only keep what happened.
NOT_ACTING = {
    "/v1/profiles/{profile_id}/unlock",
    "/v1/profiles/{profile_id}/lock",
    "/v1/playback/events",
}


@pytest.fixture(scope="module")
def acting(edge: Edge, routes: list[tuple[str, APIRoute]]) -> list[tuple[str, str]]:
    """Method and path of every route that is for a profile, wherever it is named."""
    document = build_routes(
        edge.server.services,
        screens=edge.server.screens,
        likings=edge.server.likings,
        version="test",
    ).openapi()
    found = []
    for method, route in routes:
        if declared(route).role in (None, Role.OWNER) or route.path in NOT_ACTING:
            continue
        described = document["paths"][route.path][method.lower()]
        names = {entry["name"] for entry in described.get("parameters", ())}
        if "requestBody" in described:
            schema = described["requestBody"]["content"]["application/json"]["schema"]
            text = json.dumps(document["components"]["schemas"][schema["$ref"].split("/")[-1]])
            names |= {"profile_id"} if '"profile_id"' in text else set()
        if "profile_id" in names:
            found.append((method, route.path))
    assert len(found) >= 10
    return found


def test_nobody_acts_as_a_locked_profile(
    edge: Edge,
    acting: list[tuple[str, str]],
    tokens: dict[Role, str],
    wire: Wire,
    locked: str,
) -> None:
    def codes(token: str) -> dict[tuple[str, str], str]:
        found = {}
        for method, path in acting:
            target = filled(path, locked)
            if "{profile_id}" not in path and method == "GET":
                target += f"?profile_id={locked}"
            found[method, path] = code_of(
                ask(wire, method, target, token, bodies(locked).get(path))
            )
        return found

    assert set(codes(tokens[Role.MEMBER]).values()) == {"profile_locked"}
    as_owner = codes(tokens[Role.OWNER])
    assert as_owner.pop(("GET", "/v1/profiles/{profile_id}/settings")) == ""
    assert set(as_owner.values()) == {"profile_locked"}
    with edge.client(tokens[Role.MEMBER]) as client:
        client.unlock(locked, PIN)
        assert "profile_locked" not in codes(tokens[Role.MEMBER]).values()
        assert set(codes(tokens[Role.OWNER]).values()) == {"", "profile_locked"}
        client.lock(locked)
        assert set(codes(tokens[Role.MEMBER]).values()) == {"profile_locked"}


def test_a_device_kept_to_a_profile_is_nobody_else(
    edge: Edge, acting: list[tuple[str, str]], wire: Wire, locked: str
) -> None:
    mine = edge.server.services.users.household().profiles[0].id
    token = let_in(edge, Role.MEMBER, mine, "Tablet").token
    for method, path in acting:
        target = filled(path, locked)
        if "{profile_id}" not in path and method == "GET":
            target += f"?profile_id={locked}"
        answer = ask(wire, method, target, token, bodies(locked).get(path))
        assert (answer.status, code_of(answer)) == (403, "other_profile"), path
    for verb in ("unlock", "lock"):
        answer = ask(wire, "POST", f"/v1/profiles/{locked}/{verb}", token, {"pin": PIN})
        assert code_of(answer) == "other_profile"
    household = json.loads(ask(wire, "GET", "/v1/household", token).body)
    assert [profile["id"] for profile in household["profiles"]] == [mine]
    assert code_of(ask(wire, "GET", "/v1/titles", token)) == "profile_required"
    assert ask(wire, "GET", f"/v1/titles?profile_id={mine}", token).status == 200


def test_only_the_owner_sees_titles_for_nobody(tokens: dict[Role, str], wire: Wire) -> None:
    for path in ("/v1/titles", f"/v1/titles/{'0' * 32}"):
        for role in (Role.GUEST, Role.MEMBER):
            assert code_of(ask(wire, "GET", path, tokens[role])) == "profile_required"
    assert ask(wire, "GET", "/v1/titles", tokens[Role.OWNER]).status == 200


# After these there is no such profile, or the parent's doors are closed.
LAST = {"/v1/profiles/{profile_id}", "/v1/household/pin"}


@pytest.mark.usefixtures("parental_pin")
def test_no_secret_in_any_answer_or_log(
    edge: Edge, routes: list[tuple[str, APIRoute]], wire: Wire
) -> None:
    """Each route, with all the secrets there are brought along by whoever may know them."""
    locked = new_profile(edge, "Secret")
    device = let_in(edge, Role.OWNER, name="Asks")
    other = let_in(edge, Role.OWNER, name="Other")
    with structlog.testing.capture_logs() as log, edge.client(device.token) as client:
        client.unlock(None, PARENTAL_PIN)
        answers = []
        for method, route in sorted(routes, key=lambda r: r[1].path in LAST):
            if "{device_id}" in route.path or route.path.endswith(("/order", "/household")):
                continue
            target = filled(route.path, locked)
            for body in (None, {"pin": PIN}, {"pin": [PIN]}, {"pin": PIN + "x"}, bodies(locked)):
                if method == "DELETE" and body is not None:
                    continue
                answers.append(ask(wire, method, target, device.token, body))
            if (method, route.path) == ("DELETE", "/v1/profiles/{profile_id}/pin"):
                edge.server.services.locks.set_pin(locked, PIN)
        answers.append(ask(wire, "GET", "/v1/devices", device.token))
    assert len(answers) > 60
    text = b"".join(answer.body + repr(answer.fields).encode() for answer in answers).decode()
    text += repr(log)
    secrets = {PIN, PARENTAL_PIN, device.token, other.token, edge.token, "argon2", "digest"}
    assert {secret for secret in secrets if secret in text} == set()
