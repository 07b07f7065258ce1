"""Whatever the API's own description allows is answered, and never with a failure of ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case
from schemathesis.core.result import Ok

from local_server.contracts import Problem
from local_server.gateway.api import build_routes
from tests.helpers.edge import Edge, running_edge

EXAMPLES = 12  # for each route: the suite has a minute for all of them

AnyCase: TypeAlias = Case[Any]


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    with running_edge(tmp_path_factory.mktemp("fuzz") / "home") as edge:
        yield edge


def operations(edge: Edge) -> Iterator[tuple[str, st.SearchStrategy[AnyCase]]]:
    server = edge.server
    document = build_routes(
        server.services, screens=server.screens, likings=server.likings, version="test"
    ).openapi()
    for result in schemathesis.openapi.from_dict(document).get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()
        yield operation.label, operation.as_strategy()


def check(edge: Edge, case: AnyCase, *, known: bool) -> int:
    """Send a request the description allows; its answer's status."""
    edge.server.services.locks.remove_pin(None)  # an earlier request may have set one
    if known:  # ids that are made up find nothing
        profile_id = edge.server.services.users.household().profiles[0].id
        for values in (case.path_parameters, case.query, case.body):
            if isinstance(values, dict) and "profile_id" in values:
                values["profile_id"] = profile_id
    paths = case.body.get("paths") if isinstance(case.body, dict) else None
    if isinstance(case.body, dict) and isinstance(paths, list):  # no other folder is searched
        case.body["paths"] = [f"{edge.home}/films/{path}" for path in paths]
    answer = case.call(base_url=edge.url, headers={"Authorization": f"Bearer {edge.token}"})
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert Problem.model_validate_json(answer.content).code
    return int(answer.status_code)


def test_no_request_that_is_described_breaks_anything(edge: Edge) -> None:
    statuses: dict[str, set[int]] = {}
    for label, cases in operations(edge):

        @settings(
            max_examples=EXAMPLES,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=cases, known=st.booleans())
        def each(case: AnyCase, known: bool) -> None:
            found = check(edge, case, known=known)
            statuses.setdefault(label, set()).add(found)  # noqa: B023 - called in this turn

        each()
    assert len(statuses) >= 30
    succeeded = {label for label, found in statuses.items() if min(found) < 300}
    assert {"GET /v1/titles", "POST /v1/profiles", "PUT /v1/household"} <= succeeded
    with edge.client() as client:
        assert client.health().status == "ok"
