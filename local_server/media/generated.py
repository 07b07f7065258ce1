"""Films the studio makes itself: scenes drawn by FFmpeg's own sources, tones, and subtitles.

A recipe is data. Its scenes are rendered one by one into files of their own, so that an
interruption costs one scene; the film they are joined to then takes the same way as any other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import NewType

import structlog

from local_server.media.commands import ffmpeg_head
from local_server.media.runner import Bench, run_ffmpeg
from local_server.media.source import PROTOCOLS, file_url
from local_server.media.workfolder import WorkFolder, publish, remove, unfinished, write_text

_log = structlog.get_logger(__name__)
RecipeId = NewType("RecipeId", str)
_FONT = Path(__file__).with_name("fonts") / "timecode.ttf"
# Scenes are an intermediate: nearly clean, quick to write, and bounded on disk.
_CRF = "18"
_MAX_BPS = 16_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """``frames`` pictures of a filter graph that ends in one unnamed video output."""

    graph: str
    frames: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """A sound track: an expression for FFmpeg's ``aevalsrc``, one channel per ``|``."""

    language: str
    label: str
    expression: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subtitles:
    """A subtitle track: ``text`` makes the words of the cue that starts at a time in seconds."""

    language: str
    label: str
    text: Callable[[int], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A film to make. The timecode HH:MM:SS:FF is burned into every picture."""

    id: RecipeId
    width_px: int
    height_px: int
    rate: int
    scenes: tuple[Scene, ...]
    sounds: tuple[Sound, ...]
    subtitles: tuple[Subtitles, ...] = ()
    cue_every_s: int = 4

    @property
    def frames(self) -> int:
        """Pictures of the whole film."""
        return sum(scene.frames for scene in self.scenes)

    @property
    def duration_s(self) -> float:
        """Length of the whole film."""
        return self.frames / self.rate

    @property
    def room_bytes(self) -> int:
        """What drawing it may take on disk: the scenes, and the film they are joined to."""
        return int(self.duration_s * _MAX_BPS / 8) * 2


def timecode(frame: int, rate: int) -> str:
    """What picture ``frame`` (from 0) shows: HH:MM:SS:FF."""
    seconds, rest = divmod(frame, rate)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}:{rest:02}"


def make_film(
    recipe: Recipe,
    bench: Bench,
    *,
    on_frames: Callable[[int], None],
    between_scenes: Callable[[], None],
) -> Path:
    """Render what is not rendered yet; returns the finished Matroska file."""
    work = bench.work
    if work.generated.exists():
        return work.generated
    work.scenes.mkdir(parents=True, exist_ok=True)
    done = 0
    for index, scene in enumerate(recipe.scenes):
        output = work.scenes / f"{index:03d}.mkv"
        if not output.exists():
            argv = render_scene(bench.tools.ffmpeg, recipe, scene, done, unfinished(output))
            # The font is named relative to its folder: paths have characters that filters read.
            run_ffmpeg(
                bench.children, argv, cwd=_FONT.parent, on_frame=partial(_add, on_frames, done)
            )
            publish(output)
            between_scenes()
        done += scene.frames
        on_frames(done)
    argv = _join(recipe, work, bench.tools.ffmpeg)
    run_ffmpeg(bench.children, argv)
    publish(work.generated)
    remove(work.scenes)
    return work.generated


def _add(on_frames: Callable[[int], None], done: int, more: int) -> None:
    on_frames(done + more)


def render_scene(
    ffmpeg: str, recipe: Recipe, scene: Scene, first_frame: int, output: Path
) -> list[str]:
    """FFmpeg arguments for one scene that begins at ``first_frame`` of the film."""
    size_px = max(12, recipe.height_px // 16)
    burn = (
        f"drawtext=fontfile={_FONT.name}:timecode='{_escaped(timecode(first_frame, recipe.rate))}'"
        f":rate={recipe.rate}:fontsize={size_px}:fontcolor=white:x={size_px}:y=h-2*{size_px}"
        f":box=1:boxcolor=black@0.6:boxborderw={size_px // 4}"
    )
    fit = f"scale={recipe.width_px}:{recipe.height_px}:flags=bilinear,setsar=1"
    colours = "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p"
    tagged = "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"
    graph = f"{scene.graph},{fit},{colours},{tagged},{burn}[out]"
    argv = [*ffmpeg_head(ffmpeg), "-filter_complex", graph, "-map", "[out]"]
    argv += ["-frames:v", str(scene.frames), "-r", str(recipe.rate), "-c:v", "libx264"]
    argv += [
        "-preset",
        "ultrafast",
        "-crf",
        _CRF,
        "-maxrate",
        str(_MAX_BPS),
        "-bufsize",
        str(_MAX_BPS),
    ]
    argv += ["-g", str(recipe.rate), "-bf", "0", "-fflags", "+bitexact"]
    return [*argv, "-f", "matroska", file_url(output)]


def _escaped(text: str) -> str:
    return text.replace(":", r"\:")


def subtitle_text(recipe: Recipe, track: Subtitles) -> str:
    """A track as SubRip text, with a cue every ``cue_every_s`` seconds."""
    blocks = []
    for number, start_s in enumerate(range(1, int(recipe.duration_s), recipe.cue_every_s), 1):
        end_s = min(start_s + recipe.cue_every_s - 1, recipe.duration_s)
        times = f"{_srt_time(start_s)} --> {_srt_time(end_s)}"
        blocks.append(f"{number}\n{times}\n{track.text(start_s)}\n")
    return "\n".join(blocks)


def _srt_time(at_s: float) -> str:
    milliseconds = round(at_s * 1000)
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02},{rest:03}"


def _join(recipe: Recipe, work: WorkFolder, ffmpeg: str) -> list[str]:
    """FFmpeg arguments that join the scenes and add sound and subtitles."""
    listing = work.scenes / "film.txt"
    listing.write_text(_listing(recipe), encoding="utf-8")
    argv = [*ffmpeg_head(ffmpeg), "-protocol_whitelist", PROTOCOLS, "-f", "concat"]
    argv += ["-i", file_url(listing)]
    length = f"{recipe.duration_s:.6f}"
    for sound in recipe.sounds:
        source = f"aevalsrc=exprs='{sound.expression}':s=48000:d={length}"
        argv += ["-f", "lavfi", "-i", source]
    for index, track in enumerate(recipe.subtitles):
        path = work.scenes / f"subtitles-{index}.srt"
        write_text(path, subtitle_text(recipe, track))
        argv += ["-protocol_whitelist", PROTOCOLS, "-f", "srt", "-i", file_url(path)]
    argv += _mapped(recipe)
    return [*argv, "-fflags", "+bitexact", "-f", "matroska", file_url(unfinished(work.generated))]


def _listing(recipe: Recipe) -> str:
    lines = ["ffconcat version 1.0"]
    for index, scene in enumerate(recipe.scenes):
        length_s = Fraction(scene.frames, recipe.rate)
        lines += [f"file {index:03d}.mkv", f"duration {float(length_s):.6f}"]
    return "\n".join([*lines, ""])


def _mapped(recipe: Recipe) -> list[str]:
    inputs = 1 + len(recipe.sounds) + len(recipe.subtitles)
    argv = [word for index in range(inputs) for word in ("-map", str(index))]
    argv += ["-c:v", "copy", "-c:a", "flac", "-c:s", "srt"]
    argv += _described("a", recipe.sounds) + _described("s", recipe.subtitles)
    return argv


def _described(kind: str, tracks: Sequence[Sound | Subtitles]) -> list[str]:
    argv: list[str] = []
    for index, track in enumerate(tracks):
        argv += [f"-metadata:s:{kind}:{index}", f"language={track.language}"]
        argv += [f"-metadata:s:{kind}:{index}", f"title={track.label}"]
        argv += [f"-disposition:{kind}:{index}", "default" if index == 0 and kind == "a" else "0"]
    return argv
