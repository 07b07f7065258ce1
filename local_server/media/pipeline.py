"""One film from file to presentation folder: the steps, in order, each resumable.

Progress runs from 0 to 1 and never back. The caller's ``Reporter`` may raise from any of its
calls to stop the work; whatever is complete by then is found again next time.
"""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import structlog

from abr.media import Presentation, PresentationId
from local_server.media import commands, package, tracks
from local_server.media.encode import PictureJob, encode_picture
from local_server.media.errors import ProblemCode, StudioProblem
from local_server.media.grid import Grid
from local_server.media.ladder import Rung, ladder
from local_server.media.probe import check_file, probe
from local_server.media.results import StudioResult, read_result, write_result
from local_server.media.runner import Bench, run_ffmpeg
from local_server.media.source import SourceInfo, from_json, to_json
from local_server.media.workfolder import (
    flush,
    flush_tree,
    from_os_error,
    no_space,
    publish,
    unfinished,
    write_text,
)

_log = structlog.get_logger(__name__)
SHORTEST_S = 0.5
# Chunks, joined tracks and segments lie side by side for a while.
_COPIES = 3
_USUAL_SHARE_OF_CAP = 0.6
_SPARE_BYTES = 200 << 20


class Reporter(Protocol):
    """Hears how far a job has come; may raise to stop it."""

    def stage(self, name: str, progress: float) -> None:
        """The job is at ``progress`` (0 to 1), doing what ``name`` says."""

    def checkpoint(self) -> None:
        """Something that stays was finished: a moment to let a more urgent job pass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to make: ``presentation_id`` names the folder under ``media_dir``."""

    presentation_id: PresentationId
    source: Path
    media_dir: Path
    threads: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    info: SourceInfo
    source: Path
    grid: Grid
    rungs: tuple[Rung, ...]


def prepare(
    order: Order,
    bench: Bench,
    reporter: Reporter,
    *,
    free_bytes: Callable[[Path], int] = lambda path: shutil.disk_usage(path).free,
) -> StudioResult:
    """Make the presentation and move it into ``order.media_dir``.

    Raises :class:`StudioProblem` when it cannot be made, and whatever ``reporter`` raises.
    """
    folder = order.media_dir / order.presentation_id
    if folder.exists():  # finished, and interrupted before anybody could write that down
        return read_result(folder)
    try:
        return _prepare(order, bench, reporter, free_bytes)
    except OSError as error:
        raise from_os_error(error) from error


def _prepare(
    order: Order,
    bench: Bench,
    reporter: Reporter,
    free_bytes: Callable[[Path], int],
) -> StudioResult:
    reporter.stage("Looking at the film", 0.0)
    plan = _plan(order, bench)
    _check_space(plan, free_bytes(bench.work.root))
    frames = _picture(order, plan, bench, reporter)
    duration_s = plan.grid.seconds(frames)
    _check_length(float(duration_s))
    reporter.stage("Preparing the sound", 0.86)
    side = tracks.make_audio(
        plan.info,
        plan.source,
        duration_s,
        bench,
        between=lambda share: reporter.stage("Preparing the sound", 0.86 + 0.08 * share),
    )
    side += tracks.make_subtitles(plan.info, plan.source, bench)
    reporter.stage("Packaging", 0.95)
    presentation = package.make_presentation(
        order.presentation_id,
        rungs=plan.rungs,
        side_tracks=side,
        frames=frames,
        grid=plan.grid,
        bench=bench,
    )
    _check_unchanged(order.source, plan.info)
    reporter.stage("Finishing", 0.98)
    return _publish(order, bench, plan, presentation)


def _plan(order: Order, bench: Bench) -> _Plan:
    """What to encode. An earlier attempt's work is kept if it was for the very same thing."""
    check_file(order.source)
    work = bench.work
    work.prepare()
    info = _kept_plan(order, bench)
    if info is None:
        work.forget()
        info = _inspected(order.source, bench)
        document = {"tools": bench.tools.fingerprint, "source": to_json(info)}
        write_text(work.plan, json.dumps(document, indent=1))
    video = info.video
    rungs = ladder(width_px=video.width_px, height_px=video.height_px, rate=video.rate)
    _log.info("studio.planned", rungs=[r.id for r in rungs], rate=str(video.rate))
    return _Plan(
        info=info,
        source=work.seekable if work.seekable.exists() else order.source,
        grid=Grid(rate=video.rate),
        rungs=rungs,
    )


def _inspected(source: Path, bench: Bench) -> SourceInfo:
    """What is in the film; one that cannot be sought in is first copied so that it can."""
    info = probe(source, bench.children)
    if info.seekable:
        return info
    output = bench.work.seekable
    indexes = [info.video.index, *(t.index for t in info.audio + info.subtitles)]
    argv = commands.make_seekable(bench.tools.ffmpeg, source, indexes, unfinished(output))
    run_ffmpeg(bench.children, argv)
    publish(output)
    copied = probe(output, bench.children)
    return dataclasses.replace(
        copied,
        size_bytes=info.size_bytes,
        modified_ns=info.modified_ns,
        duration_s=max(copied.duration_s, info.duration_s),
    )


def _kept_plan(order: Order, bench: Bench) -> SourceInfo | None:
    try:
        document = json.loads(bench.work.plan.read_text(encoding="utf-8"))
        info = from_json(document["source"])
        same = bool(document["tools"] == bench.tools.fingerprint)
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
    return info if same and _unchanged(order.source, info) else None


def _unchanged(source: Path, info: SourceInfo) -> bool:
    status = source.stat()
    return (status.st_size, status.st_mtime_ns) == (info.size_bytes, info.modified_ns)


def _check_unchanged(source: Path, info: SourceInfo) -> None:
    if not _unchanged(source, info):
        raise StudioProblem(
            ProblemCode.CHANGED,
            "The file changed while it was being prepared.",
            hint="It is probably still being copied. Try again when that is done.",
            retryable=True,
        )


def _check_space(plan: _Plan, free_bytes: int) -> None:
    usual_bps = sum(rung.max_bps for rung in plan.rungs) * _USUAL_SHARE_OF_CAP
    usual_bps += commands.AUDIO_BPS * len(plan.info.audio)
    needed = int(usual_bps * plan.info.duration_s / 8) * _COPIES + _SPARE_BYTES
    if free_bytes < needed:
        raise no_space(f"{free_bytes} bytes free, {needed} needed")


def _check_length(duration_s: float) -> None:
    if duration_s < SHORTEST_S:
        raise StudioProblem(
            ProblemCode.TOO_SHORT,
            "What can be read of this film is less than half a second long.",
            hint="It was probably not copied completely. Copy it again.",
            detail=f"{duration_s:.3f} s",
        )


def _picture(order: Order, plan: _Plan, bench: Bench, reporter: Reporter) -> int:
    expected = max(1.0, plan.info.duration_s * float(plan.grid.rate))

    def report(frames: int) -> None:
        reporter.stage("Preparing the picture", 0.02 + 0.84 * min(1.0, frames / expected))

    job = PictureJob(
        picture=commands.Picture(
            source=plan.source, video=plan.info.video, grid=plan.grid, rungs=plan.rungs
        ),
        threads=order.threads,
    )
    return encode_picture(
        job,
        bench,
        on_frames=report,
        between_chunks=reporter.checkpoint,
    )


def _publish(order: Order, bench: Bench, plan: _Plan, presentation: Presentation) -> StudioResult:
    """Pictures and facts into the folder, then the folder to where it is seen, in one rename."""
    built = bench.work.presentation
    best = bench.work.track(str(plan.rungs[-1].id))
    # Decoders and picture libraries take half a second to load; a server starts without them.
    from local_server.media.artwork import make_artwork  # noqa: PLC0415

    artwork = make_artwork(best, presentation.duration_s, built)
    write_result(built, presentation, artwork.average_colour, _notice(plan.info, presentation))
    flush_tree(built)
    folder = order.media_dir / order.presentation_id
    built.rename(folder)
    flush(order.media_dir)
    return read_result(folder)


def _notice(info: SourceInfo, presentation: Presentation) -> str:
    """One sentence when less could be read than the file claims to hold."""
    missing_s = info.duration_s - presentation.duration_s
    if missing_s < max(2.0, 0.02 * info.duration_s):
        return ""
    return (
        f"The file ends early: {_clock(presentation.duration_s)} of {_clock(info.duration_s)} "
        "could be read."
    )


def _clock(duration_s: float) -> str:
    minutes, seconds = divmod(round(duration_s), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
