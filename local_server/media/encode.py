"""Encodes the picture chunk by chunk, so that an interruption costs one chunk and no more.

A chunk folder is renamed to its final name when all its representations are complete; that
rename is the only record of progress there is, so nothing can disagree with it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import structlog

from local_server.media import commands
from local_server.media.boxes import sample_count
from local_server.media.errors import ProblemCode
from local_server.media.grid import Grid
from local_server.media.ladder import Rung
from local_server.media.probe import problem
from local_server.media.runner import Bench, ChildCrashed, run_ffmpeg
from local_server.media.workfolder import publish, remove, unfinished, write_text

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureJob:
    """All that decides what the encoded picture looks like."""

    picture: commands.Picture
    threads: int


def encode_picture(
    job: PictureJob,
    bench: Bench,
    *,
    on_frames: Callable[[int], None],
    between_chunks: Callable[[], None],
) -> int:
    """Encode what is not encoded yet and join it to ``tracks/<rung>.mp4``; returns the frames.

    ``on_frames`` hears how many frames are done; ``between_chunks`` may raise to stop. The film
    ends where decoding ends, whatever the file claims.
    """
    work = bench.work
    if work.frames.exists():
        return int(json.loads(work.frames.read_text(encoding="utf-8")))
    counts: list[int] = []
    while not counts or counts[-1] == job.picture.grid.chunk_frames:
        chunk = commands.Chunk(index=len(counts), grid=job.picture.grid)
        done = sum(counts)
        if not work.chunk(chunk.index).exists():
            _encode_chunk(job, chunk, bench, partial(_add, on_frames, done))
            between_chunks()
        counts.append(_frames_of(work.chunk(chunk.index), job.picture.rungs))
        on_frames(sum(counts))
    frames = sum(counts)
    if not frames:
        raise problem(ProblemCode.DAMAGED, detail="no frame came out of the decoder")
    for rung in job.picture.rungs:
        _join(rung, counts, job.picture.grid, bench)
    write_text(work.frames, json.dumps(frames))
    remove(work.chunks)
    return frames


def _encode_chunk(
    job: PictureJob,
    chunk: commands.Chunk,
    bench: Bench,
    on_frame: Callable[[int], None],
) -> None:
    folder = unfinished(bench.work.chunk(chunk.index))
    remove(folder)
    folder.mkdir(parents=True)
    argv = commands.encode_chunk(
        bench.tools.ffmpeg, job.picture, chunk, folder=folder, threads=job.threads
    )
    run_ffmpeg(bench.children, argv, on_frame=on_frame)
    frames = _frames_of(folder, job.picture.rungs)
    publish(bench.work.chunk(chunk.index))
    _log.info("studio.chunk_done", index=chunk.index, frames=frames)


def _frames_of(folder: Path, rungs: Sequence[Rung]) -> int:
    """Frames of a chunk, the same in every representation."""
    counts = {sample_count(folder / f"{rung.id}.mp4") for rung in rungs}
    if len(counts) != 1:
        raise ChildCrashed(f"representations of chunk {folder.name} differ: {sorted(counts)}")
    return counts.pop()


def _add(on_frames: Callable[[int], None], done: int, more: int) -> None:
    on_frames(done + more)


def _join(rung: Rung, counts: Sequence[int], grid: Grid, bench: Bench) -> None:
    work = bench.work
    output = work.track(str(rung.id))
    if output.exists():
        return
    filled = [(index, count) for index, count in enumerate(counts) if count]
    listing = work.chunks / f"{rung.id}.txt"
    names = [f"{work.chunk(index).name}/{rung.id}.mp4" for index, _ in filled]
    durations_s = [grid.seconds(count) for _, count in filled]
    listing.write_text(commands.join_listing(names, durations_s), encoding="utf-8")
    argv = commands.join_chunks(bench.tools.ffmpeg, listing, grid, unfinished(output))
    run_ffmpeg(bench.children, argv)
    publish(output)
