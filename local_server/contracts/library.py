"""The library of files, and the studio's work on it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from local_server.contracts.base import Id, Name, Problem, Wire
from local_server.contracts.household import Country, LanguageTag
from local_server.contracts.titles import Regions

PathText = Annotated[str, Field(min_length=1, max_length=4096)]
Folders = Annotated[tuple[PathText, ...], Field(min_length=1, max_length=100)]
LibraryName = Annotated[str, Field(min_length=1, max_length=200)]


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


class LibraryKind(StrEnum):
    """What a library's owner says is in it."""

    MOVIES = "movies"
    SERIES = "series"
    HOME_VIDEOS = "home_videos"
    MIXED = "mixed"


class MakeLibrary(Wire):
    """A new library. ``language`` and ``region`` say how names, dates and certificates are meant.

    ``folders`` are absolute paths on the server's machine, or file: URLs of them.
    """

    name: LibraryName
    kind: LibraryKind = LibraryKind.MIXED
    folders: Folders
    language: LanguageTag = "en"
    region: Country | None = None
    watch: bool = True
    regions: Regions = Regions()


class ChangeLibrary(Wire):
    """What is to be otherwise; ``None`` leaves a setting alone."""

    name: LibraryName | None = None
    kind: LibraryKind | None = None
    folders: Folders | None = None
    language: LanguageTag | None = None
    region: Country | None = None
    watch: bool | None = None
    regions: Regions | None = None


class ScanState(StrEnum):
    """Where the scan of a library stands."""

    IDLE = "idle"
    WAITING = "waiting"
    RUNNING = "running"


class ScanProgress(Wire):
    """How far a scan has come. ``folder`` is where it is; ``found`` and ``done`` count files."""

    state: ScanState = ScanState.IDLE
    found: int = 0
    done: int = 0
    folder: str = ""


class LibraryView(Wire):
    """A library. ``problem`` is what ended its last scan, if anything did.

    A ``built_in`` library holds what was added file by file; it has no folders of its own and
    cannot be scanned or removed.
    """

    id: Id
    name: Name
    kind: LibraryKind
    folders: tuple[str, ...] = ()
    language: str = "en"
    region: Country | None = None
    watch: bool = True
    regions: Regions = Regions()
    built_in: bool = False
    titles: int = 0
    refused: int = 0  # files with a problem
    scanned_at: datetime | None = None
    scan: ScanProgress = ScanProgress()
    problem: Problem | None = None


class Libraries(Wire):
    """All libraries, in the order they were made."""

    items: tuple[LibraryView, ...]


class FileProblem(Wire):
    """A file of a library that could not be used, or only in part, and why."""

    path: str
    problem: Problem
    title_id: Id | None = None


class LibraryProblems(Wire):
    """Files of a library with problems, by path, and how many there are in all."""

    items: tuple[FileProblem, ...]
    total: int


class WrittenNfo(Wire):
    """Where what is known of a title was written, and where the file before it is kept."""

    path: str
    backup_path: str | None = None
