"""Pictures of our own from picture files of strangers, which are opened in child processes only."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from local_server.contracts import Problem
from local_server.media.children import Children, Limits
from local_server.media.errors import Interrupted

_log = structlog.get_logger(__name__)

# A picture takes a tenth of a second; these only catch files made to waste time or memory.
_LIMITS = Limits(cpu_s=600, memory_bytes=4 << 30, silence_s=60.0)

_WORDS = {
    "picture_not_found": ("The picture is not there any more", "Scan the library again."),
    "picture_unreadable": (
        "The picture cannot be read",
        "Allow the user Matinee runs as to read it, then scan the library again.",
    ),
    "picture_too_large": (
        "The picture's file is larger than 50 MB",
        "Save it smaller; no screen shows so much.",
    ),
    "picture_too_many_pixels": (
        "The picture has too many pixels to be opened safely",
        "Save it smaller; no screen shows so much.",
    ),
    "not_a_picture": (
        "This is not a picture Matinee can read",
        "Matinee takes JPEG, PNG, WebP, GIF and BMP. It may be damaged.",
    ),
    "picture_crashed": (
        "Opening this picture failed",
        "It is probably damaged. Save it again with a program that shows it.",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureTask:
    """A picture file and what it is for: poster, backdrop, thumb, banner or logo."""

    path: Path
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MadePicture:
    """``reference`` is ``<folder>/<file>`` under the media folder; empty with a ``problem``."""

    reference: str = ""
    colour: str = ""
    problem: Problem | None = None


class PictureMaker:
    """Makes pictures, for one caller at a time. :meth:`stop` may come from any thread."""

    def __init__(self, media_dir: Path) -> None:
        self._media_dir = media_dir
        self._children = Children()

    def make(
        self, tasks: Sequence[PictureTask], made: Callable[[PictureTask, MadePicture], None]
    ) -> None:
        """Tell ``made`` what became of each, in order; of none any more after :meth:`stop`.

        Pictures are kept by content: one that was made before is not made again.
        """
        left = list(tasks)
        try:
            while left:
                done = self._some(left, made)
                if done < len(left):
                    # The child died of the one it was at.
                    made(left[done], MadePicture(problem=problem("picture_crashed")))
                    done += 1
                left = left[done:]
        except Interrupted:
            _log.info("pictures.interrupted", left=len(left))

    def stop(self) -> None:
        """End what is under way and begin nothing more."""
        self._children.interrupt()

    def _some(
        self, tasks: Sequence[PictureTask], made: Callable[[PictureTask, MadePicture], None]
    ) -> int:
        """Run one child over ``tasks``; how many it came to an end with."""
        count = 0

        def on_line(line: str) -> None:
            nonlocal count
            made(tasks[count], _made(json.loads(line)))
            count += 1

        with tempfile.NamedTemporaryFile("w", suffix=".json") as listing:
            json.dump([(str(task.path), task.role) for task in tasks], listing)
            listing.flush()
            module = "local_server.media.picture_child"
            argv = [sys.executable, "-P", "-m", module, str(self._media_dir), listing.name]
            outcome = self._children.run(argv, on_line=on_line, limits=_LIMITS)
        if not outcome.succeeded:
            _log.warning("pictures.child_died", code=outcome.code, text=outcome.errors[-500:])
        return count


def problem(code: str) -> Problem:
    """The words for a picture that cannot be used."""
    message, hint = _WORDS[code]
    return Problem(code=code, message=message, hint=hint)


def _made(line: dict[str, str]) -> MadePicture:
    if "problem" in line:
        return MadePicture(problem=problem(line["problem"]))
    return MadePicture(reference=line["reference"], colour=line["colour"])
