"""The folder one job works in, and how things appear in it: complete, or not at all."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from local_server.media.errors import ProblemCode, StudioProblem


class WorkFolder:
    """Paths of one job's intermediate files. Whatever has its final name is complete."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.plan = root / "plan.json"
        self.chunks = root / "chunks"
        self.tracks = root / "tracks"
        self.frames = root / "tracks" / "frames.json"
        self.subtitles = root / "subtitles"
        self.scenes = root / "scenes"
        self.generated = root / "source.mkv"
        self.seekable = root / "seekable.mkv"
        self.presentation = root / "presentation"

    def chunk(self, index: int) -> Path:
        """Folder of a finished chunk."""
        return self.chunks / f"{index:05d}"

    def track(self, name: str) -> Path:
        """A finished track, ready for the packager."""
        return self.tracks / f"{name}.mp4"

    def prepare(self) -> None:
        """Create the folders and drop what an earlier attempt left unfinished."""
        for folder in (self.root, self.chunks, self.tracks, self.subtitles):
            folder.mkdir(parents=True, exist_ok=True)
        for leftover in self.root.rglob("*.part*"):
            remove(leftover)
        remove(self.presentation)

    def forget(self) -> None:
        """Drop what was encoded: it belongs to another version of the film."""
        for path in (self.plan, self.chunks, self.tracks, self.subtitles, self.seekable):
            remove(path)
        self.prepare()


def unfinished(path: Path) -> Path:
    """The name ``path`` has while it is being written; keeps the suffix, which names the format."""
    return path.with_name(f"{path.stem}.part{path.suffix}")


def publish(path: Path) -> None:
    """Give what :func:`unfinished` names its final name, on disk before anything relies on it."""
    flush_tree(unfinished(path))
    remove(path)
    unfinished(path).rename(path)
    flush(path.parent)


def write_text(path: Path, text: str) -> None:
    """Write a small file in one step."""
    unfinished(path).write_text(text, encoding="utf-8")
    publish(path)


def flush(path: Path) -> None:
    """Wait until ``path`` (a file or a folder's list of names) is on disk."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except PermissionError:
        if os.name == "posix":
            raise
        return  # Windows opens no folders, and writes their names through by itself
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def flush_tree(root: Path) -> None:
    """Wait until everything under ``root`` is on disk."""
    if root.is_dir():
        for path in root.rglob("*"):
            flush(path)
    flush(root)


def remove(path: Path) -> None:
    """Delete a file or a folder with everything in it; nothing there is fine."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def tree_bytes(paths: Iterable[Path]) -> int:
    """Size of files altogether."""
    return sum(path.stat().st_size for path in paths)


def no_space(detail: str) -> StudioProblem:
    """The disk is full."""
    return StudioProblem(
        ProblemCode.NO_SPACE,
        "There is no space left on the disk to prepare this film.",
        hint="Free some space, or move Matinee's folder to a larger disk; then try again.",
        retryable=True,
        detail=detail,
    )


def from_os_error(error: OSError) -> StudioProblem:
    """Words for a failure of the folders we write to."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return no_space(str(error))
    return StudioProblem(
        ProblemCode.FOLDER,
        "Matinee cannot write to its media folder.",
        hint="Check that the folder exists, belongs to the user Matinee runs as, and that its "
        "disk is connected; then try again.",
        retryable=True,
        detail=str(error),
    )
