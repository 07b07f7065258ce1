"""Playing a title, and what becomes of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from local_server.contracts.base import Id, Instant, Seconds, Wire
from local_server.contracts.household import LanguageTag
from local_server.contracts.plans import Entitlements
from local_server.contracts.titles import ResumePoint, TitleSummary


class StartPlayback(Wire):
    """Ask to play a title."""

    title_id: Id
    profile_id: Id
    device_id: Id
    private: bool = False  # leaves no trace


class SubtitlesMode(StrEnum):
    """When subtitles are shown."""

    OFF = "off"
    FORCED = "forced"  # only what is spoken in another language than the film's
    ALWAYS = "always"


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
    audio_language: LanguageTag | None = None  # preferred; None: whatever the film begins with
    subtitle_language: LanguageTag | None = None
    subtitles_mode: SubtitlesMode | None = None


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


class ContinueKind(StrEnum):
    """Why a title is one to go on with."""

    RESUME = "resume"  # begun and not finished
    NEXT = "next"  # follows what was finished


class ContinueItem(Wire):
    """A title a profile would go on with. ``at``: when it was last watched, or became next."""

    title_id: Id
    kind: ContinueKind
    series_id: Id | None = None
    after_title_id: Id | None = None  # the finished one it follows
    resume: ResumePoint | None = None
    at: datetime


class Thumb(StrEnum):
    """What a profile thinks of a title."""

    DOWN = "down"
    UP = "up"
    LOVE = "love"


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
    at: Instant


class WatchEvents(Wire):
    """A batch of watch events, oldest first."""

    events: tuple[WatchEvent, ...] = Field(max_length=500)
