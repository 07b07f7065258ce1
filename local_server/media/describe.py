"""Describes a packaged folder: exact sizes and times of every segment, measured from the files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from abr.media import (
    AdaptationSet,
    AdaptationSetId,
    MediaKind,
    Presentation,
    PresentationId,
    Representation,
    RepresentationId,
)
from local_server.media.boxes import InitSegment, SegmentTimes, read_init, read_segment
from local_server.media.commands import AUDIO_RATE_HZ, PackagedTrack
from local_server.media.grid import Grid


class NotAligned(ValueError):
    """Segments are not where the grid says; the message names the first one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One packaged track: its init segment, and size and start of each segment.

    ``starts_s`` has one entry more than ``segment_bytes``: the end of the last segment.
    """

    init: InitSegment
    init_bytes: int
    segment_bytes: tuple[int, ...]
    starts_s: tuple[Fraction, ...]
    samples: tuple[SegmentTimes, ...]

    @property
    def durations_s(self) -> tuple[Fraction, ...]:
        """Length of each segment."""
        pairs = zip(self.starts_s, self.starts_s[1:], strict=False)
        return tuple(later - sooner for sooner, later in pairs)

    @property
    def average_bps(self) -> int:
        """Mean rate over the whole track."""
        return round(sum(self.segment_bytes) * 8 / self.starts_s[-1])

    @property
    def peak_bps(self) -> int:
        """Highest rate of a segment.

        Segments under half the usual length are left out, as in RFC 8216 section 4.3.4.2: a
        last one of a single picture would claim a rate that no transfer ever needs.
        """
        durations = self.durations_s
        usual = max(durations)
        pairs = zip(self.segment_bytes, durations, strict=True)
        peak = max(size * 8 / length for size, length in pairs if length * 2 >= usual)
        return max(round(peak), self.average_bps)


def measure(folder: Path) -> Measured:
    """Read every segment of a packaged track."""
    init_data = (folder / "init.mp4").read_bytes()
    init = read_init(init_data)
    samples, sizes = [], []
    for number in range(1, sum(1 for _ in folder.glob("*.m4s")) + 1):
        data = (folder / f"{number}.m4s").read_bytes()
        samples.append(read_segment(data, init))
        sizes.append(len(data))
    if not samples:
        raise NotAligned(f"{folder.name} has no segments")
    ticks = [max(0, min(s.presentation) - init.media_offset) for s in samples]
    # Per segment in decoding order the last sample shown is not the last stored.
    end = samples[-1].decode_start + sum(samples[-1].durations)
    first_shift = min(samples[0].presentation) - samples[0].decode_start
    ticks.append(end + first_shift - init.media_offset)
    return Measured(
        init=init,
        init_bytes=len(init_data),
        segment_bytes=tuple(sizes),
        starts_s=tuple(Fraction(tick, init.timescale) for tick in ticks),
        samples=tuple(samples),
    )


def check_on_grid(name: str, measured: Measured, grid: Grid, frames: int) -> None:
    """Raise :class:`NotAligned` unless every frame of the film is there, in its place."""
    expected_frame, scale = 0, measured.init.timescale
    for number, segment in enumerate(measured.samples, start=1):
        shown = sorted(tick - measured.init.media_offset for tick in segment.presentation)
        count = min(grid.segment_frames, frames - expected_frame)
        wanted = [Fraction(expected_frame + i) / grid.rate * scale for i in range(max(count, 0))]
        if shown != wanted:
            raise NotAligned(
                f"{name} segment {number}: {len(shown)} frames from tick {shown[:1]}, "
                f"expected {count} from frame {expected_frame}"
            )
        expected_frame += count
    if expected_frame != frames:
        raise NotAligned(f"{name} holds {expected_frame} of {frames} frames")


def video_set(measured: Sequence[tuple[RepresentationId, Measured]], grid: Grid) -> AdaptationSet:
    """The ladder, ascending. All members have the same segment times."""
    return AdaptationSet(
        id=AdaptationSetId("video"),
        kind=MediaKind.VIDEO,
        default=True,
        frame_rate=grid.rate,
        segment_durations_s=_floats(measured[0][1].durations_s),
        representations=tuple(_representation(str(name), m) for name, m in measured),
    )


def audio_set(track: PackagedTrack, measured: Measured) -> AdaptationSet:
    """One language of sound."""
    return AdaptationSet(
        id=AdaptationSetId(track.name),
        kind=MediaKind.AUDIO,
        language=track.language,
        label=track.label,
        default=track.default,
        segment_durations_s=_floats(measured.durations_s),
        representations=(
            _representation(track.name, measured, channels=2, sample_rate_hz=AUDIO_RATE_HZ),
        ),
    )


def subtitle_set(track: PackagedTrack, size_bytes: int, duration_s: Fraction) -> AdaptationSet:
    """One language of subtitles: a single file for the whole film."""
    rate_bps = max(1, round(size_bytes * 8 / duration_s))
    return AdaptationSet(
        id=AdaptationSetId(track.name),
        kind=MediaKind.SUBTITLE,
        language=track.language,
        label=track.label,
        default=track.default,
        segment_durations_s=(float(duration_s),),
        representations=(
            Representation(
                id=RepresentationId(track.name),
                codecs="wvtt",
                bandwidth_bps=rate_bps,
                average_bandwidth_bps=rate_bps,
                segment_path=f"{track.name}.vtt",
                segment_bytes=(size_bytes,),
            ),
        ),
    )


def presentation(
    presentation_id: PresentationId, duration_s: Fraction, sets: Sequence[AdaptationSet]
) -> Presentation:
    """The whole, as the manifest states it."""
    return Presentation(
        id=presentation_id, duration_s=float(duration_s), adaptation_sets=tuple(sets)
    )


def _representation(
    name: str, measured: Measured, *, channels: int = 0, sample_rate_hz: int = 0
) -> Representation:
    return Representation(
        id=RepresentationId(name),
        codecs=measured.init.codecs,
        bandwidth_bps=measured.peak_bps,
        average_bandwidth_bps=measured.average_bps,
        init_path=f"{name}/init.mp4",
        init_bytes=measured.init_bytes,
        segment_path=f"{name}/$Number$.m4s",
        segment_bytes=measured.segment_bytes,
        width_px=measured.init.width_px,
        height_px=measured.init.height_px,
        channels=channels,
        sample_rate_hz=sample_rate_hz,
    )


def _floats(values: Sequence[Fraction]) -> tuple[float, ...]:
    return tuple(float(value) for value in values)
