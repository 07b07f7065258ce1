"""Wire types of the edge server's API, version 1: what travels between it and any client.

Fields may be added; a field is never renamed, retyped or removed within ``/v1``. Unknown fields
are ignored, so that an old client reads a new server. Times are UTC, ISO 8601; positions and
durations are seconds.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Name = Annotated[str, Field(max_length=512)]
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False, le=1e7)]


class Wire(BaseModel):
    """Base of all wire types: frozen, unknown fields ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Problem(Wire):
    """The one error shape. ``message`` says what happened, ``hint`` what to do about it."""

    code: str
    message: str
    hint: str = ""
    retryable: bool = False


class TitleKind(StrEnum):
    """What a title is."""

    MOVIE = "movie"
    SERIES = "series"
    EPISODE = "episode"


class Availability(StrEnum):
    """Whether a title can be played."""

    READY = "ready"
    PREPARING = "preparing"  # its ladder is being made
    FAILED = "failed"  # its file could not be used; ``problem`` says why
    MISSING = "missing"  # its file is gone


class ResumePoint(Wire):
    """Where a profile stopped. ``finished`` once the credits are near."""

    position_s: Seconds
    duration_s: Seconds
    finished: bool
    watched_at: datetime


class TitleSummary(Wire):
    """A title as lists show it. URLs are relative to the server's root and carry their own token.

    ``progress`` (0 to 1) is how far preparing has come. For a series, ``duration_s`` is 0.
    """

    id: Id
    kind: TitleKind
    name: Name
    year: int | None = None
    duration_s: Seconds = 0.0
    availability: Availability = Availability.READY
    progress: float = 1.0
    problem: Problem | None = None
    poster_url: str | None = None  # 2:3
    still_url: str | None = None  # 16:9
    average_colour: str = "#1C1C24"  # shown until the picture has arrived
    series_id: Id | None = None
    series_name: Name | None = None
    season: int | None = None
    episode: int | None = None
    resume: ResumePoint | None = None
    attribution: str = ""


class TitleDetail(Wire):
    """Everything about one title."""

    summary: TitleSummary
    synopsis: str = ""
    audio_languages: tuple[str, ...] = ()
    subtitle_languages: tuple[str, ...] = ()
    max_height_px: int = 0
    episodes: tuple[TitleSummary, ...] = ()
    added_at: datetime
    size_bytes: int = 0


class TitlePage(Wire):
    """A page of titles."""

    items: tuple[TitleSummary, ...]
    total: int


class Row(Wire):
    """A row of the home screen and why it is there."""

    id: Id
    name: Name
    reason: str = ""
    items: tuple[TitleSummary, ...]


class Home(Wire):
    """The home screen of a profile."""

    profile_id: Id
    rows: tuple[Row, ...]


class Profile(Wire):
    """A viewer of the household."""

    id: Id
    name: Name
    colour: str = "#7CB8FF"


class Household(Wire):
    """The household this server belongs to."""

    id: Id
    name: Name
    profiles: tuple[Profile, ...]


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


class Entitlements(Wire):
    """What the household's plan allows."""

    plan: Name
    max_height_px: int
    max_streams: int
    downloads: bool


class StartPlayback(Wire):
    """Ask to play a title."""

    title_id: Id
    profile_id: Id
    device_id: Id


class PlaybackGrant(Wire):
    """Leave to play: where the manifest is, where to start, what the plan allows.

    ``media_url`` is the folder all paths of the manifest are relative to; its token lapses at
    ``expires_at``, and asking again gives a new one.
    """

    session_id: Id
    title: TitleSummary
    manifest_url: str
    media_url: str
    resume_s: Seconds
    entitlements: Entitlements
    next_title_id: Id | None = None
    expires_at: datetime
    presentation_id: Id | None = None  # what the manifest is of; a server of before names none


class AskPrefetch(Wire):
    """Ask to read the beginning of a title that nobody asked to see yet."""

    title_id: Id
    profile_id: Id


class PrefetchGrant(Wire):
    """Leave to read the beginning of a title. Takes none of the plan's streams.

    As :class:`PlaybackGrant`; the token in ``media_url`` lapses within minutes.
    """

    title_id: Id
    presentation_id: Id
    manifest_url: str
    media_url: str
    resume_s: Seconds
    entitlements: Entitlements
    expires_at: datetime


class WatchKind(StrEnum):
    """What happened in a playback."""

    START = "start"
    PROGRESS = "progress"
    PAUSE = "pause"
    SEEK = "seek"
    STOP = "stop"
    END = "end"


class WatchEvent(Wire):
    """One thing a viewer did. ``id`` makes delivery idempotent: the same event may come twice."""

    id: Id
    session_id: Id
    profile_id: Id
    title_id: Id
    kind: WatchKind
    position_s: Seconds
    duration_s: Seconds
    at: datetime


class WatchEvents(Wire):
    """A batch of watch events, oldest first."""

    events: tuple[WatchEvent, ...] = Field(max_length=500)


class Health(Wire):
    """State of the server and each service."""

    status: str
    version: str
    services: dict[str, str]
