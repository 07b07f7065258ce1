"""Files offered to the library: found, checked, told apart. Knows no database."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_to_bytes

from local_server.contracts import Problem

MEDIA_SUFFIXES = frozenset(
    {".3gp", ".asf", ".avi", ".divx", ".flv", ".m2ts", ".m4v", ".mkv", ".mov", ".mp4"}
    | {".mpeg", ".mpg", ".mts", ".mxf", ".ogm", ".ogv", ".ts", ".vob", ".webm", ".wmv"}
)
FILES_MAX = 10_000  # per request: a screen waits for the answer
# Beginning, middle and end tell films apart without reading them whole.
SAMPLE_BYTES = 64 * 1024
OLD_SAMPLE_BYTES = 1 << 20
_VERSION = "2:"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedFile:
    """A regular, readable, non-empty file. ``fingerprint`` depends on its content alone."""

    path: Path
    size_bytes: int
    mtime_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedPath:
    """A path that gives no film, and why."""

    path: str
    problem: Problem


def offered(texts: Sequence[str], *, own: Sequence[Path]) -> Iterator[OfferedFile | RefusedPath]:
    """Every file under ``texts`` (absolute paths or file: URLs), in order.

    Folders are searched for media files by suffix, hidden ones and the folders in ``own`` left
    out. Nothing is raised: what cannot be used comes as a :class:`RefusedPath`.
    """
    left = FILES_MAX
    for text in texts:
        for found in _offered(text, own):
            if left == 0:
                yield _refused(
                    text,
                    "too_many_files",
                    f"More than {FILES_MAX} files at once",
                    "Add the folders below it one by one.",
                )
                return
            left -= 1
            yield found


def fingerprint(file: OfferedFile) -> str:
    """Tells whether two files hold the same film, by size and samples; raises ``OSError``."""
    return _VERSION + _sampled(file, SAMPLE_BYTES)


def old_fingerprint(file: OfferedFile) -> str:
    """What earlier versions remember a file by; reads sixteen times as much."""
    return _sampled(file, OLD_SAMPLE_BYTES)


def _sampled(file: OfferedFile, sample_bytes: int) -> str:
    digest = hashlib.sha256(str(file.size_bytes).encode())
    starts = {0, max(0, file.size_bytes // 2), max(0, file.size_bytes - sample_bytes)}
    with file.path.open("rb") as handle:
        for start in sorted(starts):
            handle.seek(start)
            digest.update(handle.read(sample_bytes))
    return digest.hexdigest()


def display(path: Path | str) -> str:
    """``path`` as text that travels: bytes that are no UTF-8 are shown as escapes."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def refused_by_system(path: Path | str, error: OSError) -> RefusedPath:
    """The words for what the operating system said about ``path``."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return _refused(
            path,
            "file_not_found",
            "There is no such file or folder",
            "Check the path; it must exist on the server's machine.",
        )
    if isinstance(error, PermissionError):
        return _refused(
            path,
            "file_unreadable",
            "The server may not read it",
            "Give the user that runs Matinee permission to read it.",
        )
    if error.errno == errno.ENAMETOOLONG:
        return _refused(
            path,
            "file_name_too_long",
            "The name is too long for the file system",
            "Shorten the name of the file or of its folders.",
        )
    return _refused(
        path,
        "file_unreadable",
        f"It cannot be read: {error.strerror or error}",
        "Check the disk it is on.",
    )


def _offered(text: str, own: Sequence[Path]) -> Iterator[OfferedFile | RefusedPath]:
    path = absolute(text)
    if path is None:
        yield _refused(
            text,
            "path_not_absolute",
            "The path is not absolute",
            "Give the whole path, from the root of the file system.",
        )
        return
    try:
        mode = path.stat().st_mode
        if any(_within(path.resolve(), folder) for folder in own):
            yield _refused(
                path,
                "own_folder",
                "This folder belongs to Matinee itself",
                "Add the folder with the original files.",
            )
        elif stat.S_ISDIR(mode):
            yield from _in_folder(path, own)
        elif path.suffix.lower() not in MEDIA_SUFFIXES and stat.S_ISREG(mode):
            yield _refused(
                path,
                "not_a_media_file",
                "Its name is not that of a video file",
                "Video files end in .mkv, .mp4, .webm, .mov, .avi, .ts and the like.",
            )
        else:
            yield _file(path)
    except OSError as error:
        yield refused_by_system(path, error)
    except (ValueError, RuntimeError):
        yield _refused(path, "file_not_found", "The path makes no sense", "Check the path.")


def absolute(text: str) -> Path | None:
    """The path that a person wrote, or its file: URL; ``None`` if it is not a whole path."""
    if "\0" in text:
        return None
    if text.startswith("file:///"):
        text = os.fsdecode(unquote_to_bytes(text.removeprefix("file://")))
    path = Path(os.path.normpath(text)) if text else Path()
    return path if path.is_absolute() and "\0" not in text else None


def _in_folder(folder: Path, own: Sequence[Path]) -> Iterator[OfferedFile | RefusedPath]:
    errors: list[OSError] = []
    found = False
    for here, folders, files in os.walk(folder, onerror=errors.append):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and not any(_within(Path(here, name), o) for o in own)
        )
        for name in sorted(files):
            if Path(name).suffix.lower() in MEDIA_SUFFIXES and not name.startswith("."):
                found = True
                yield _file(Path(here, name))
        while errors:
            found = True
            error = errors.pop()
            yield refused_by_system(error.filename, error)
    if errors:
        yield refused_by_system(folder, errors.pop())
    elif not found:
        yield _refused(
            folder,
            "nothing_found",
            "There is no video file in this folder",
            "Video files end in .mkv, .mp4, .webm, .mov, .avi, .ts and the like.",
        )


def _file(path: Path) -> OfferedFile | RefusedPath:
    try:
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode):
            return _refused(
                path,
                "not_a_file",
                "It is neither a file nor a folder",
                "Devices, sockets and pipes cannot be taken into the library.",
            )
        if facts.st_size == 0:
            return _refused(
                path, "file_empty", "The file is empty", "Copy it again from where it came."
            )
        with path.open("rb"):
            return OfferedFile(path=path, size_bytes=facts.st_size, mtime_ns=facts.st_mtime_ns)
    except OSError as error:
        return refused_by_system(path, error)


def _within(path: Path, folder: Path) -> bool:
    return path == folder or folder in path.parents


def _refused(path: Path | str, code: str, message: str, hint: str) -> RefusedPath:
    return RefusedPath(path=display(path), problem=Problem(code=code, message=message, hint=hint))
