"""What names say, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePath

from local_server.services.catalog.naming.kinds import ExtraKind, ReadingKind

UNTITLED = "Untitled"
"""The title of what has no name at all."""

Ids = tuple[tuple[str, str], ...]
"""Provider ("imdb", "tmdb", "tvdb", "anidb"...) and id, each provider once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """How the file was made. Each "" when the name does not tell.

    ``resolution`` as "1080p" or "576i"; ``stereo`` is the layout of a 3D picture ("hsbs", "tab"...)
    or "3d" when the name says no more than that.
    """

    resolution: str = ""
    hdr: str = ""
    source: str = ""
    stereo: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the name of one video file says.

    ``title``, ``year`` and ``ids`` are the film's or the series' (an extra's: its own); an
    episode's own name is ``episode_title``, "" when there is none. ``season`` is 0 for specials
    and None where neither name nor folder tell. ``absolute`` numbers count through the series.
    ``air_date`` is the day of airing or, for a home video, of filming. ``version`` is what tells
    this file from others of the same work, in words for people. ``owner`` is the folder of the
    film, season or series that an extra belongs to, relative as the path was.
    """

    kind: ReadingKind
    title: str
    year: int | None = None
    season: int | None = None
    episodes: tuple[int, ...] = ()
    absolute: tuple[int, ...] = ()
    air_date: date | None = None
    episode_title: str = ""
    part: int | None = None
    version: str = ""
    edition: str = ""
    extra: ExtraKind | None = None
    owner: PurePath | None = None
    ids: Ids = ()
    release: Release = field(default_factory=Release)
