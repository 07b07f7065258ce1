"""Names of a film's sound and subtitle tracks, and the tracks themselves, each made in one go."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import structlog

from local_server.media import commands, languages
from local_server.media.commands import PackagedTrack
from local_server.media.errors import StudioProblem
from local_server.media.runner import Bench, run_ffmpeg
from local_server.media.source import AudioTrack, SourceInfo, SubtitleTrack
from local_server.media.workfolder import publish, unfinished, write_text

_log = structlog.get_logger(__name__)
_CUE = re.compile(r"^(?:\d+:)?\d{2}:\d{2}\.\d{3} --> ", re.MULTILINE)


def named(prefix: str, tracks: Sequence[AudioTrack | SubtitleTrack]) -> list[str]:
    """A distinct name per track: ``a-en``, and ``a-en-2`` for a second of that language."""
    seen: Counter[str] = Counter()
    names = []
    for track in tracks:
        seen[track.language] += 1
        count = seen[track.language]
        names.append(f"{prefix}-{track.language}" + (f"-{count}" if count > 1 else ""))
    return names


def labels(tracks: Sequence[AudioTrack | SubtitleTrack], fallback: str) -> list[str]:
    """What menus call the tracks, each different: its own title, else its language."""
    seen: Counter[str] = Counter()
    result = []
    for track in tracks:
        text = track.label or languages.display_name(track.language) or fallback
        seen[text] += 1
        result.append(f"{text} ({seen[text]})" if seen[text] > 1 else text)
    return result


def make_audio(
    info: SourceInfo,
    source: Path,
    duration_s: Fraction,
    bench: Bench,
    *,
    between: Callable[[float], None],
) -> list[PackagedTrack]:
    """Encode every sound track that is not encoded yet. A track that cannot be read is left out.

    ``between`` hears the share done after each track, and may raise to stop.
    """
    made = []
    names, texts = named("a", info.audio), labels(info.audio, "Sound")
    for done, (track, name, label) in enumerate(zip(info.audio, names, texts, strict=True), 1):
        output = bench.work.track(name)
        if not output.exists():
            argv = commands.encode_audio(
                bench.tools.ffmpeg,
                source,
                track.index,
                start_s=info.video.start_s,
                duration_s=duration_s,
                output=unfinished(output),
            )
            if not _attempt(bench, argv, track.index):
                continue
            publish(output)
        made.append(_packaged("audio", name, label, track, f"tracks/{name}.mp4"))
        between(done / len(names))
    return made


def make_subtitles(info: SourceInfo, source: Path, bench: Bench) -> list[PackagedTrack]:
    """Write every text track as WebVTT. A track without a cue, or unreadable, is left out."""
    made = []
    names, texts = named("s", info.subtitles), labels(info.subtitles, "Subtitles")
    for track, name, label in zip(info.subtitles, names, texts, strict=True):
        output = bench.work.subtitles / f"{name}.vtt"
        if not output.exists():
            raw = unfinished(output)
            argv = commands.extract_subtitles(
                bench.tools.ffmpeg, source, track.index, start_s=info.video.start_s, output=raw
            )
            if not _attempt(bench, argv, track.index):
                continue
            write_text(output, raw.read_text(encoding="utf-8", errors="replace"))
        if _CUE.search(output.read_text(encoding="utf-8")):
            made.append(_packaged("text", name, label, track, f"subtitles/{name}.vtt"))
    return made


def _attempt(bench: Bench, argv: list[str], index: int) -> bool:
    """Run FFmpeg for a side track; False when the track is unreadable.

    A film whose third commentary is broken is still a film.
    """
    try:
        run_ffmpeg(bench.children, argv)
    except StudioProblem as problem:
        if problem.retryable:
            raise
        _log.warning("studio.track_left_out", stream=index, detail=problem.detail)
        return False
    return True


def _packaged(
    kind: str, name: str, label: str, track: AudioTrack | SubtitleTrack, source: str
) -> PackagedTrack:
    return PackagedTrack(
        source=source,
        kind=kind,
        name=name,
        language=track.language,
        label=label,
        default=track.default,
    )
