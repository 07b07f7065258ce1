"""What a profile watched, wants to watch and thinks of it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from local_server.contracts.base import Id, Instant, Seconds, Wire
from local_server.contracts.household import LanguageTag
from local_server.contracts.playback import ContinueItem, SubtitlesMode, Thumb
from local_server.contracts.titles import TitleSummary

LIST_MAX = 1000  # titles in one list of a profile

Season = Annotated[int, Field(ge=0, le=100_000)]


class MarkWatched(Wire):
    """Say that a title was watched or not: a film, an episode, a series, one ``season`` of it."""

    title_id: Id
    season: Season | None = None
    watched: bool


class Continuing(Wire):
    """What a profile would go on with, newest first; ``titles`` are those of the items."""

    items: tuple[ContinueItem, ...]
    titles: tuple[TitleSummary, ...] = ()


class HideTitle(Wire):
    """Keep a title out of what a profile would go on with.

    ``until`` a moment, else for good; ``snooze`` means a week from now.
    """

    until: Instant | None = None
    snooze: bool = False


class HiddenTitle(Wire):
    """A film or series that is kept out; ``until`` is ``None`` for good."""

    title_id: Id
    hidden_at: datetime
    until: datetime | None = None


class HiddenTitles(Wire):
    """Newest first; ``titles`` are those of the items."""

    items: tuple[HiddenTitle, ...]
    titles: tuple[TitleSummary, ...] = ()


class WatchlistItem(Wire):
    """A title a profile wants to watch."""

    title_id: Id
    added_at: datetime


class Watchlist(Wire):
    """In the profile's own order; ``titles`` are those of the items."""

    items: tuple[WatchlistItem, ...]
    titles: tuple[TitleSummary, ...] = ()


class ArrangeWatchlist(Wire):
    """The order wanted. What is not on the list is passed over; what is not named comes after."""

    title_ids: tuple[Id, ...] = Field(max_length=LIST_MAX)


class RateTitle(Wire):
    """A profile's opinion."""

    thumb: Thumb


class Rating(Wire):
    """What a profile thinks of a title, since ``at``."""

    title_id: Id
    thumb: Thumb
    at: datetime


class Ratings(Wire):
    """A profile's opinions, newest first; ``titles`` are those of the items."""

    items: tuple[Rating, ...]
    total: int
    titles: tuple[TitleSummary, ...] = ()


class HistoryEntry(Wire):
    """One sitting: a title played in one session.

    ``played_s`` is the wall time in which it played; ``position_s`` where it stopped;
    ``finished`` whether the end was reached.
    """

    id: Id
    title_id: Id
    started_at: datetime
    ended_at: datetime
    played_s: Seconds
    position_s: Seconds
    duration_s: Seconds
    finished: bool


class HistoryPage(Wire):
    """A page of a profile's history, newest first; ``titles`` are those of the items."""

    items: tuple[HistoryEntry, ...]
    total: int
    titles: tuple[TitleSummary, ...] = ()


class Languages(Wire):
    """Preferred languages; ``None`` means no preference."""

    audio_language: LanguageTag | None = None
    subtitle_language: LanguageTag | None = None
    subtitles_mode: SubtitlesMode | None = None


class WatchedMinutes(Wire):
    """Wall time in which a profile watched, between two moments."""

    minutes: float
