"""The media model shared by everything that streams: a presentation and its segments.

Terms follow MPEG-DASH (ISO/IEC 23009-1): a *presentation* holds *adaptation sets* (one video
ladder, one per audio language, one per subtitle language), each holding *representations* that
are cut into aligned *segments*.
"""

from __future__ import annotations

import bisect
import itertools
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import NewType

PresentationId = NewType("PresentationId", str)
AdaptationSetId = NewType("AdaptationSetId", str)
RepresentationId = NewType("RepresentationId", str)


class MediaKind(StrEnum):
    """What an adaptation set carries."""

    VIDEO = "video"
    AUDIO = "audio"
    SUBTITLE = "subtitle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Representation:
    """One encoding of an adaptation set.

    ``segment_bytes[n]`` is the exact size on the wire of segment ``n``; ``bandwidth_bps`` is the
    declared peak, ``average_bandwidth_bps`` the mean. ``segment_vmaf`` is empty when unknown.
    Paths are relative to the manifest; ``$Number$`` in ``segment_path`` counts from 1.
    A subtitle representation is one file: ``segment_path`` names it and it has no init segment.
    """

    id: RepresentationId
    codecs: str
    bandwidth_bps: int
    average_bandwidth_bps: int
    init_path: str = ""
    init_bytes: int = 0
    segment_path: str
    segment_bytes: tuple[int, ...]
    segment_vmaf: tuple[float, ...] = ()
    width_px: int = 0
    height_px: int = 0
    channels: int = 0
    sample_rate_hz: int = 0

    def path_of(self, index: int) -> str:
        """Path of segment ``index`` (from 0), relative to the manifest."""
        return self.segment_path.replace("$Number$", str(index + 1))


@dataclass(frozen=True, kw_only=True)
class AdaptationSet:
    """Representations that can replace each other at every segment boundary.

    ``representations`` ascend in bandwidth; all share ``segment_durations_s``.
    """

    id: AdaptationSetId
    kind: MediaKind
    language: str = "und"  # BCP 47
    label: str = ""
    default: bool = False
    frame_rate: Fraction = Fraction(0)
    segment_durations_s: tuple[float, ...]
    representations: tuple[Representation, ...]

    @cached_property
    def segment_starts_s(self) -> tuple[float, ...]:
        """Start of every segment, and as a last entry the end of the last one."""
        return tuple(itertools.accumulate(self.segment_durations_s, initial=0.0))

    @property
    def duration_s(self) -> float:
        """Length of the whole set."""
        return self.segment_starts_s[-1]

    def segment_at(self, position_s: float) -> int:
        """Index of the segment that holds ``position_s``, clamped to the film."""
        last = len(self.segment_durations_s) - 1
        # Half a millisecond of grace: positions come back from players rounded to the microsecond.
        return max(0, min(last, bisect.bisect_right(self.segment_starts_s, position_s + 5e-4) - 1))

    def representation(self, representation_id: RepresentationId) -> Representation:
        """The representation of that id; ``KeyError`` when there is none."""
        for candidate in self.representations:
            if candidate.id == representation_id:
                return candidate
        raise KeyError(representation_id)


@dataclass(frozen=True, kw_only=True)
class Presentation:
    """One playable edition of a title."""

    id: PresentationId
    duration_s: float
    adaptation_sets: tuple[AdaptationSet, ...]

    def of_kind(self, kind: MediaKind) -> tuple[AdaptationSet, ...]:
        """The adaptation sets of one kind, in the manifest's order."""
        return tuple(entry for entry in self.adaptation_sets if entry.kind is kind)

    @property
    def video(self) -> AdaptationSet | None:
        """The video ladder; ``None`` for sound alone."""
        return next(iter(self.of_kind(MediaKind.VIDEO)), None)

    @property
    def default_audio(self) -> AdaptationSet | None:
        """The sound to begin with: the one its maker marked, else the first; ``None``: silent."""
        sets = self.of_kind(MediaKind.AUDIO)
        return next((entry for entry in sets if entry.default), next(iter(sets), None))

    def adaptation_set(self, set_id: AdaptationSetId) -> AdaptationSet:
        """The set of that id; ``KeyError`` when there is none."""
        for candidate in self.adaptation_sets:
            if candidate.id == set_id:
                return candidate
        raise KeyError(set_id)
