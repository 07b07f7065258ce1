"""What a film file turned out to hold, as plain values that survive a trip through JSON."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

# Demuxers a film may need. Everything that can name another file (playlists, concat scripts,
# image sequences, devices) stays out: a ".mp4" that is really a playlist must not open.
FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,asf,ogg,"
    "mxf,gxf,nut,rm,wtv,dv,h264,hevc,m4v,av1,obu,ivf,y4m,yuv4mpegpipe"
)
PROTOCOLS = "file"


def file_url(path: Path) -> str:
    """``path`` so that FFmpeg takes it for a file and nothing else, whatever its name."""
    return f"file:{path.absolute()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoTrack:
    """The picture. Sizes are as shown: rotated, pixels square.

    ``rate`` is the standard rate it is brought to; ``start_s`` the time of its first frame on the
    file's own clock, which becomes 0.
    """

    index: int
    codec: str
    width_px: int
    height_px: int
    rate: Fraction
    start_s: float
    interlaced: bool
    wide_gamut: bool
    matrix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioTrack:
    """One sound track."""

    index: int
    codec: str
    channels: int
    language: str
    label: str
    default: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SubtitleTrack:
    """One text subtitle track."""

    index: int
    codec: str
    language: str
    label: str
    default: bool
    forced: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceInfo:
    """A film file. ``duration_s`` is what it claims, 0 when it claims nothing.

    ``seekable`` says whether seeking lands at or before the place asked for, everywhere.
    ``size_bytes`` and ``modified_ns`` identify the version of the file that was looked at.
    """

    format: str
    size_bytes: int
    modified_ns: int
    duration_s: float
    seekable: bool
    video: VideoTrack
    audio: tuple[AudioTrack, ...]
    subtitles: tuple[SubtitleTrack, ...]


def to_json(info: SourceInfo) -> dict[str, Any]:
    """``info`` in JSON's own types; :func:`from_json` reads it back equal."""
    document = dataclasses.asdict(info)
    document["video"]["rate"] = str(info.video.rate)
    return document


def from_json(document: dict[str, Any]) -> SourceInfo:
    """Read what :func:`to_json` wrote; ``KeyError`` or ``TypeError`` for anything else."""
    video = {**document["video"], "rate": Fraction(document["video"]["rate"])}
    return SourceInfo(
        **{
            **document,
            "video": VideoTrack(**video),
            "audio": tuple(AudioTrack(**entry) for entry in document["audio"]),
            "subtitles": tuple(SubtitleTrack(**entry) for entry in document["subtitles"]),
        }
    )
