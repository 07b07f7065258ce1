"""Finds out what a film file holds, without letting the file touch the server.

The looking happens in a child process (:mod:`local_server.media.probe_child`) with bounds on
time and memory; what it cannot use comes back as words for a person.
"""

from __future__ import annotations

import errno
import json
import os
import stat
import sys
from pathlib import Path

from local_server.media.children import Children, Limits, Outcome
from local_server.media.errors import ProblemCode, StudioProblem
from local_server.media.source import SourceInfo, from_json

# Opening a film takes well under a second; these only catch files made to waste time or memory.
_LIMITS = Limits(cpu_s=60, memory_bytes=6 << 30, silence_s=120.0)

_WORDS: dict[ProblemCode, tuple[str, str, bool]] = {
    ProblemCode.NOT_FOUND: (
        "The file is not there",
        "Check the path, or connect the drive it is on, and try again.",
        True,
    ),
    ProblemCode.UNREADABLE: (
        "The file cannot be read",
        "Allow the user Matinee runs as to read it, then try again.",
        True,
    ),
    ProblemCode.NAME_TOO_LONG: (
        "The name of the file is too long for this system",
        "Give it a shorter name and add it again.",
        False,
    ),
    ProblemCode.EMPTY: (
        "The file is empty",
        "It was probably not copied completely. Copy it again.",
        False,
    ),
    ProblemCode.NOT_MEDIA: (
        "This is not a film Matinee can read",
        (
            "Matinee takes the usual film files (MP4, Matroska, WebM, MOV, AVI, MPEG). If it "
            "plays elsewhere, it may be damaged at its start, or a playlist in disguise."
        ),
        False,
    ),
    ProblemCode.DAMAGED: (
        "The film is damaged: no picture in it can be decoded",
        "Copy it again from where it came from.",
        False,
    ),
    ProblemCode.NO_VIDEO: (
        "There is no moving picture in this file",
        "Matinee shows films. Music and spoken word belong in a music player.",
        False,
    ),
    ProblemCode.UNSUPPORTED: (
        "The picture of this film is of a kind Matinee cannot prepare",
        "Convert it to H.264 in an MP4 or Matroska file with sides of 16 to 8192 pixels.",
        False,
    ),
    ProblemCode.TIMED_OUT: (
        "Looking into this file took too long",
        "It is probably damaged. Copy it again from where it came from.",
        True,
    ),
    ProblemCode.CRASHED: (
        "Looking into this file failed",
        "It is probably damaged. Copy it again from where it came from.",
        False,
    ),
}


def problem(code: ProblemCode, *, detail: str = "") -> StudioProblem:
    """The words for a file that cannot be used."""
    message, hint, retryable = _WORDS[code]
    return StudioProblem(code, f"{message}.", hint=hint, retryable=retryable, detail=detail)


def check_file(path: Path) -> None:
    """Raise :class:`StudioProblem` for a path that is no readable, non-empty file."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise problem(ProblemCode.NOT_MEDIA, detail="not a regular file")
        with path.open("rb"):
            pass
    except OSError as error:
        raise problem(_code_of(error), detail=os.strerror(error.errno or 0)) from error
    except ValueError as error:  # a NUL in the name
        raise problem(ProblemCode.NOT_FOUND, detail=str(error)) from error
    if not status.st_size:
        raise problem(ProblemCode.EMPTY)


def _code_of(error: OSError) -> ProblemCode:
    if error.errno == errno.ENAMETOOLONG:
        return ProblemCode.NAME_TOO_LONG
    if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ENODEV):
        return ProblemCode.NOT_FOUND
    return ProblemCode.UNREADABLE


def probe(path: Path, children: Children) -> SourceInfo:
    """What ``path`` holds; :class:`StudioProblem` when it is no film we can prepare."""
    check_file(path)
    printed: list[str] = []
    outcome = children.run(command(path), on_line=printed.append, limits=_LIMITS)
    if outcome.stalled:
        raise problem(ProblemCode.TIMED_OUT)
    try:
        document = json.loads("\n".join(printed))
    except ValueError:
        raise _died(outcome) from None
    if "source" in document:
        return from_json(document["source"])
    raise problem(ProblemCode(document["problem"]), detail=document["detail"])


def command(path: Path) -> list[str]:
    """How the child is started; the path is one argument and absolute."""
    module = "local_server.media.probe_child"
    return [sys.executable, "-P", "-m", module, str(path.absolute())]


def _died(outcome: Outcome) -> StudioProblem:
    return problem(ProblemCode.CRASHED, detail=f"exit {outcome.code}: {outcome.errors[-500:]}")
