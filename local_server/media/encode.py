"""Encodes the picture chunk by chunk, so that an interruption costs one chunk and no more.

A chunk folder is renamed to its final name when all its representations are complete; that
rename is the only record of progress there is, so nothing can disagree with it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from local_server.media import commands
from local_server.media.boxes import sample_count
from local_server.media.children import Children
from local_server.media.errors import ProblemCode
from local_server.media.grid import Grid
from local_server.media.ladder import Rung
from local_server.media.probe import problem
from local_server.media.runner import ChildCrashed, run_ffmpeg
from local_server.media.source import VideoTrack
from local_server.media.tools import Tools
from local_server.media.workfolder import WorkFolder, publish, remove, unfinished, write_text

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureJob:
    """All that decides what the encoded picture looks like."""

    source: Path
    video: VideoTrack
    grid: Grid
    rungs: tuple[Rung, ...]
    threads: int


def encode_picture(
    job: PictureJob,
    work: WorkFolder,
    tools: Tools,
    children: Children,
    *,
    on_frames: Callable[[int], None],
    between_chunks: Callable[[], None],
) -> int:
    """Encode what is not encoded yet and join it to ``tracks/<rung>.mp4``; returns the frames.

    ``on_frames`` hears how many frames are done; ``between_chunks`` may raise to stop. The film
    ends where decoding ends, whatever the file claims.
    """
    if work.frames.exists():
        return int(json.loads(work.frames.read_text(encoding="utf-8")))
    counts: list[int] = []
    while not counts or counts[-1] == job.grid.chunk_frames:
        chunk = commands.Chunk(index=len(counts), grid=job.grid)
        done = sum(counts)
        if not work.chunk(chunk.index).exists():
            _encode_chunk(job, chunk, work, tools, children, lambda n, d=done: on_frames(d + n))
            between_chunks()
        counts.append(_frames_of(work.chunk(chunk.index), job.rungs))
        on_frames(sum(counts))
    frames = sum(counts)
    if not frames:
        raise problem(ProblemCode.DAMAGED, detail="no frame came out of the decoder")
    for rung in job.rungs:
        _join(rung, counts, job.grid, work, tools, children)
    write_text(work.frames, json.dumps(frames))
    remove(work.chunks)
    return frames


def _encode_chunk(
    job: PictureJob,
    chunk: commands.Chunk,
    work: WorkFolder,
    tools: Tools,
    children: Children,
    on_frame: Callable[[int], None],
) -> None:
    folder = unfinished(work.chunk(chunk.index))
    remove(folder)
    folder.mkdir(parents=True)
    argv = commands.encode_chunk(
        tools.ffmpeg, job.source, job.video, job.rungs, chunk, folder=folder, threads=job.threads
    )
    run_ffmpeg(children, argv, on_frame=on_frame)
    frames = _frames_of(folder, job.rungs)
    publish(work.chunk(chunk.index))
    _log.info("studio.chunk_done", index=chunk.index, frames=frames)


def _frames_of(folder: Path, rungs: Sequence[Rung]) -> int:
    """Frames of a chunk, the same in every representation."""
    counts = {sample_count(folder / f"{rung.id}.mp4") for rung in rungs}
    if len(counts) != 1:
        raise ChildCrashed(f"representations of chunk {folder.name} differ: {sorted(counts)}")
    return counts.pop()


def _join(
    rung: Rung,
    counts: Sequence[int],
    grid: Grid,
    work: WorkFolder,
    tools: Tools,
    children: Children,
) -> None:
    output = work.track(str(rung.id))
    if output.exists():
        return
    filled = [(index, count) for index, count in enumerate(counts) if count]
    listing = work.chunks / f"{rung.id}.txt"
    names = [f"{work.chunk(index).name}/{rung.id}.mp4" for index, _ in filled]
    durations_s = [grid.seconds(count) for _, count in filled]
    listing.write_text(commands.join_listing(names, durations_s), encoding="utf-8")
    run_ffmpeg(children, commands.join_chunks(tools.ffmpeg, listing, grid, unfinished(output)))
    publish(output)
