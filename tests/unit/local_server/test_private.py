"""Watching in private, through the whole server: no database keeps a trace of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from local_server.composition import MAKERS
from local_server.contracts import DeviceClass, PlaybackGrant, WatchEvent, WatchKind
from local_server.contracts.experiments import (
    Arm,
    ExperimentKind,
    ExperimentMetric,
    StartExperiment,
)
from local_server.services.recommendation.rows import TOP_PICKS
from tests.helpers.edge import Edge, edge_without_http

FILM_S = 600.0


@pytest.fixture
def edge(tmp_path: Path) -> Iterator[Edge]:
    with edge_without_http(tmp_path / "home") as edge:
        edge.server.on_begun()
        yield edge


def dump(edge: Edge, service: str) -> list[str]:
    """A service's database as SQL; when a device was last seen is not about watching."""
    with (
        closing(sqlite3.connect(edge.server.paths.database(service))) as database,
        closing(sqlite3.connect(":memory:")) as copy,
    ):
        database.backup(copy)
        if service == "users":
            copy.execute("UPDATE devices SET seen_at = NULL")
        return sorted(copy.iterdump())


def dumps(edge: Edge) -> dict[str, list[str]]:
    return {service: dump(edge, service) for service in MAKERS}


def told(edge: Edge, grant: PlaybackGrant, profile_id: str, kind: WatchKind, step: int) -> None:
    event = WatchEvent(
        id=f"{grant.session_id}-{step}"[-64:],
        session_id=grant.session_id,
        profile_id=profile_id,
        title_id=grant.title.id,
        kind=kind,
        position_s=30.0 * step,
        duration_s=FILM_S,
        at=edge.clock(),
    )
    edge.server.services.playback.record([event])


def play(edge: Edge, title_id: str, profile_id: str, *, private: bool) -> None:
    """Play to the end."""
    playback = edge.server.services.playback
    grant = playback.start(
        title_id=title_id, profile_id=profile_id, device_id="tv", private=private
    )
    for step in range(21):
        kind = WatchKind.END if step == 20 else WatchKind.PROGRESS
        told(edge, grant, profile_id, kind, step)
        edge.clock.forward(30)
    playback.end(grant.session_id)
    told(edge, grant, profile_id, WatchKind.STOP, 19)  # late


def test_a_private_session_leaves_no_trace_in_any_database(edge: Edge, tmp_path: Path) -> None:
    services = edge.server.services
    known, secret = (edge.film(tmp_path, f"{name} (1999).mkv") for name in ("Known", "Secret"))
    profile_id = services.users.household().profiles[0].id
    services.experiments.start(
        StartExperiment(name="Taste", arms=(Arm(name="popular"), Arm(name="taste")), row=TOP_PICKS)
    )
    play(edge, known, profile_id, private=False)
    edge.server.screens.of(services.users.viewer(profile_id), DeviceClass.DESKTOP)
    before = dumps(edge)
    for title_id in (secret, known):
        play(edge, title_id, profile_id, private=True)
    after = dumps(edge)
    for service in MAKERS:
        assert after[service] == before[service], service
    play(edge, secret, profile_id, private=False)
    changed = {name for name, lines in dumps(edge).items() if lines != before[name]}
    assert changed == {"playback", "recommendation"}  # the comparison sees what is not private


@pytest.mark.parametrize(
    ("metric", "told"),
    [  # Ten minutes on one of two days, and one film to its end; nobody is in the other arm.
        (ExperimentMetric.MINUTES_PER_DAY, {(2, 1, 5.0), (0, 0, 0.0)}),
        (ExperimentMetric.FINISHED_SHARE, {(1, 1, 1.0), (0, 0, 0.0)}),
    ],
)
def test_an_experiment_by_assignment_is_told_of_the_day_and_not_of_what_was_private(
    edge: Edge, tmp_path: Path, metric: ExperimentMetric, told: set[tuple[int, int, float]]
) -> None:
    services = edge.server.services
    open_film, secret = (edge.film(tmp_path, f"{name} (1999).mkv") for name in ("Open", "Secret"))
    profile_id = services.users.household().profiles[0].id
    experiment = services.experiments.start(
        StartExperiment(
            name=metric,
            arms=(Arm(name="popular"), Arm(name="taste")),
            row="top-picks",
            kind=ExperimentKind.ASSIGNMENT,
            metric=metric,
        )
    )
    edge.clock.forward(12 * 3600)
    play(edge, secret, profile_id, private=True)
    play(edge, open_film, profile_id, private=False)
    edge.clock.forward(48 * 3600)
    edge.server.beat()
    arms = services.experiments.report(experiment.id).arms
    assert {(arm.observations, arm.profiles, arm.mean) for arm in arms} == told
