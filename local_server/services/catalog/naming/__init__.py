"""Reading the names of a library's files and folders.

Pure: names, and the text of small notes, go in; no file is opened. By the conventions of Jellyfin,
Plex and Kodi, with guessit for names that follow none.
"""

from __future__ import annotations

from local_server.services.catalog.naming.artwork import (
    ArtKind,
    ArtRole,
    NfoKind,
    NfoRole,
    artwork_role,
    nfo_role,
)
from local_server.services.catalog.naming.encodings import decode_text
from local_server.services.catalog.naming.grouping import Extra, Version, Work, group
from local_server.services.catalog.naming.hints import FileHint, Hints, read_plexmatch
from local_server.services.catalog.naming.ignore import Ignore
from local_server.services.catalog.naming.kinds import ExtraKind, ReadingKind
from local_server.services.catalog.naming.parts import Stack, stack
from local_server.services.catalog.naming.reader import read
from local_server.services.catalog.naming.reading import Ids, Reading, Release
from local_server.services.catalog.naming.sidecars import Sidecar, SidecarKind, read_sidecar
from local_server.services.catalog.naming.strm import Strm, StrmProblem, read_strm

__all__ = [
    "ArtKind",
    "ArtRole",
    "Extra",
    "ExtraKind",
    "FileHint",
    "Hints",
    "Ids",
    "Ignore",
    "NfoKind",
    "NfoRole",
    "Reading",
    "ReadingKind",
    "Release",
    "Sidecar",
    "SidecarKind",
    "Stack",
    "Strm",
    "StrmProblem",
    "Version",
    "Work",
    "artwork_role",
    "decode_text",
    "group",
    "nfo_role",
    "read",
    "read_plexmatch",
    "read_sidecar",
    "read_strm",
    "stack",
]
