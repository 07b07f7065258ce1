"""The folders above a file, and what they say."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import PurePath

from local_server.services.catalog.naming.extras import folder_kind
from local_server.services.catalog.naming.ids import take_edition, take_ids
from local_server.services.catalog.naming.numbering import find_day, find_marked
from local_server.services.catalog.naming.reading import Ids
from local_server.services.catalog.naming.seasons import season_folder, season_in
from local_server.services.catalog.naming.text import stem
from local_server.services.catalog.naming.titles import Title, split_title

_DISC = frozenset({"video_ts", "audio_ts", "hvdvd_ts", "bdmv", "stream", "playlist", "avchd"})
_NUMBERED = re.compile(r"^(?:cd|dvd|dis[ck]|part|pt)[ ._\-]?(?:\d{1,2}|[a-d])$", re.IGNORECASE)
_BATCH = re.compile(r"[ _]+-?[ _]*\d{1,4}[ _]?[-~][ _]?\d{1,4}[ _]*(?=$|[\[(])")
_KEPT = 4096  # folders; a folder's files are read one after the other


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A folder's reading.

    ``season`` when it is a season's, and an empty title when it is nothing but that; ``episode``
    when it is called after a single one.
    """

    name: str = ""
    title: Title = field(default_factory=lambda: Title(title=""))
    season: int | None = None
    ids: Ids = ()
    edition: str = ""
    episode: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The folder of a file, the season's and the series' (or film's) above it."""

    parent: Folder
    season: int | None
    work: Folder


def disc_root(path: PurePath) -> PurePath:
    """``path``, or for a file in the folders of a disc the folder that stands for the film."""
    if path.parent.name.casefold() not in _DISC:
        return path
    root = path.parent
    while root.name.casefold() in _DISC and root.parent.name:
        root = root.parent
    return root


def is_part_folder(name: str) -> bool:
    """Whether a folder holds one disc of something: "CD1"."""
    return _NUMBERED.match(name) is not None


def own_folder(path: PurePath) -> PurePath:
    """The folder that extras of a film, and notes on it, would lie in."""
    root = disc_root(path)
    if root != path:
        return root
    return path.parent.parent if is_part_folder(path.parent.name) else path.parent


@lru_cache(maxsize=_KEPT)
def read_folder(name: str, around: str = "") -> Folder:
    """Read a folder's ``name``, which lies in one called ``around`` ("" for the library's root)."""
    readable = stem(name)
    if readable.startswith("[") and readable.find("]") == len(readable) - 1:
        readable = readable[1:-1]
    bare, ids = take_ids(readable)
    bare, edition = take_edition(bare)
    outer = split_title(take_ids(stem(around))[0]).title if around else ""
    season = season_folder(bare.strip(), series=outer, inside=bool(around))
    if season is not None:
        return Folder(name=readable, season=season, ids=ids)
    marker = find_marked(bare)
    if marker is not None and marker.start:
        title = split_title(bare[: marker.start])
        return Folder(name=readable, title=title, ids=ids, episode=len(marker.episodes) == 1)
    day = find_day(bare)
    if day is not None and split_title(bare[: day.start]).title:
        return Folder(name=readable, title=split_title(bare[: day.start]), ids=ids, episode=True)
    bare = _BATCH.sub("", bare)
    ends = season_in(bare)
    if ends is not None:
        title = split_title(bare[: ends[1]])
        return Folder(name=readable, title=title, season=ends[0], ids=ids, edition=edition)
    return Folder(name=readable, title=split_title(bare), ids=ids, edition=edition)


def surroundings(path: PurePath) -> Surroundings:
    """What the folders above ``path`` say, the nearest first."""
    names = [part for part in path.parent.parts if part not in {"/", "\\", ".", ".."}][-6:]
    while names and (is_part_folder(names[-1]) or folder_kind(names[-1])) and len(names) > 1:
        names.pop()
    folders = [read_folder(name, names[i - 1] if i else "") for i, name in enumerate(names)][::-1]
    if not folders:
        return Surroundings(parent=Folder(), season=None, work=Folder())
    parent = folders[0]
    if parent.season is None:
        return Surroundings(parent=parent, season=None, work=parent)
    above = next((f for f in folders[1:] if f.title.title), Folder())
    if not parent.title.title:
        return Surroundings(parent=parent, season=parent.season, work=above)
    merged = _of_series(parent, above)
    return Surroundings(parent=parent, season=parent.season, work=merged)


def _of_series(season: Folder, above: Folder) -> Folder:
    """The series' folder where a season's folder repeats its name, else the season's alone."""
    inner, outer = season.title.title.casefold(), above.title.title.casefold()
    if outer and (inner.startswith(outer) or outer.startswith(inner)):
        return above
    return replace(season, ids=season.ids)
