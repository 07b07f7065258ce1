"""Looks into a film file with PyAV: ``python -m local_server.media.probe_child FILE`` prints JSON.

Runs as a child of the studio (:mod:`local_server.media.probe`), because a hostile file may
hang or crash a demuxer; there it may do so without harm. Nothing is trusted from the file's name.
"""

from __future__ import annotations

import itertools
import json
import os
import statistics
import sys
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.error
import av.logging
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition, Stream
from av.subtitles.stream import SubtitleStream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from local_server.media import languages
from local_server.media.commands import SEEK_MARGIN_S
from local_server.media.errors import ProblemCode
from local_server.media.grid import Grid, standard_rate
from local_server.media.source import (
    FORMATS,
    PROTOCOLS,
    AudioTrack,
    SourceInfo,
    SubtitleTrack,
    VideoTrack,
    file_url,
    to_json,
)

# A household speaks a few languages; more tracks would cost hours of encoding for nobody.
MAX_AUDIO_TRACKS = 8
MAX_SUBTITLE_TRACKS = 16
MAX_SIDE_PX = 8192
MIN_SIDE_PX = 16
_TEXT_CODECS = frozenset({"subrip", "ass", "ssa", "webvtt", "mov_text", "text", "srt"})
_HDR_TRANSFERS = frozenset({16, 18})  # PQ and HLG, ITU-T H.273 table 3
_MATRICES = {1: "bt709", 5: "bt601", 6: "bt601", 7: "smpte240m", 9: "bt2020", 10: "bt2020"}
# Their clocks may jump, and they have no index: copied into Matroska, they have neither fault.
_BROADCAST_FORMATS = frozenset({"mpegts", "mpeg"})
_RATE_SAMPLE_PACKETS = 600
_FIRST_FRAMES = 5
_MAX_SEEK_CHECKS = 400


class NotUsable(Exception):
    """The file opened but holds no film we can prepare."""

    def __init__(self, code: ProblemCode, detail: str = "") -> None:
        super().__init__(detail)
        self.code = code


def look_into(path: Path) -> SourceInfo:
    """What ``path`` holds; raises :class:`NotUsable`, ``OSError`` or PyAV's own errors."""
    status = path.stat()
    with av.open(
        file_url(path),
        options={"protocol_whitelist": PROTOCOLS, "format_whitelist": FORMATS},
    ) as container:
        stream = _main_video(container)
        duration_s = _duration_s(container, stream)
        beginning = _read_beginning(container, stream)
        video = _video_track(stream, beginning.frames, _rate(stream, beginning.times))
        return SourceInfo(
            format=container.format.name,
            size_bytes=status.st_size,
            modified_ns=status.st_mtime_ns,
            duration_s=duration_s,
            seekable=_seeks_well(container, stream, video, duration_s),
            video=video,
            audio=_audio_tracks(container),
            subtitles=_subtitle_tracks(container),
        )


def _main_video(container: InputContainer) -> VideoStream:
    """The largest moving picture: cover art and thumbnails are pictures too, but attached."""
    still = Disposition.attached_pic | Disposition.still_image | Disposition.timed_thumbnails
    candidates = [s for s in container.streams.video if not s.disposition & still]
    if not candidates:
        raise NotUsable(ProblemCode.NO_VIDEO)
    if not any(s.codec_context for s in candidates):
        raise NotUsable(ProblemCode.UNSUPPORTED, "no decoder for its video")
    return max(
        (s for s in candidates if s.codec_context),
        key=lambda s: (bool(s.disposition & Disposition.default), s.width * s.height, -s.index),
    )


def _duration_s(container: InputContainer, stream: VideoStream) -> float:
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return container.duration / av.time_base if container.duration else 0.0


@dataclass(frozen=True, slots=True)
class _Beginning:
    """The first pictures of a film, and when its first packets are shown, in stream ticks."""

    frames: list[VideoFrame]
    times: list[int]


def _read_beginning(container: InputContainer, stream: VideoStream) -> _Beginning:
    """Read from the very start, once: seeking back there is what some formats cannot do."""
    frames: list[VideoFrame] = []
    times: list[int] = []
    for packet in itertools.islice(container.demux(stream), _RATE_SAMPLE_PACKETS):
        if packet.pts is not None:
            times.append(packet.pts)
        if len(frames) >= _FIRST_FRAMES:
            continue
        try:
            frames.extend(packet.decode())
        except av.error.InvalidDataError:
            continue  # a film may begin in mid-broadcast, with pictures whose references are gone
    if not frames:
        raise NotUsable(ProblemCode.DAMAGED, "no picture could be decoded")
    return _Beginning(frames, sorted(times))


def _rate(stream: VideoStream, times: list[int]) -> Fraction:
    """A standard rate. The average when it is one; else what most frames are apart.

    Phones vary the rate with the light: the usual distance is a better guide than the mean.
    """
    average = stream.average_rate
    if average and average > 0:
        nearest = standard_rate(average)
        if abs(1 - average / nearest) < Fraction(2, 1000):
            return nearest
    guess = _usual_rate(stream, times) or average or stream.base_rate
    if not guess or guess <= 0:
        raise NotUsable(ProblemCode.NOT_MEDIA, "its video has no frame rate")
    return standard_rate(Fraction(guess))


def _usual_rate(stream: VideoStream, times: list[int]) -> Fraction | None:
    steps = [later - sooner for sooner, later in itertools.pairwise(times) if later > sooner]
    if len(steps) < 2 or not stream.time_base:
        return None
    return 1 / (Fraction(statistics.median(steps)) * stream.time_base)


def _video_track(stream: VideoStream, frames: list[VideoFrame], rate: Fraction) -> VideoTrack:
    frame = frames[0]
    pixel = stream.sample_aspect_ratio or Fraction(1)
    if not Fraction(1, 8) < pixel < 8:
        pixel = Fraction(1)  # nonsense in the header; square is the better guess
    width_px, height_px = round(frame.width * pixel), frame.height
    if frame.rotation % 180:
        width_px, height_px = height_px, width_px
    if max(width_px, height_px) > MAX_SIDE_PX or min(width_px, height_px) < MIN_SIDE_PX:
        raise NotUsable(ProblemCode.UNSUPPORTED, f"pictures of {width_px}x{height_px}")
    return VideoTrack(
        index=stream.index,
        codec=stream.codec_context.name,
        width_px=width_px,
        height_px=height_px,
        rate=rate,
        start_s=float(frame.time or 0.0),
        interlaced=any(f.interlaced_frame for f in frames),
        wide_gamut=int(frame.color_trc) in _HDR_TRANSFERS,
        # Files that do not say follow the size, as televisions do.
        matrix=_MATRICES.get(int(frame.colorspace), "bt709" if frame.height >= 720 else "bt601"),
    )


def _seeks_well(
    container: InputContainer, stream: VideoStream, video: VideoTrack, duration_s: float
) -> bool:
    """Whether every chunk's seek lands where decoding can begin in time (reads packets only)."""
    if container.format.name in _BROADCAST_FORMATS:
        return False
    step_s = float(Grid(rate=video.rate).chunk_s)
    count = min(int(duration_s / step_s), _MAX_SEEK_CHECKS)
    for chunk in range(1, count + 1):
        target_s = video.start_s + chunk * step_s - SEEK_MARGIN_S
        if not _seek_works(container, stream, target_s):
            return False
    return True


def _seek_works(container: InputContainer, stream: VideoStream, target_s: float) -> bool:
    """Whether a seek finds a picture that needs no other before film that is wanted comes."""
    latest_s = target_s + SEEK_MARGIN_S / 2
    try:
        container.seek(int(target_s * av.time_base), backward=True)
        for packet in container.demux(stream):
            time = packet.pts if packet.pts is not None else packet.dts
            if time is None or float(time * packet.time_base) > latest_s:
                return False
            if packet.is_keyframe:
                return True
    except av.error.FFmpegError:
        return False
    return False


def _audio_tracks(container: InputContainer) -> tuple[AudioTrack, ...]:
    usable = [s for s in container.streams.audio if _decodable(s)]
    chosen = _default_first(usable)[:MAX_AUDIO_TRACKS]
    return tuple(_audio_track(s, default=s is chosen[0]) for s in sorted(chosen, key=_index))


def _decodable(stream: AudioStream) -> bool:
    context = stream.codec_context
    return bool(context) and context.channels > 0 and context.sample_rate > 0


def _audio_track(stream: AudioStream, *, default: bool) -> AudioTrack:
    return AudioTrack(
        index=stream.index,
        codec=stream.codec_context.name,
        channels=stream.codec_context.channels,
        language=languages.normalise(stream.language),
        label=_label(stream),
        default=default,
    )


def _subtitle_tracks(container: InputContainer) -> tuple[SubtitleTrack, ...]:
    usable = [s for s in container.streams.subtitles if _codec_name(s) in _TEXT_CODECS]
    chosen = _default_first(usable)[:MAX_SUBTITLE_TRACKS]
    return tuple(_subtitle_track(s) for s in sorted(chosen, key=_index))


def _codec_name(stream: SubtitleStream) -> str:
    return stream.codec_context.name if stream.codec_context else ""


def _subtitle_track(stream: SubtitleStream) -> SubtitleTrack:
    return SubtitleTrack(
        index=stream.index,
        codec=_codec_name(stream),
        language=languages.normalise(stream.language),
        label=_label(stream),
        default=bool(stream.disposition & Disposition.default),
        forced=bool(stream.disposition & Disposition.forced),
    )


def _default_first(streams: list[Any]) -> list[Any]:
    return sorted(streams, key=lambda s: (not s.disposition & Disposition.default, s.index))


def _index(stream: Stream) -> int:
    return stream.index


def _label(stream: Stream) -> str:
    text = stream.metadata.get("title", "") or stream.metadata.get("handler_name", "")
    boring = text.endswith("Handler") or text.startswith("ISO Media")
    return "" if boring else " ".join(text.split())[:80]


def main(arguments: list[str]) -> int:
    """Print what the file holds, or ``{"problem": ..., "detail": ...}`` with exit code 2."""
    av.logging.set_level(None)
    document: dict[str, Any]
    try:
        document = {"source": to_json(look_into(Path(arguments[0])))}
    except NotUsable as error:
        document = {"problem": error.code, "detail": str(error)}
    except (PermissionError, IsADirectoryError) as error:
        document = {"problem": ProblemCode.UNREADABLE, "detail": type(error).__name__}
    except FileNotFoundError:
        document = {"problem": ProblemCode.NOT_FOUND, "detail": ""}
    except OSError as error:
        document = {"problem": ProblemCode.UNREADABLE, "detail": os.strerror(error.errno or 0)}
    except (av.error.FFmpegError, ValueError) as error:
        document = {"problem": ProblemCode.NOT_MEDIA, "detail": type(error).__name__}
    sys.stdout.write(json.dumps(document))
    return 0 if "source" in document else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
