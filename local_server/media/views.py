"""What goes into the studio and what comes out: requests, job views, events. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NewType

from local_server.contracts import JobState, Problem
from local_server.media.generated import RecipeId
from local_server.media.results import StudioResult

JobId = NewType("JobId", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class StudioRequest:
    """Prepare ``source`` (a file, or a recipe the studio knows) for ``title_id``.

    The higher ``priority``, the sooner; equal ones go in the order they came.
    """

    title_id: str
    name: str
    source: Path | RecipeId
    priority: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class JobView:
    """A job as lists show it. ``stage`` is a word for a person, ``progress`` 0 to 1."""

    id: JobId
    title_id: str
    name: str
    source: Path | RecipeId
    priority: int
    state: JobState
    stage: str
    progress: float
    problem: Problem | None
    presentation_id: str
    created_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StudioProgress:
    """A job has come further."""

    job_id: JobId
    title_id: str
    stage: str
    progress: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StudioReady:
    """A presentation is complete and in its place."""

    job_id: JobId
    title_id: str
    result: StudioResult


@dataclass(frozen=True, slots=True, kw_only=True)
class StudioFailed:
    """A film cannot be prepared."""

    job_id: JobId
    title_id: str
    problem: Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class StudioCancelled:
    """A job was taken back."""

    job_id: JobId
    title_id: str


StudioEvent = StudioProgress | StudioReady | StudioFailed | StudioCancelled
