"""Watch events: whatever order they come in and however often, the outcome is one."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local_server.contracts import ResumePoint, WatchEvent, WatchKind
from local_server.services.playback.rules import ResumeRules
from tests.helpers.edge import EVENING, Edge, edge_without_http

EVENTS = st.builds(
    WatchEvent,
    id=st.uuids(version=4).map(lambda u: u.hex),
    session_id=st.just("session"),
    profile_id=st.sampled_from(["anna", "ben"]),
    title_id=st.sampled_from(["film", "series"]),
    kind=st.sampled_from(WatchKind),
    position_s=st.integers(0, 1000).map(float),
    duration_s=st.sampled_from([0.0, 30.0, 1000.0]),
    # Few moments: ties have to come out the same, too.
    at=st.integers(0, 5).map(lambda s: EVENING - timedelta(seconds=s)),
)


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    home: Path = tmp_path_factory.mktemp("resume") / "home"
    with edge_without_http(home) as edge:
        yield edge


def counts(event: WatchEvent) -> bool:
    """Whether a title is begun or watched by the event."""
    finished = RULES.is_finished(event.kind, event.position_s, event.duration_s)
    return finished or RULES.resume_s(event.position_s, event.duration_s, finished=False) > 0


RULES = ResumeRules()
RUNS = itertools.count()


def outcome(edge: Edge, batches: list[list[WatchEvent]], run: str) -> dict[str, ResumePoint]:
    """Resume points after ``batches``, on titles and events of this run alone."""
    playback = edge.server.services.playback
    for batch in batches:
        playback.record(
            [e.model_copy(update={"id": run + e.id, "title_id": run + e.title_id}) for e in batch]
        )
    return {
        f"{profile} {title}": point
        for profile in ("anna", "ben")
        for title, point in playback.resume_points(profile, [run + "film", run + "series"]).items()
    }


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=st.lists(EVENTS, min_size=1, max_size=12, unique_by=lambda e: e.id), data=st.data())
def test_order_and_repetition_change_nothing(
    edge: Edge, events: list[WatchEvent], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(events + data.draw(st.lists(st.sampled_from(events)))))
    cut = data.draw(st.integers(0, len(shuffled)))
    run = f"run{next(RUNS)}"
    straight = outcome(edge, [sorted(events, key=lambda e: e.at)], f"a{run}")
    mixed = outcome(edge, [list(shuffled[:cut]), list(shuffled[cut:])], f"b{run}")
    assert {k.replace(f"a{run}", ""): p for k, p in straight.items()} == {
        k.replace(f"b{run}", ""): p for k, p in mixed.items()
    }
    for profile, title in {(e.profile_id, e.title_id) for e in events}:
        own = [e for e in events if (e.profile_id, e.title_id) == (profile, title)]
        newest_at = max(e.at for e in own)
        newest = [e for e in own if e.at == newest_at]
        point = straight.get(f"{profile} a{run}{title}")
        if point is None:
            assert not all(counts(e) for e in newest)
        else:
            assert point.watched_at == newest_at
            assert point.position_s in {e.position_s for e in newest if counts(e)}
