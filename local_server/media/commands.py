"""Argument lists for FFmpeg and Shaka Packager. Pure: nothing is run here.

Every list names its input as a ``file:`` URL after an allow-list of formats and protocols; no
part of a list is ever joined into a command line. Shaka Packager separates the fields of a stream
by commas, so it only ever sees relative names that we made ourselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from local_server.media import languages
from local_server.media.grid import Grid
from local_server.media.ladder import CRF, Rung
from local_server.media.source import FORMATS, PROTOCOLS, VideoTrack, file_url

AUDIO_RATE_HZ = 48_000
AUDIO_BPS = 128_000
SEEK_MARGIN_S = 3.0  # decoding starts so much before a chunk: references, and slack in the index
_ALLOWED = ["-protocol_whitelist", PROTOCOLS, "-format_whitelist", FORMATS]
# Tone mapping for pictures made for HDR screens (Hable curve, 100 nits for paper white).
_TO_SDR = (
    "zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=hable:desat=0,"
    "zscale=t=bt709:m=bt709:r=tv,format=yuv420p"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """The ``index``-th chunk of a film on its grid."""

    index: int
    grid: Grid

    @property
    def start_s(self) -> Fraction:
        """Where it starts, on the presentation's clock."""
        return self.index * self.grid.chunk_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A film's picture and what it is to become."""

    source: Path
    video: VideoTrack
    grid: Grid
    rungs: tuple[Rung, ...]


def ffmpeg_head(ffmpeg: str) -> list[str]:
    """What every FFmpeg run starts with: no questions, few words, progress on its output."""
    quiet = ["-hide_banner", "-nostdin", "-nostats", "-loglevel", "error", "-y"]
    return [ffmpeg, *quiet, "-progress", "pipe:1", "-stats_period", "0.5"]


def encode_chunk(
    ffmpeg: str, picture: Picture, chunk: Chunk, *, folder: Path, threads: int
) -> list[str]:
    """Decode one chunk once and encode it for every rung, into ``folder/<rung>.mp4``.

    The chunk begins exactly at its first frame: decoding starts earlier, and the rate filter,
    told where the grid starts, drops what comes before and repeats a frame where one is missing.
    ``threads`` are for decoding and change no byte of the result.
    """
    start_s = picture.video.start_s + float(chunk.start_s)
    seek = ["-seek_timestamp", "1", "-noaccurate_seek", "-ss", f"{start_s - SEEK_MARGIN_S:.6f}"]
    argv = [*ffmpeg_head(ffmpeg), "-copyts", *(seek if chunk.index else []), *_ALLOWED]
    argv += ["-threads", str(threads), "-i", file_url(picture.source)]
    argv += ["-filter_complex", _picture_filters(picture, start_s)]
    for rung in picture.rungs:
        argv += ["-map", f"[{rung.id}]", *_x264(rung, chunk.grid)]
        argv += ["-frames:v", str(chunk.grid.chunk_frames), *_plain_mp4(chunk.grid)]
        argv.append(file_url(folder / f"{rung.id}.mp4"))
    return argv


def _picture_filters(picture: Picture, start_s: float) -> str:
    video, rungs, grid = picture.video, picture.rungs, picture.grid
    rate = f"{grid.rate.numerator}/{grid.rate.denominator}"
    steps = ["bwdif=mode=send_frame:deint=interlaced"] if video.interlaced else []
    steps += [f"fps=fps={rate}:start_time={start_s:.6f}:round=near", "setpts=PTS-STARTPTS"]
    steps += [_TO_SDR] if video.wide_gamut else []
    outputs = "".join(f"[in_{rung.id}]" for rung in rungs)
    common = f"[0:{video.index}]{','.join(steps)},split={len(rungs)}{outputs}"
    matrix = "bt709" if video.wide_gamut else video.matrix
    return ";".join([common, *(_scale(rung, matrix) for rung in rungs)])


def _scale(rung: Rung, matrix: str) -> str:
    scale = (
        f"scale=w={rung.width_px}:h={rung.height_px}:flags=bicubic"
        f":in_color_matrix={matrix}:out_color_matrix=bt709:out_range=tv"
    )
    colours = "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"
    return f"[in_{rung.id}]{scale},setsar=1,format=yuv420p,{colours}[{rung.id}]"


def _x264(rung: Rung, grid: Grid) -> list[str]:
    gop = str(grid.gop_frames)
    return [
        *("-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high", "-pix_fmt", "yuv420p"),
        *("-crf", str(CRF), "-maxrate", str(rung.max_bps), "-bufsize", str(rung.buffer_bits)),
        *("-g", gop, "-keyint_min", gop, "-sc_threshold", "0"),
        *("-x264-params", "open-gop=0:scenecut=0"),
        # The encoders of a ladder keep the processors busy side by side; with several threads
        # each, rate control would depend on their timing, and no two runs would be equal.
        *("-threads", "1"),
        # A broadcast may change its size half way: FFmpeg then builds the filters anew, which
        # begin at the start of the chunk once more. A constant rate drops what is there already.
        *("-fps_mode", "cfr", "-r", f"{grid.rate.numerator}/{grid.rate.denominator}"),
    ]


def _plain_mp4(grid: Grid) -> list[str]:
    return [
        *("-map_metadata", "-1", "-fflags", "+bitexact"),
        *("-video_track_timescale", str(grid.timescale), "-f", "mp4"),
    ]


def join_chunks(ffmpeg: str, listing: Path, grid: Grid, output: Path) -> list[str]:
    """Join the chunks of one rung, as ``listing`` (a concat script of ours) names them."""
    argv = [*ffmpeg_head(ffmpeg), "-protocol_whitelist", PROTOCOLS]
    argv += ["-format_whitelist", "concat,mov,mp4", "-f", "concat", "-i", file_url(listing)]
    return [*argv, "-map", "0:v:0", "-c", "copy", *_plain_mp4(grid), file_url(output)]


def join_listing(names: Sequence[str], durations_s: Sequence[Fraction]) -> str:
    """The concat script for :func:`join_chunks`; ``names`` are relative to the script."""
    lines = ["ffconcat version 1.0"]
    for name, duration_s in zip(names, durations_s, strict=True):
        lines += [f"file {name}", f"duration {float(duration_s):.6f}"]
    return "\n".join([*lines, ""])


def encode_audio(
    ffmpeg: str, source: Path, index: int, *, start_s: float, duration_s: Fraction, output: Path
) -> list[str]:
    """Encode one sound track as stereo AAC-LC, exactly as long as the film.

    Sound before the first picture is cut, missing sound becomes silence, gaps and drift in the
    file's clock are evened out.
    """
    length = f"{float(duration_s):.6f}"
    filters = [
        f"asetpts=PTS-({start_s:.6f}/TB)",
        f"aresample={AUDIO_RATE_HZ}:async=1:first_pts=0",
        "aformat=channel_layouts=stereo",
        f"apad=whole_dur={length}",
        f"atrim=end={length}",
    ]
    argv = [*ffmpeg_head(ffmpeg), "-copyts", *_ALLOWED, "-i", file_url(source)]
    argv += ["-map", f"0:{index}", "-af", ",".join(filters)]
    argv += ["-c:a", "aac", "-b:a", str(AUDIO_BPS), "-ac", "2"]
    argv += ["-map_metadata", "-1", "-fflags", "+bitexact", "-f", "mp4", file_url(output)]
    return argv


def extract_subtitles(
    ffmpeg: str, source: Path, index: int, *, start_s: float, output: Path
) -> list[str]:
    """Write one text track as WebVTT on the presentation's clock."""
    argv = [*ffmpeg_head(ffmpeg), "-copyts", *_ALLOWED, "-i", file_url(source)]
    argv += ["-map", f"0:{index}", "-c:s", "webvtt", "-output_ts_offset", f"{-start_s:.6f}"]
    return [*argv, "-f", "webvtt", file_url(output)]


def make_seekable(ffmpeg: str, source: Path, indexes: Sequence[int], output: Path) -> list[str]:
    """Copy these streams into Matroska with an index, for files whose own does not hold."""
    argv = [*ffmpeg_head(ffmpeg), *_ALLOWED, "-fflags", "+genpts", "-i", file_url(source)]
    for index in indexes:
        argv += ["-map", f"0:{index}"]
    return [*argv, "-c", "copy", "-c:s", "srt", "-f", "matroska", file_url(output)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackagedTrack:
    """One track for the packager. ``source`` and ``name`` are relative to its working folder."""

    source: str
    kind: str
    name: str
    language: str = "und"
    label: str = ""
    default: bool = False


def package(packager: str, tracks: Sequence[PackagedTrack], *, segment_s: Fraction) -> list[str]:
    """Cut tracks into CMAF segments under ``presentation/``, with HLS and DASH manifests."""
    return [
        packager,
        *(stream for track in tracks for stream in _streams(track)),
        f"--segment_duration={float(segment_s):.6f}",
        "--hls_master_playlist_output=presentation/master.m3u8",
        "--mpd_output=presentation/manifest.mpd",
        "--generate_static_live_mpd",
        "--use_fake_clock_for_muxer",  # no dates inside: the same film gives the same bytes
        *(f"--default_language={t.language}" for t in tracks if _speaks_first(t)),
        "--single_threaded",  # with several, the order of entries depends on their timing
        "--quiet",
    ]


def _streams(track: PackagedTrack) -> list[str]:
    """Stream descriptors of a track: one, but two for text.

    HLS wants WebVTT as it is; in DASH it travels in MP4, because FFmpeg refuses a whole
    manifest for naming a file that ends in ".vtt".
    """
    segments = _segments(track, "init.mp4", "$Number$.m4s")
    if track.kind == "video":
        lists = {"iframe_playlist_name": f"{track.name}-iframes.m3u8"}
        return [_joined(segments | {"playlist_name": f"{track.name}.m3u8"} | lists)]
    lists = {"playlist_name": f"{track.name}.m3u8", "hls_group_id": track.kind}
    lists["hls_name"] = _plain(track.label)
    if languages.is_known(track.language):
        segments["lang"] = track.language  # the packager refuses those it does not know
    if track.kind == "audio":
        return [_joined(segments | lists)]
    plain = segments | _segments(track, "", "$Number$.vtt") | lists
    del plain["init_segment"]
    return [_joined(plain | {"hls_only": "1"}), _joined(segments | {"dash_only": "1"})]


def _segments(track: PackagedTrack, init: str, template: str) -> dict[str, str]:
    folder = f"presentation/{track.name}"
    return {
        "in": track.source,
        "stream": track.kind,
        "init_segment": f"{folder}/{init}",
        "segment_template": f"{folder}/{template}",
    }


def _joined(fields: dict[str, str]) -> str:
    return ",".join(f"{key}={value}" for key, value in fields.items())


def _speaks_first(track: PackagedTrack) -> bool:
    return track.kind == "audio" and track.default and languages.is_known(track.language)


def _plain(text: str) -> str:
    """``text`` without what separates fields, or would end a quoted string in a playlist."""
    return " ".join(
        "".join(" " if c in ',="\\' or not c.isprintable() else c for c in text).split()
    )
