"""Comparing two ways of choosing titles."""

from __future__ import annotations

from local_server.client.calls import Caller, segment
from local_server.contracts.experiments import (
    Experiment,
    ExperimentReport,
    Experiments,
    StartExperiment,
)


class ExperimentsCalls(Caller):
    """What the owner tries out."""

    def experiments(self) -> tuple[Experiment, ...]:
        """All experiments, the one begun last first."""
        return self._get("v1/experiments", Experiments).items

    def start_experiment(self, wish: StartExperiment) -> Experiment:
        """Begin to compare two rankings in a row of the home screen."""
        return self._ask("POST", "v1/experiments", Experiment, body=wish)

    def experiment(self, experiment_id: str) -> ExperimentReport:
        """An experiment with every look at it."""
        return self._get(f"v1/experiments/{segment(experiment_id)}", ExperimentReport)

    def stop_experiment(self, experiment_id: str) -> Experiment:
        """End it without a decision; one that has ended stays as it ended."""
        return self._ask("DELETE", f"v1/experiments/{segment(experiment_id)}", Experiment)
