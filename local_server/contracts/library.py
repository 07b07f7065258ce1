"""The library of files, and the studio's work on it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from local_server.contracts.base import Id, Name, Problem, Wire


class AddPaths(Wire):
    """Files or folders on the server's machine to take into the library."""

    paths: tuple[Annotated[str, Field(max_length=4096)], ...] = Field(max_length=1000)


class AddedPath(Wire):
    """What became of one file: the title it makes, or the ``problem`` with it.

    Both are set when the library has the film already.
    """

    path: str
    title_id: Id | None = None
    problem: Problem | None = None


class AddedPaths(Wire):
    """What became of every file found under the paths of an :class:`AddPaths`, in order."""

    results: tuple[AddedPath, ...]


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(Wire):
    """Work of the studio. ``stage`` is a word for a person, ``progress`` 0 to 1."""

    id: Id
    title_id: Id
    title_name: Name
    state: JobState
    stage: str = ""
    progress: float = 0.0
    problem: Problem | None = None
    created_at: datetime
    finished_at: datetime | None = None


class Jobs(Wire):
    """The studio's jobs, newest first."""

    items: tuple[Job, ...]
