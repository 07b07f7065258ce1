"""What holds on every route there is: the token, the error shape, the description."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
import structlog
from fastapi import FastAPI
from fastapi.routing import APIRoute

from local_server.contracts import Problem
from local_server.gateway.api import build_routes
from local_server.gateway.guard import BODY_MAX_BYTES, PUBLIC
from local_server.gateway.routes import routes as api_routes
from local_server.services.catalog.service import Catalog
from tests.helpers.edge import Edge, running_edge
from tests.helpers.wire import Answer, Wire

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    with running_edge(tmp_path_factory.mktemp("routes") / "home") as edge:
        yield edge


@pytest.fixture(scope="module")
def app(edge: Edge) -> FastAPI:
    return build_routes(edge.server.services, version="test")


@pytest.fixture(scope="module")
def routes(app: FastAPI) -> list[tuple[str, str]]:
    """Method and path of every route, with made-up ids in the path."""
    found = [
        (method.upper(), re.sub(r"\{\w+\}", "0" * 32, path))
        for path, methods in app.openapi()["paths"].items()
        for method in methods
    ]
    assert len(found) >= 12
    return [*found, ("GET", "/docs"), ("GET", "/openapi.json")]


@pytest.fixture
def wire(edge: Edge) -> Iterator[Wire]:
    with Wire(edge.url) as wire:
        yield wire


def _owner(edge: Edge) -> dict[str, str]:
    return {"Authorization": f"Bearer {edge.token}"}


def _problem(answer: Answer) -> Problem:
    assert answer.fields["content-type"] == "application/json"
    assert set(json.loads(answer.body)) == {"code", "message", "hint", "retryable"}
    problem = Problem.model_validate_json(answer.body)
    assert re.fullmatch(r"[a-z][a-z_]+", problem.code)
    assert problem.message
    return problem


def test_every_route_is_described(edge: Edge, app: FastAPI) -> None:
    router = api_routes(edge.server.services, version="test")
    served = {
        (method, route.path)
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
    described = {
        (method.upper(), path)
        for path, methods in app.openapi()["paths"].items()
        for method in methods
    }
    assert len(served) == len(router.routes)
    assert served == described
    others = {getattr(route, "path", "") for route in app.routes}
    assert others <= {"/docs", "/openapi.json", ""}


def test_no_route_without_the_owner_token(
    edge: Edge, wire: Wire, routes: list[tuple[str, str]]
) -> None:
    refused = []
    for method, path in routes:
        for wrong in (
            {},
            {"Authorization": ""},
            {"Authorization": "Bearer "},
            {"Authorization": "Bearer " + "0" * 64},
            {"Authorization": f"Basic {edge.token}"},
            {"Authorization": f"Bearer {edge.token[:-1]}"},
            {"Authorization": edge.token},
        ):
            answer = wire.ask(method, path, wrong)
            if path in PUBLIC:
                assert answer.status == 200
                continue
            assert answer.status == 401, (method, path)
            assert answer.fields["www-authenticate"] == "Bearer"
            assert _problem(answer).code == "token_missing_or_wrong"
            refused.append((method, path))
    assert {path for _, path in routes} - {path for _, path in refused} == PUBLIC


def test_unknown_addresses_say_nothing_without_the_token(wire: Wire) -> None:
    for method in METHODS:
        for path in ("/", "/v1", "/v1/titles/", "/v2/titles", "/static/x", "//v1/health", "/M/x"):
            assert wire.ask(method, path).status == 401, (method, path)


def test_public_routes_take_only_reading(wire: Wire) -> None:
    for method in ("POST", "PUT", "DELETE"):
        for path in PUBLIC:
            assert wire.ask(method, path).status == 401


def test_unknown_address(edge: Edge, wire: Wire) -> None:
    for path in ("/", "/v1", "/v1/titles/", "/v2/titles", "/v1/../v1/health", "/v1/%2e%2e/x"):
        answer = wire.ask("GET", path, _owner(edge))
        assert answer.status == 404, path
        assert _problem(answer).code == "route_not_found"


def test_unknown_method(edge: Edge, wire: Wire, routes: list[tuple[str, str]]) -> None:
    taken = {path: {m for m, p in routes if p == path} for _, path in routes}
    for path, methods in taken.items():
        for method in set(METHODS) - methods - {"HEAD"}:
            answer = wire.ask(method, path, _owner(edge))
            assert answer.status == 405, (method, path)
            assert _problem(answer).code == "method_not_allowed"


def test_nonsense_in_the_path(edge: Edge, wire: Wire, app: FastAPI) -> None:
    templates = [p for p in app.openapi()["paths"] if "{" in p]
    assert templates
    for template in templates:
        for nonsense in ("a" * 65, "a b", "ä", "'", "..%2f", "%00", "a.b"):
            path = re.sub(r"\{\w+\}", quote(nonsense, safe="%"), template)
            for method in app.openapi()["paths"][template]:
                answer = wire.ask(method.upper(), path, _owner(edge))
                assert answer.status in (404, 422), (path, answer)
                assert _problem(answer).code in ("request_invalid", "route_not_found")


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=501",
        "limit=x",
        "limit=" + "9" * 400,
        "offset=-1",
        "kind=opera",
        "query=" + "q" * 201,
        "profile_id=" + "p" * 65,
    ],
)
def test_nonsense_in_the_query(edge: Edge, wire: Wire, query: str) -> None:
    answer = wire.ask("GET", f"/v1/titles?{query}", _owner(edge))
    assert answer.status == 422
    problem = _problem(answer)
    assert problem.code == "request_invalid"
    assert query.partition("=")[0] in problem.message


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"paths": [1]}',
        b'{"paths": "x"}',
        b'{"events": [{"id": "x"}]}',
        b"\xff\xfe",
        json.dumps({"paths": ["p" * 4097]}).encode(),
        json.dumps({"paths": ["p"] * 1001}).encode(),
        b'{"paths": ' + b"[" * 20_000,
    ],
)
def test_nonsense_in_the_body(edge: Edge, wire: Wire, app: FastAPI, body: bytes) -> None:
    # What changes a part of something takes anything: fields it does not know are ignored.
    takers = [
        re.sub(r"\{\w+\}", "0" * 32, template)
        for template, methods in app.openapi()["paths"].items()
        if "requestBody" in methods.get("post", {})
    ]
    assert len(takers) >= 6
    for path in takers:
        length = {"Content-Length": str(len(body)), "Content-Type": "application/json"}
        wire.send(wire.request("POST", path, _owner(edge) | length) + body)
        answer = wire.answer()
        assert answer.status in (400, 422), (path, answer)
        assert _problem(answer).code == "request_invalid"


def test_values_of_a_bad_request_are_not_repeated(edge: Edge, wire: Wire) -> None:
    answer = wire.ask("GET", "/v1/titles?kind=hunter2", _owner(edge))
    assert b"hunter2" not in answer.body


def test_a_body_without_end_is_refused(edge: Edge, wire: Wire) -> None:
    fields = _owner(edge) | {"Content-Type": "application/json"}
    fields["Content-Length"] = str(BODY_MAX_BYTES + 1)
    wire.send(wire.request("POST", "/v1/library/paths", fields) + b" " * (BODY_MAX_BYTES + 1))
    answer = wire.answer()
    assert answer.status == 413
    assert _problem(answer).code == "request_too_large"


def test_a_failure_inside(edge: Edge, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("in the engine room")

    monkeypatch.setattr(Catalog, "titles", broken)
    with structlog.testing.capture_logs() as log:
        answer = wire.ask("GET", "/v1/titles", _owner(edge))
    assert [entry["event"] for entry in log] == ["gateway.unexpected_error"]
    assert answer.status == 500
    assert _problem(answer).code == "internal_error"
    assert b"engine room" not in answer.body
    assert wire.ask("GET", "/v1/health").status == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io", "", "[::1", "local", "x y"],
)
def test_foreign_host_names(edge: Edge, wire: Wire, host: str) -> None:
    for path in ("/v1/titles", "/v1/health", "/docs"):
        answer = wire.ask("GET", path, _owner(edge) | {"Host": host})
        assert answer.status == 421
        assert _problem(answer).code == "host_not_allowed"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:80", "[::1]:9", "tv.local", "10.1.2.3"])
def test_own_host_names(edge: Edge, wire: Wire, host: str) -> None:
    assert wire.ask("GET", "/v1/titles", _owner(edge) | {"Host": host}).status == 200


def test_pages_of_others_get_no_leave_to_read(edge: Edge, wire: Wire) -> None:
    answer = wire.ask("GET", "/v1/health", {"Origin": "https://evil.example"})
    assert not [name for name in answer.fields if name.startswith("access-control")]
    preflight = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    answer = wire.ask("OPTIONS", "/v1/library/paths", preflight | _owner(edge))
    assert not [name for name in answer.fields if name.startswith("access-control")]


def test_description_works_without_other_servers(wire: Wire, app: FastAPI) -> None:
    answer = wire.ask("GET", "/docs")
    page = html.unescape(answer.body.decode())
    assert answer.fields["content-type"] == "text/html; charset=utf-8"
    assert not re.findall(r"(?:src|href)=\"(?!#)", page)
    assert "<script" not in page
    for path, methods in app.openapi()["paths"].items():
        assert path in page
        for route in methods.values():
            assert route["description"].split(".")[0] in page


def test_description_as_data(wire: Wire) -> None:
    document = json.loads(wire.ask("GET", "/openapi.json").body)
    for methods in document["paths"].values():
        for route in methods.values():
            schema = route["responses"]["422"]["content"]["application/json"]["schema"]
            assert schema == {"$ref": "#/components/schemas/Problem"}


def test_no_answer_is_kept_by_caches(edge: Edge, wire: Wire) -> None:
    for path in ("/v1/titles", "/v1/household", "/v1/health", "/nowhere"):
        assert wire.ask("GET", path, _owner(edge)).fields["cache-control"] == "no-store"
