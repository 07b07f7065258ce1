"""Comparing two ways of choosing titles, for the owner."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from local_server.contracts import Role
from local_server.contracts.experiments import (
    Experiment,
    ExperimentReport,
    Experiments,
    StartExperiment,
)
from local_server.gateway.roles import needs
from local_server.gateway.routes.parameters import PathId
from local_server.gateway.services import Services

_OWNERS: dict[str, Any] = {"tags": ["experiments"], "dependencies": [needs(Role.OWNER)]}


def add_routes(router: APIRouter, services: Services) -> None:
    """Add the routes to ``router``."""
    desk = services.experiments

    @router.get("/experiments", **_OWNERS)
    def experiments() -> Experiments:
        """All experiments, the one begun last first."""
        return desk.list()

    @router.post("/experiments", status_code=201, **_OWNERS)
    def start_experiment(body: StartExperiment) -> Experiment:
        """Begin to compare two rankings in a row of the home screen."""
        return desk.start(body)

    @router.get("/experiments/{experiment_id}", **_OWNERS)
    def experiment(experiment_id: PathId) -> ExperimentReport:
        """An experiment with every look at it."""
        return desk.report(experiment_id)

    @router.delete("/experiments/{experiment_id}", **_OWNERS)
    def stop_experiment(experiment_id: PathId) -> Experiment:
        """End it without a decision; one that has ended stays as it ended."""
        return desk.stop(experiment_id)
