"""``.plexmatch``: what an owner says of a folder that its name does not."""

from __future__ import annotations

import re
from dataclasses import dataclass

from local_server.services.catalog.naming.encodings import decode_text
from local_server.services.catalog.naming.reading import Ids
from local_server.services.catalog.naming.text import readable, tidy

LINES_MAX = 5000

_EPISODE = re.compile(
    r"^(?:s(?:p|(?P<s>\d{1,4}))?e?)?\s*(?P<e>\d{1,4})(?:-e?(?P<l>\d{1,4}))?\s*:\s*(?P<file>\S.*)$",
    re.IGNORECASE,
)
_GUID = re.compile(r"^(?P<provider>imdb|tmdb|tvdb)://(?P<id>[\w\-]{1,40})$", re.IGNORECASE)
_ID_KEYS = {"imdbid": "imdb", "tmdbid": "tmdb", "tvdbid": "tvdb"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileHint:
    """The place of one file: ``season`` None is that of the hints around it."""

    file: str
    season: int | None
    episodes: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What a ``.plexmatch`` file says of the folder that it lies in."""

    title: str = ""
    year: int | None = None
    season: int | None = None
    ids: Ids = ()
    files: tuple[FileHint, ...] = ()


def read_plexmatch(data: bytes) -> Hints:
    """Read the file; lines that make no sense are passed over."""
    keys: dict[str, str] = {}
    files: list[FileHint] = []
    for line in decode_text(data).splitlines()[:LINES_MAX]:
        key, colon, value = line.partition(":")
        key, value = key.strip().casefold(), readable(value.strip())
        if not colon or not value or key.startswith("#"):
            continue
        if key in {"ep", "episode"}:
            hint = _file_hint(value)
            if hint is not None:
                files.append(hint)
        else:
            keys.setdefault(key, value)
    return Hints(
        title=tidy(keys.get("title") or keys.get("show") or ""),
        year=_number(keys.get("year", "")),
        season=_number(keys.get("season", "")),
        ids=_ids(keys),
        files=tuple(files),
    )


def _file_hint(value: str) -> FileHint | None:
    match = _EPISODE.match(value)
    if match is None:
        return None
    first = int(match["e"])
    last = min(int(match["l"] or first), first + 60)
    special = value[:2].casefold() == "sp"
    season = 0 if special else int(match["s"]) if match["s"] else None
    return FileHint(
        file=match["file"].strip(),
        season=season,
        episodes=tuple(range(first, last + 1)) or (first,),
    )


def _ids(keys: dict[str, str]) -> Ids:
    found = {_ID_KEYS[key]: value for key, value in keys.items() if key in _ID_KEYS}
    guid = _GUID.match(keys.get("guid", ""))
    if guid:
        found.setdefault(guid["provider"].lower(), guid["id"])
    return tuple(found.items())


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= 4 else None
