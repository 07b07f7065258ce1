"""What a screen sees of a playback: one frozen value, delivered whenever something changed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from abr.context import ThroughputEstimate
from abr.decision import Decision
from abr.media import AdaptationSetId, Representation, RepresentationId
from abr.profiles import QualityProfileId
from player.errors import PlayerError


class PlayerState(StrEnum):
    """Where a playback stands."""

    IDLE = "idle"
    OPENING = "opening"  # asked to play, no picture yet
    PLAYING = "playing"
    PAUSED = "paused"
    SEEKING = "seeking"  # the picture of the new position is on its way
    REBUFFERING = "rebuffering"  # the buffer ran dry
    ENDED = "ended"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayerProblem:
    """What a person is told when playback fails or waits."""

    code: str
    title: str
    detail: str
    hint: str


def problem_of(error: PlayerError) -> PlayerProblem:
    """An error as a person is told."""
    return PlayerProblem(code=error.code, title=error.title, detail=error.detail, hint=error.hint)


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """An audio or subtitle adaptation set to choose from."""

    id: AdaptationSetId
    language: str  # BCP 47
    label: str
    channels: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelinePoint:
    """One moment of the playback, for the live chart: one a second."""

    at_s: float  # since the playback began
    segment_index: int  # the one on screen
    throughput_bps: float  # of the last transfer; 0: nothing came over the network yet
    estimate: ThroughputEstimate | None
    buffer_level_s: float
    bandwidth_bps: int  # mean rate of the representation on screen
    height_px: int
    stalled: bool = False  # the picture stands: the buffer ran dry
    given_up: bool = False  # since the moment before, a transfer was
    replaced: bool = False  # since the moment before, buffered film was asked for again


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The whole visible state of a playback session."""

    state: PlayerState = PlayerState.IDLE
    title_id: str = ""
    name: str = ""
    position_s: float = 0.0
    duration_s: float = 0.0
    buffered_s: tuple[tuple[float, float], ...] = ()  # ranges of film held on this machine
    buffer_level_s: float = 0.0
    paused: bool = False
    speed: float = 1.0
    volume_percent: float = 100.0
    muted: bool = False
    audio_tracks: tuple[Track, ...] = ()
    audio: AdaptationSetId | None = None
    subtitle_tracks: tuple[Track, ...] = ()
    subtitle: AdaptationSetId | None = None
    ladder: tuple[Representation, ...] = ()  # ascending
    allowed: tuple[RepresentationId, ...] = ()  # what the plan leaves of it
    fixed: RepresentationId | None = None  # None: Auto
    profile: QualityProfileId = QualityProfileId.BALANCED  # what Auto goes by
    shown: Representation | None = None  # what the picture on screen was encoded as
    decision: Decision | None = None  # the last one taken
    estimate: ThroughputEstimate | None = None
    dropped_frames: int = 0
    rebuffers: int = 0
    startup_s: float | None = None
    waiting: PlayerProblem | None = None  # the network is away; playback goes on while it can
    problem: PlayerProblem | None = None  # with FAILED
    timeline: tuple[TimelinePoint, ...] = ()
