"""The folders of a library, one listing at a time: what lies in them and what it is for."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePath

from local_server.contracts import Problem
from local_server.services.catalog.intake import MEDIA_SUFFIXES, display, refused_by_system
from local_server.services.catalog.naming import Hints, Ignore, decode_text, read_plexmatch
from local_server.services.catalog.naming.artwork import PICTURE_SUFFIXES
from local_server.services.catalog.naming.sidecars import SUBTITLE_SUFFIXES
from local_server.services.catalog.naming.text import AUDIO_SUFFIXES
from local_server.services.catalog.scan.patient import Beat

IGNORE_NAME = ".ignore"
HINTS_NAME = ".plexmatch"
NOTE_MAX_BYTES = 256 * 1024
# Folders that systems and other programs keep for themselves.
_FOREIGN = frozenset(
    {"@eadir", "#recycle", "$recycle.bin", "system volume information", "lost+found", "#snapshot"}
)


class Role(StrEnum):
    """What a file is to a library."""

    VIDEO = "video"
    ADDRESS = "address"  # .strm
    NFO = "nfo"
    PICTURE = "picture"
    TRACK = "track"  # subtitles or sound
    HINTS = "hints"  # .plexmatch


_ROLES = (
    dict.fromkeys(PICTURE_SUFFIXES, Role.PICTURE)
    | dict.fromkeys((*SUBTITLE_SUFFIXES, *AUDIO_SUFFIXES), Role.TRACK)
    | dict.fromkeys(MEDIA_SUFFIXES, Role.VIDEO)
    | {".nfo": Role.NFO, ".strm": Role.ADDRESS}
)
FILMS = (Role.VIDEO, Role.ADDRESS)


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A regular file of a kind that matters."""

    path: str
    role: Role
    size_bytes: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Rules:
    """An ``.ignore`` file, read, and the folder that it lies in."""

    folder: str
    ignore: Ignore

    def leaves_out(self, path: str, *, folder: bool) -> bool:
        """Whether ``path``, somewhere below, does not count."""
        return self.ignore.matches(PurePath(os.path.relpath(path, self.folder)), folder=folder)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A folder. ``identity`` tells it from all others, whatever path led to it.

    ``problem`` is set when it could not be read; ``refused`` are single files. ``hints`` go above
    the names of what lies in it and below.
    """

    folder: str
    identity: tuple[int, int] = (0, 0)
    files: tuple[FoundFile, ...] = ()
    folders: tuple[str, ...] = ()
    rules: tuple[Rules, ...] = ()
    hints: Hints | None = None
    problem: Problem | None = None
    refused: tuple[tuple[str, Problem], ...] = ()


def list_folder(folder: str, rules: Sequence[Rules], own: Sequence[Path], beat: Beat) -> Listing:
    """What lies in ``folder``, sorted by name. Raises nothing: problems are part of the answer."""
    try:
        facts = os.stat(folder)  # noqa: PTH116 - a hundred thousand of these, as text
        with os.scandir(folder) as entries:
            found = sorted(_beating(entries, beat), key=lambda entry: entry.name)
    except OSError as error:
        return Listing(folder=folder, problem=refused_by_system(folder, error).problem)
    except ValueError:  # a NUL in the name
        found_nothing = refused_by_system(folder, FileNotFoundError())
        return Listing(folder=folder, problem=found_nothing.problem)
    identity = (facts.st_dev, facts.st_ino)
    valid = (*rules, *_rules_of(folder, found))
    if any(each.ignore.whole_folder for each in valid):
        return Listing(folder=folder, identity=identity)
    files: list[FoundFile] = []
    folders: list[str] = []
    refused: list[tuple[str, Problem]] = []
    for entry in found:
        beat()
        try:
            _sort_in(entry, valid, own, files, folders)
        except OSError as error:
            if _ROLES.get(_suffix(entry.name)) in FILMS:
                refused.append((entry.path, refused_by_system(entry.path, error).problem))
    return Listing(
        folder=folder,
        identity=identity,
        files=tuple(files),
        folders=tuple(folders),
        rules=valid,
        hints=_hints_of(files),
        refused=tuple(refused),
    )


def _beating(entries: Iterable[os.DirEntry[str]], beat: Beat) -> Iterator[os.DirEntry[str]]:
    for entry in entries:
        beat()
        yield entry


def _sort_in(
    entry: os.DirEntry[str],
    rules: Sequence[Rules],
    own: Sequence[Path],
    files: list[FoundFile],
    folders: list[str],
) -> None:
    if entry.name.startswith(".") and entry.name != HINTS_NAME:
        return
    role = Role.HINTS if entry.name == HINTS_NAME else _ROLES.get(_suffix(entry.name))
    if entry.is_dir():
        left_out = any(each.leaves_out(entry.path, folder=True) for each in rules)
        if not left_out and not _is_foreign(entry, own):
            folders.append(entry.path)
    elif role is not None:
        facts = entry.stat()
        if not stat.S_ISREG(facts.st_mode):
            return
        if not any(each.leaves_out(entry.path, folder=False) for each in rules):
            files.append(FoundFile(entry.path, role, facts.st_size, facts.st_mtime_ns))


def _suffix(name: str) -> str:
    return os.path.splitext(name)[1].lower()  # noqa: PTH122 - see above


def _is_foreign(entry: os.DirEntry[str], own: Sequence[Path]) -> bool:
    if entry.name.casefold() in _FOREIGN:
        return True
    real = Path(os.path.realpath(entry.path)) if entry.is_symlink() else Path(entry.path)
    return any(real == folder or folder in real.parents for folder in own)


def _rules_of(folder: str, entries: Iterable[os.DirEntry[str]]) -> Iterator[Rules]:
    for entry in entries:
        if entry.name == IGNORE_NAME and entry.is_file():
            with open(entry.path, "rb") as file:  # noqa: PTH123 - see above
                text = decode_text(file.read(NOTE_MAX_BYTES))
            yield Rules(folder, Ignore.parse(text))


def _hints_of(files: Iterable[FoundFile]) -> Hints | None:
    """What the folder's own hints say; nothing where they cannot be read."""
    for file in files:
        if file.role is Role.HINTS:
            try:
                with open(file.path, "rb") as content:  # noqa: PTH123 - see above
                    return read_plexmatch(content.read(NOTE_MAX_BYTES))
            except OSError:
                return None
    return None


def shown(path: str) -> str:
    """A path as text that travels."""
    return display(path)
