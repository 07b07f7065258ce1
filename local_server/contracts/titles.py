"""Titles of the library as clients see them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from local_server.contracts.base import Id, Name, Problem, Seconds, Wire
from local_server.contracts.household import Country

Countries = Annotated[tuple[Country, ...], Field(max_length=300)]
Number = Annotated[int, Field(ge=0, le=100_000)]


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


class PersonRole(StrEnum):
    """What a person did for a film."""

    ACTOR = "actor"
    GUEST = "guest"
    DIRECTOR = "director"
    WRITER = "writer"
    PRODUCER = "producer"
    COMPOSER = "composer"
    OTHER = "other"


class Person(Wire):
    """Somebody who took part; ``character`` is whom an actor plays."""

    name: Name
    role: PersonRole = PersonRole.ACTOR
    character: Name = ""
    picture_url: str | None = None


class ExternalId(Wire):
    """What another catalog calls the title, as ``imdb`` and ``tt0083658``."""

    provider: Annotated[str, Field(pattern=r"^[a-z0-9_.-]{1,32}$")]
    id: Annotated[str, Field(min_length=1, max_length=128)]


class SidecarKind(StrEnum):
    """What a file beside a film brings to it."""

    SUBTITLES = "subtitles"
    AUDIO = "audio"


class Sidecar(Wire):
    """Subtitles or a sound track in a file of their own. ``language`` is empty when unknown."""

    kind: SidecarKind
    file_name: Name
    language: str = ""
    label: Name = ""
    forced: bool = False
    default: bool = False
    hearing_impaired: bool = False


class EditableField(StrEnum):
    """What a person may set by hand; a set field is locked against scans until it is given back."""

    NAME = "name"
    SORT_NAME = "sort_name"
    ORIGINAL_NAME = "original_name"
    YEAR = "year"
    SYNOPSIS = "synopsis"
    TAGLINE = "tagline"
    GENRES = "genres"
    TAGS = "tags"
    STUDIOS = "studios"
    PEOPLE = "people"
    CERTIFICATE = "certificate"
    COLLECTIONS = "collections"
    SEASON = "season"
    EPISODE = "episode"
    REGIONS = "regions"
    PARENT = "parent"  # which title it is an edition of, if of any


class Regions(Wire):
    """Where a title may be shown: in the ``allowed`` countries but not in the ``blocked`` ones.

    Nothing ``allowed`` means all of them.
    """

    allowed: Countries = ()
    blocked: Countries = ()


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
    tagline: str = ""
    original_name: Name = ""
    sort_name: Name = ""
    other_names: tuple[Name, ...] = ()
    premiered: date | None = None
    episode_end: int | None = None  # the last one, where one file holds several
    people: tuple[Person, ...] = ()
    studios: tuple[Name, ...] = ()
    tags: tuple[Name, ...] = ()
    collections: tuple[Name, ...] = ()
    ids: tuple[ExternalId, ...] = ()
    editions: tuple[TitleSummary, ...] = ()
    parts: tuple[TitleSummary, ...] = ()
    extras: tuple[TitleSummary, ...] = ()
    sidecars: tuple[Sidecar, ...] = ()
    logo_url: str | None = None
    banner_url: str | None = None
    library_id: Id | None = None
    locked: tuple[EditableField, ...] = ()
    regions: Regions = Regions()
    file_path: str = ""  # where it is on the server's machine
    problems: tuple[Problem, ...] = ()  # with what lies beside the file: it plays all the same


class TitlePage(Wire):
    """A page of titles."""

    items: tuple[TitleSummary, ...]
    total: int


Names = Annotated[tuple[Name, ...], Field(max_length=200)]


class TitleEdit(Wire):
    """What a person sets by hand. ``None`` leaves a field alone; each set field becomes locked.

    ``unlock`` gives fields back to the next scan; ``lock`` keeps them as they are.
    """

    name: Annotated[str, Field(min_length=1, max_length=512)] | None = None
    sort_name: Name | None = None
    original_name: Name | None = None
    year: Annotated[int, Field(ge=1, le=9999)] | None = None
    synopsis: Annotated[str, Field(max_length=10_000)] | None = None
    tagline: Name | None = None
    genres: Names | None = None
    tags: Names | None = None
    studios: Names | None = None
    people: Annotated[tuple[Person, ...], Field(max_length=500)] | None = None
    certificate: Name | None = None
    collections: Names | None = None
    season: Number | None = None
    episode: Number | None = None
    regions: Regions | None = None
    lock: Annotated[tuple[EditableField, ...], Field(max_length=32)] = ()
    unlock: Annotated[tuple[EditableField, ...], Field(max_length=32)] = ()


class MergeTitles(Wire):
    """The title that is to be an edition of another from now on."""

    edition_id: Id


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
