"""Experiments on a database for a test, its clock in the test's hand."""

from __future__ import annotations

import itertools
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

from local_server.contracts.experiments import (
    Arm,
    ExperimentKind,
    ExperimentMetric,
    StartExperiment,
)
from local_server.runtime.database import Database, Durability
from local_server.services.recommendation.experiments.desk import ExperimentDesk, Seen

BEGUN = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)
PROFILES = ("anna", "ben", "carla", "dan")

# More than the house has: a test that needs two experiments at once needs two rows.
ROWS: tuple[str, ...] = (
    "for-you",
    "another-row",
    "new",
    "both",
    "without",
    "trial",
    "one",
    "two",
    "x",
)
ROWS += tuple(f"{letter}{run}" for letter in "ab" for run in range(100))


class TrialHome:
    """A desk, its clock and a stream of plays."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.database = Database(path, service="recommendation", durability=Durability.CRASH)
        self.now = BEGUN
        self._ids = itertools.count()
        self._plays = itertools.count()
        self.desk = ExperimentDesk(
            self.database,
            rankers=("taste", "popular", "content", "newest"),
            rows=ROWS,
            now=lambda: self.now,
            new_id=lambda: f"id{next(self._ids)}",
        )

    def start(self, row: str = "for-you", **changes: object) -> str:
        """An experiment that interleaves, unless changes say otherwise."""
        wish = StartExperiment(name="Taste", arms=(Arm(name="popular"), Arm(name="taste")), row=row)
        return self.desk.start(wish.model_copy(update=changes)).id

    def assign(self, row: str = "for-you") -> str:
        """An experiment by assignment."""
        return self.start(
            row, kind=ExperimentKind.ASSIGNMENT, metric=ExperimentMetric.FINISHED_SHARE
        )

    def play(self, experiment_id: str, arm: str | None, /, **changes: object) -> bool:
        """One play, in a draw of its own."""
        n = next(self._plays)
        self.now += timedelta(minutes=10)
        fields: dict[str, object] = {
            "event_id": f"event{n}",
            "profile_id": PROFILES[n % 4],
            "title_id": f"film{n % 5}",
            "arm": arm,
            "draw_id": f"draw{n}",
            "at": self.now,
        }
        return self.desk.observe(experiment_id, Seen(**{**fields, **changes}))  # type: ignore[arg-type]

    def rows(self, table: str) -> int:
        """Rows of a table."""
        connection = sqlite3.connect(self.path)
        count = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
        connection.close()
        return int(count)
