"""A file's name, and above it what ``.plexmatch`` files in its folders say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath

from local_server.contracts import LibraryKind
from local_server.services.catalog.naming.folders import own_folder
from local_server.services.catalog.naming.hints import FileHint, Hints
from local_server.services.catalog.naming.ids import merged
from local_server.services.catalog.naming.kinds import ReadingKind
from local_server.services.catalog.naming.reader import read
from local_server.services.catalog.naming.reading import Reading

Notes = Mapping[PurePath, Hints]
"""Hints by the folder that they lie in, relative to the library's root."""


def read_hinted(path: PurePath, *, library: LibraryKind, notes: Notes) -> Reading:
    """What ``path`` is, as :func:`~.reader.read` says, but for what is hinted.

    Of an episode all folders above it are asked, the nearest first; of a film its own only.
    """
    around = [(folder, notes[folder]) for folder in path.parents if folder in notes]
    if not around or library is LibraryKind.HOME_VIDEOS:
        return read(path, library=library)
    place = _place(path, around)
    season = next((hints.season for _, hints in around if hints.season is not None), None)
    if library is LibraryKind.MIXED and (place is not None or season is not None):
        library = LibraryKind.SERIES
    reading = read(path, library=library)
    if reading.kind is ReadingKind.EPISODE:
        return _numbered(_told(reading, [hints for _, hints in around]), season, place)
    if reading.kind is ReadingKind.MOVIE:
        own = notes.get(own_folder(path))
        return reading if own is None else _told(reading, [own])
    return reading


def _told(reading: Reading, around: Sequence[Hints]) -> Reading:
    title = next((hints.title for hints in around if hints.title), reading.title)
    year = next((hints.year for hints in around if hints.year is not None), reading.year)
    ids = reading.ids
    for hints in reversed(around):
        ids = merged(hints.ids, ids)
    return replace(reading, title=title, year=year, ids=ids)


def _numbered(reading: Reading, season: int | None, place: FileHint | None) -> Reading:
    if place is not None:
        season = place.season if place.season is not None else season
        reading = replace(reading, episodes=place.episodes, absolute=())
    return reading if season is None else replace(reading, season=season)


def _place(path: PurePath, around: Sequence[tuple[PurePath, Hints]]) -> FileHint | None:
    """The hint about this very file, which may be named with its folders or without."""
    for folder, hints in around:
        names = {path.name.casefold(), path.relative_to(folder).as_posix().casefold()}
        for hint in hints.files:
            if hint.file.casefold() in names:
                return hint
    return None
