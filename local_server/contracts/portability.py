"""A profile as a document: everything it watched, rated and chose, to keep or to take elsewhere.

``docs/profile-export.md`` describes it for authors of other programs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Base64Bytes, Field, JsonValue, StringConstraints

from local_server.contracts.base import Id, Instant, Name, Seconds, Wire
from local_server.contracts.playback import Thumb, WatchKind
from local_server.contracts.profiles import ProfileSettings
from local_server.contracts.titles import TitleKind
from local_server.contracts.viewing import Languages

PROFILE_FORMAT: Literal["matinee-profile"] = "matinee-profile"
PROFILE_VERSION: Literal[1] = 1
IMPORT_MAX_BYTES = 64 * 1024 * 1024  # some years of watching every evening
EVENTS_MAX = 1_000_000
TITLES_MAX = 200_000

_Number = Annotated[int, Field(ge=0, le=100_000)]
ExternalIds = Annotated[
    Mapping[
        Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")],
        Annotated[str, StringConstraints(min_length=1, max_length=256)],
    ],
    Field(max_length=32),
]


class PortableTitle(Wire):
    """Which title is meant, in words that another server understands.

    ``external_ids`` by source: ``imdb``, ``tmdb``, ``tvdb`` and others; an episode's series has
    its own.
    """

    kind: TitleKind
    name: Name = ""
    year: _Number | None = None
    external_ids: ExternalIds = Field(default_factory=dict)
    series: Name | None = None
    series_year: _Number | None = None
    series_external_ids: ExternalIds = Field(default_factory=dict)
    season: _Number | None = None
    episode: _Number | None = None


class PortableEvent(Wire):
    """A watch event. ``at`` is the device's clock, ``received_at`` the server's.

    The first event of a session may tell when that began, by the server's clock.
    """

    id: Id
    session_id: Id
    kind: WatchKind
    position_s: Seconds
    duration_s: Seconds
    at: Instant
    received_at: Instant | None = None
    session_started_at: Instant | None = None


class PortableMark(Wire):
    """The profile said that it watched the title, or not."""

    id: Id
    watched: bool
    at: Instant


class PortableResume(Wire):
    """Where the profile stands; ``event_id`` is the event or mark that says so."""

    position_s: Seconds
    duration_s: Seconds
    finished: bool
    watched_at: Instant
    event_id: Id


class PortableRating(Wire):
    """What the profile thinks of the title."""

    thumb: Thumb
    at: Instant


class PortableListing(Wire):
    """The title's place on the watchlist, 0 first."""

    place: _Number
    added_at: Instant


class PortableHidden(Wire):
    """The title is kept out of what the profile goes on with."""

    hidden_at: Instant
    until: Instant | None = None


class PortableLanguages(Wire):
    """Preferred languages since ``at``."""

    languages: Languages
    at: Instant


class TitleParts(Wire):
    """Everything a profile has to do with one title. ``not_interested``: it said so."""

    events: tuple[PortableEvent, ...] = Field(default=(), max_length=EVENTS_MAX)
    mark: PortableMark | None = None
    resume: PortableResume | None = None
    rating: PortableRating | None = None
    listing: PortableListing | None = None
    hidden: PortableHidden | None = None
    languages: PortableLanguages | None = None
    not_interested: bool = False


class PortableEntry(TitleParts):
    """A title and everything a profile has to do with it."""

    title: PortableTitle


class TitleState(TitleParts):
    """Everything a profile has to do with a title of this library."""

    title_id: Id


class ProfileState(Wire):
    """What playback keeps of a profile: of titles here, and of those it waits for."""

    languages: PortableLanguages | None = None
    titles: tuple[TitleState, ...] = ()
    unmatched: tuple[PortableEntry, ...] = ()


class ProfileDocument(Wire):
    """A whole profile. ``source`` is the program it came from; ``settings`` never hold a PIN."""

    format: Literal["matinee-profile"] = PROFILE_FORMAT
    version: Literal[1] = PROFILE_VERSION
    source: Name = "matinee"
    exported_at: Instant
    profile: Mapping[str, JsonValue] = Field(default_factory=dict)
    languages: PortableLanguages | None = None
    titles: tuple[PortableEntry, ...] = Field(default=(), max_length=TITLES_MAX)
    settings: ProfileSettings | None = None


class ImportFile(Wire):
    """A file of any of the kinds that can be taken in, and its name.

    ``settings``: those of the file take the place of the profile's own.
    """

    name: Name = ""
    data: Annotated[Base64Bytes, Field(max_length=IMPORT_MAX_BYTES)]
    settings: bool = False


class NotMatched(Wire):
    """A title of an imported file that is not in the library, and why."""

    title: PortableTitle
    reason: Name


class ImportReport(Wire):
    """What became of an imported file.

    ``changes`` counts what was new: 0 when the same file comes again. What was not matched is
    kept and applied when its title arrives; ``not_matched`` names the first of them. ``settings``:
    the file had some, and the profile has them now.
    """

    source: Name
    matched: int
    unmatched: int
    changes: int
    not_matched: tuple[NotMatched, ...] = ()
    skipped: tuple[Name, ...] = ()  # what the file holds that has no place here
    settings: bool = False


class WaitingTitle(Wire):
    """A title something was imported for that was not in the library."""

    profile_id: Id
    key: Id
    title: PortableTitle
    not_interested: bool = False
