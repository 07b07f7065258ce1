"""Runs the studio's programs for one job and turns their failures into words for a person."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from local_server.media.children import Children, Outcome
from local_server.media.errors import ProblemCode, StudioError, StudioProblem
from local_server.media.tools import Tools
from local_server.media.workfolder import WorkFolder, no_space

_log = structlog.get_logger(__name__)
_FULL_DISK = ("No space left on device", "Disk quota exceeded", "not enough space on the disk")
_SEPARATOR = "="


class ChildCrashed(StudioError):
    """A program was ended from outside or fell over; another attempt may well succeed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What the steps of one job share: its folder, the programs, and who runs them."""

    work: WorkFolder
    tools: Tools
    children: Children


def run_ffmpeg(
    children: Children,
    argv: Sequence[str],
    *,
    cwd: Path | None = None,
    on_frame: Callable[[int], None] | None = None,
) -> None:
    """Run FFmpeg, reporting the frames written so far.

    Raises :class:`StudioProblem` when the film or the disk is at fault and
    :class:`ChildCrashed` when the program was killed.
    """

    def read(line: str) -> None:
        key, _, value = line.partition(_SEPARATOR)
        if on_frame is not None and key == "frame" and value.strip().isdigit():
            on_frame(int(value))

    judge(children.run(argv, cwd=cwd, on_line=read), "ffmpeg")


def run_packager(children: Children, argv: Sequence[str], folder: Path) -> None:
    """Run the packager in ``folder``; raises as :func:`run_ffmpeg` does."""
    judge(children.run(argv, cwd=folder), "packager")


def judge(outcome: Outcome, program: str) -> None:
    """Return when ``outcome`` is good; raise what it means otherwise."""
    if outcome.errors:
        _log.info("studio.child_said", program=program, code=outcome.code, text=outcome.errors)
    if outcome.succeeded:
        return
    if any(words in outcome.errors for words in _FULL_DISK):
        raise no_space(outcome.errors[-500:])
    if outcome.stalled or outcome.code < 0 or outcome.code >= 128:
        raise ChildCrashed(f"{program} ended with {outcome.code}")
    raise StudioProblem(
        ProblemCode.DAMAGED,
        "The film could not be converted: it seems to be damaged.",
        hint="Copy it again from where it came from. If it plays elsewhere, converting it to "
        "MP4 with another program first may help.",
        detail=outcome.errors[-1000:],
    )
