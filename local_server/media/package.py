"""Packages finished tracks into a presentation folder and describes it in our manifest."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import structlog

from abr import manifest
from abr.media import AdaptationSet, Presentation, PresentationId, RepresentationId
from local_server.media import commands, describe
from local_server.media.commands import PackagedTrack
from local_server.media.describe import Measured
from local_server.media.grid import Grid
from local_server.media.ladder import Rung
from local_server.media.runner import Bench, run_packager
from local_server.media.workfolder import WorkFolder, remove

_log = structlog.get_logger(__name__)


def make_presentation(
    presentation_id: PresentationId,
    *,
    rungs: Sequence[Rung],
    side_tracks: Sequence[PackagedTrack],
    frames: int,
    grid: Grid,
    bench: Bench,
) -> Presentation:
    """Fill ``work.presentation`` and return what its manifest says.

    Raises :class:`~local_server.media.describe.NotAligned` when a frame is not where it belongs.
    """
    kept, work = list(rungs), bench.work
    while True:
        _package(kept, side_tracks, grid, bench)
        measured = {rung.id: describe.measure(work.presentation / rung.id) for rung in kept}
        useful = _ascending(kept, measured)
        if useful == kept:
            break
        _log.info("studio.rungs_dropped", dropped=[r.id for r in kept if r not in useful])
        kept = useful
    for name, track in measured.items():
        describe.check_on_grid(str(name), track, grid, frames)
    duration_s = grid.seconds(frames)
    sets = [describe.video_set([(rung.id, measured[rung.id]) for rung in kept], grid)]
    sets += [_side_set(track, duration_s, work) for track in side_tracks]
    presentation = describe.presentation(presentation_id, duration_s, sets)
    path = work.presentation / manifest.FILE_NAME
    path.write_text(manifest.dump(presentation), encoding="utf-8")
    return manifest.load(path.read_bytes())


def _package(
    rungs: Sequence[Rung],
    side_tracks: Sequence[PackagedTrack],
    grid: Grid,
    bench: Bench,
) -> None:
    work = bench.work
    remove(work.presentation)
    work.presentation.mkdir()
    pictures = [
        PackagedTrack(source=f"tracks/{rung.id}.mp4", kind="video", name=str(rung.id))
        for rung in rungs
    ]
    argv = commands.package(
        bench.tools.packager, [*pictures, *side_tracks], segment_s=grid.segment_s
    )
    run_packager(bench.children, argv, work.root)
    for track in side_tracks:
        if track.kind == "text":
            whole = (work.root / track.source).read_bytes()
            (work.presentation / f"{track.name}.vtt").write_bytes(whole)


def _ascending(rungs: Sequence[Rung], measured: dict[RepresentationId, Measured]) -> list[Rung]:
    """``rungs`` without those that cost no less than a better one.

    A slideshow or a black screen is as cheap in 720p as in 240p; then 240p serves nobody.
    """
    kept: list[Rung] = []
    for rung in reversed(rungs):
        if not kept or measured[rung.id].peak_bps < measured[kept[0].id].peak_bps:
            kept.insert(0, rung)
    return kept


def _side_set(track: PackagedTrack, duration_s: Fraction, work: WorkFolder) -> AdaptationSet:
    if track.kind == "text":
        size_bytes = (work.presentation / f"{track.name}.vtt").stat().st_size
        return describe.subtitle_set(track, size_bytes, duration_s)
    return describe.audio_set(track, describe.measure(work.presentation / track.name))
