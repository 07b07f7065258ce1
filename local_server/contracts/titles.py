"""Titles of the library as clients see them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from local_server.contracts.base import Id, Name, Problem, Seconds, Wire


class TitleKind(StrEnum):
    """What a title is."""

    MOVIE = "movie"
    SERIES = "series"
    EPISODE = "episode"
    VIDEO = "video"  # a home video
    # Those below stand under another title, their parent, and in no list of their own.
    EDITION = "edition"  # another cut or copy of the parent
    PART = "part"  # what follows the parent when a film comes in several files
    EXTRA = "extra"  # a trailer, an interview and the like


class Availability(StrEnum):
    """Whether a title can be played."""

    READY = "ready"
    PREPARING = "preparing"  # its ladder is being made
    FAILED = "failed"  # its file could not be used; ``problem`` says why
    MISSING = "missing"  # its file is gone; everything known of it is kept


class ResumePoint(Wire):
    """Where a profile stopped. ``finished`` once it counts as watched.

    ``position_s`` is 0 where playing begins anew: too little was seen, or the film is too short.
    """

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
    parent_id: Id | None = None
    label: Name = ""  # which edition, part or extra it is, in words
    certificate: Name = ""  # as its country writes it, "PG-13"
    min_age: int | None = None  # what the certificate means, years; None when it carries none
    rating: float | None = None  # of critics or a community, 0 to 10
    genres: tuple[Name, ...] = ()
    reason: str = ""  # why this viewer is shown it here; empty where everything is listed


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


class TitleFacts(Wire):
    """What other services know of a title: enough to compare, order and filter it."""

    id: Id
    kind: TitleKind
    name: Name
    year: int | None = None
    series_id: Id | None = None
    parent_id: Id | None = None
    season: int | None = None
    episode: int | None = None
    genres: tuple[Name, ...] = ()
    people: tuple[Name, ...] = ()
    studios: tuple[Name, ...] = ()
    tags: tuple[Name, ...] = ()
    language: str = ""
    synopsis: str = ""
    min_age: int | None = None
    duration_s: float = 0.0
    added_at: datetime
    available: bool = True  # can be played now
