"""One video file's name, read by the conventions of Jellyfin, Plex and Kodi. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePath

from local_server.contracts import LibraryKind
from local_server.services.catalog.naming.counting import is_creditless
from local_server.services.catalog.naming.dates import find_date
from local_server.services.catalog.naming.episodes import read_episode
from local_server.services.catalog.naming.extras import by_folder, by_name
from local_server.services.catalog.naming.films import read_film
from local_server.services.catalog.naming.folders import disc_root, read_folder, surroundings
from local_server.services.catalog.naming.guessing import GUESS_MAX, guess
from local_server.services.catalog.naming.ids import take_edition, take_ids
from local_server.services.catalog.naming.kinds import ExtraKind, ReadingKind
from local_server.services.catalog.naming.numbering import find_marked
from local_server.services.catalog.naming.parts import find_part
from local_server.services.catalog.naming.reading import UNTITLED, Reading
from local_server.services.catalog.naming.release import facts, is_release
from local_server.services.catalog.naming.text import fold, stem, tidy
from local_server.services.catalog.naming.titles import split_title

_LEADING_DATE = re.compile(r"^[\s(\[]*$")


def read(path: PurePath, *, library: LibraryKind) -> Reading:
    """What the name of ``path``, relative to the root of a library of that kind, says.

    Never raises, and always gives a title. Files of a disc's folders (VIDEO_TS, BDMV) are read by
    the folder that holds the disc.
    """
    rooted = disc_root(path)
    name = stem(rooted.name)
    if library is LibraryKind.HOME_VIDEOS:
        return _read_video(name)
    extra = _read_extra(path, rooted, name, library)
    if extra is not None:
        return extra
    return _read_work(rooted, name, library)


def _read_work(path: PurePath, name: str, library: LibraryKind) -> Reading:
    if library is LibraryKind.MOVIES:
        return read_film(path, name)
    episode = read_episode(path, name, library=library)
    if episode is not None and not (
        library is LibraryKind.MIXED and _names_a_film(episode, path, name)
    ):
        return episode
    day = find_date(name)
    if day is not None and not tidy(name[: day.start]):
        return _read_video(name)
    return _settled(read_film(path, name), path, name)


def _names_a_film(episode: Reading, path: PurePath, name: str) -> bool:
    """Whether the folder is named like a season by chance, and the name has a year alone."""
    numbered = episode.episodes or episode.absolute or episode.air_date
    if numbered or not read_folder(path.parent.name).title.title:
        return False
    return split_title(take_ids(name)[0]).year is not None


def _settled(film: Reading, path: PurePath, name: str) -> Reading:
    """A film of a mixed library: guessit is asked when nothing about the name says "film"."""
    folder = surroundings(path).work.title
    said = film.year or film.ids or film.version or film.part or is_release(name) or " " in name
    said = said or not any(c.isdecimal() for c in name)
    if said or fold(folder.title) == fold(film.title):
        return film
    guessed = guess(path.name[:GUESS_MAX])
    if guessed.season is None or not guessed.episodes:
        return film
    return replace(
        film,
        kind=ReadingKind.EPISODE,
        title=tidy(guessed.title) or film.title,
        season=guessed.season,
        episodes=guessed.episodes,
        episode_title=tidy(guessed.episode_title),
    )


def _read_extra(
    path: PurePath, rooted: PurePath, name: str, library: LibraryKind
) -> Reading | None:
    folder = by_folder(rooted)
    if folder is not None and not _is_series_called_so(path, name, library):
        return _extra(folder[0], name, folder[1])
    named = by_name(name, path.suffix)
    if named is not None:
        base = named[1] or surroundings(rooted).work.name
        return _extra(named[0], base, rooted.parent)
    if library is not LibraryKind.MOVIES and is_creditless(name):
        return _extra(ExtraKind.OTHER, name, rooted.parent)
    return None


def _is_series_called_so(path: PurePath, name: str, library: LibraryKind) -> bool:
    """A series may be called "Extras"; then its episodes lie in a folder at the library's top."""
    top = len(path.parent.parts) == 1
    return library is LibraryKind.SERIES and top and find_marked(name) is not None


def _extra(kind: ExtraKind, name: str, owner: PurePath) -> Reading:
    text, _ = take_edition(take_ids(name)[0])
    title = split_title(text)
    fallback = read_folder(owner.name).title.title if owner.name else ""
    return Reading(
        kind=ReadingKind.EXTRA,
        title=title.title or fallback or UNTITLED,
        year=title.year,
        extra=kind,
        owner=owner,
        release=facts(text, title.tail),
    )


def _read_video(name: str) -> Reading:
    """A home video: its name is its title; a day in front of it is when it was filmed."""
    day = find_date(name)
    text, part = name, find_part(name.rstrip())
    if part is not None and part.sure and part.name.strip():
        text = part.name
    else:
        part = None
    if day is not None and _LEADING_DATE.match(name[: day.start]) and tidy(text[day.end :]):
        text = text[day.end :]
    return Reading(
        kind=ReadingKind.VIDEO,
        title=tidy(text) or UNTITLED,
        air_date=day.day if day is not None else None,
        part=part.number if part is not None else None,
    )
