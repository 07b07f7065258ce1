"""An episode's file: its numbers, its series and its own title."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import PurePath

from local_server.contracts import LibraryKind
from local_server.services.catalog.naming.counting import (
    absolute_after,
    absolute_before,
    find_anime,
    find_bare,
    find_season_alone,
    find_special,
    is_grouped,
)
from local_server.services.catalog.naming.dates import find_date
from local_server.services.catalog.naming.films import version_words
from local_server.services.catalog.naming.folders import Surroundings, surroundings
from local_server.services.catalog.naming.guessing import GUESS_MAX, Guess, guess
from local_server.services.catalog.naming.ids import merged, take_edition, take_ids
from local_server.services.catalog.naming.kinds import ReadingKind
from local_server.services.catalog.naming.marker import Marker
from local_server.services.catalog.naming.numbering import (
    find_day,
    find_episode_word,
    find_marked,
)
from local_server.services.catalog.naming.parts import find_part
from local_server.services.catalog.naming.reading import UNTITLED, Reading
from local_server.services.catalog.naming.release import edition_in, facts, title_end
from local_server.services.catalog.naming.text import fold, tidy
from local_server.services.catalog.naming.titles import Title, split_title

ABSOLUTE_MIN = 100  # no season has as many episodes; such a number counts through the series

_SHORT_NUMBER = re.compile(r"(?<!\d)\d{1,3}(?!\d)")
_SQUARE = re.compile(r"\[[^\[\]]*\]|\{[^{}]*\}")
_GROUP_BEHIND = re.compile(r"(?<=\])-\w{2,15}$")
_VERSION = re.compile(r"^[\s._]*v\d(?![^\W_])", re.IGNORECASE)
_FIRST_WORDS = re.compile(r"^[\s._\-]*(?:end|fin(?:al)?)?[\s._]*(?=[\[(]|$)", re.IGNORECASE)


def read_episode(path: PurePath, name: str, *, library: LibraryKind) -> Reading | None:
    """``path``, whose name without suffix is ``name``, as an episode; None when it is none.

    In a library of series every file is one, with or without a number.
    """
    around = surroundings(path)
    text, own_ids = take_ids(name)
    text, edition = take_edition(text)
    part = find_part(text.rstrip())
    part = part if part is not None and part.name.strip() else None
    bare = part.name if part is not None and part.sure else text
    series = library is LibraryKind.SERIES
    marker = _find(bare, around, sure_of_series=series)
    if marker is None and part is not None and around.season is None:
        marker, bare = _find(text, around, sure_of_series=series), text
    if around.parent.episode and (marker is None or marker.alone or marker.season is None):
        bare = around.parent.name  # the folder of one release, the file in it named at random
        marker = find_marked(bare) or find_day(bare)
    if marker is None and not series and around.season is None:
        return None
    if marker is None:
        return _unnumbered(path, text, around)
    reading = _read(bare, marker, around, edition)
    number = marker.part or (part.number if part is not None and part.sure else None)
    return replace(reading, part=number, ids=merged(around.work.ids, own_ids))


def _find(text: str, around: Surroundings, *, sure_of_series: bool) -> Marker | None:
    marker = find_marked(text)
    if marker is not None:
        return marker
    inside = sure_of_series or around.season is not None
    day = find_day(text)
    if day is not None and (inside or tidy(text[: day.start])):
        return day
    if inside or is_grouped(text):
        words = text[: title_end(text)]
        marker = find_special(words) or find_episode_word(text if inside else words)
        if marker is not None:
            return marker
    marker = find_anime(text)
    if marker is not None or not inside:
        return marker
    words = text[: title_end(text)]
    return find_season_alone(words) or find_bare(words)


def _read(text: str, marker: Marker, around: Surroundings, edition: str) -> Reading:
    before, after = text[marker.title_start : marker.start], text[marker.end :]
    before, earlier = _without_day(before) if marker.day is None else (before, None)
    absolute: tuple[int, ...] = ()
    if marker.season is not None and (counted := absolute_before(text, marker.start)):
        absolute, before = (counted[0],), before[: counted[1]]
    if marker.season is not None and (counted := absolute_after(after)):
        absolute, after = (counted[0],), after[counted[1] :]
    season = marker.season if marker.season is not None else around.season
    episodes = marker.episodes
    if marker.alone:
        episodes, absolute = _counted(marker.episodes, season, anime=is_grouped(text))
    release = facts(text, after)
    edition = edition or edition_in(after[title_end("x" + after) - 1 :])
    after, later = _without_day(after)
    series = _series(split_title(before), around)
    return Reading(
        kind=ReadingKind.EPISODE,
        title=series.title or UNTITLED,
        year=series.year,
        season=season,
        episodes=episodes,
        absolute=absolute,
        air_date=marker.day or earlier or later,
        episode_title=_episode_title(after),
        version=version_words("", edition, release),
        edition=edition,
        release=release,
    )


def _without_day(text: str) -> tuple[str, date | None]:
    """``text`` without a day in it, and the day. Behind a title it ends the title."""
    found = find_date(text)
    if found is None:
        return text, None
    before, after = text[: found.start], text[found.end :]
    return (before if tidy(before) else after), found.day


def _counted(
    numbers: tuple[int, ...], season: int | None, *, anime: bool
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Bare numbers as those of episodes in their season, and those counted through the series."""
    if season and not anime:
        inside = tuple(_in_season(number, season) for number in numbers)
        if inside != numbers:
            return inside, ()
    through = season is None or max(numbers) >= ABSOLUTE_MIN
    return numbers, numbers if through else ()


def _in_season(number: int, season: int) -> int:
    """The 11 of "1011" in a folder of season 10."""
    return number % 100 if number // 100 == season and number % 100 else number


def _episode_title(after: str) -> str:
    after = _VERSION.sub("", after)
    after = _FIRST_WORDS.sub("", after, count=1)
    after = _SQUARE.sub(" ", _GROUP_BEHIND.sub("", after))
    after = after[: title_end("x" + after) - 1]
    title = tidy(after)
    return title if any(c.isalnum() for c in title) else ""


def _series(own: Title, around: Surroundings) -> Title:
    """The series' title: the folder's where that says as much or more than the file's."""
    folder = around.work.title
    if not folder.title:
        return own
    if not own.title:
        return folder
    mine, theirs = fold(own.title), fold(folder.title)
    if mine == theirs and (own.title[0].isupper() and not folder.title[0].isupper()):
        return replace(own, year=own.year or folder.year)
    related = mine == theirs or theirs.startswith(mine) or mine.startswith(theirs)
    apart = around.season is not None and not around.parent.title.title
    if related and not (len(mine) > len(theirs) and not apart):
        return replace(folder, year=folder.year or own.year)
    if apart or around.work.ids or (folder.bracketed and folder.year):
        return folder
    return own


def _unnumbered(path: PurePath, text: str, around: Surroundings) -> Reading:
    """A file without a number that we see: guessit may; else it is known by its name alone."""
    counts = _SHORT_NUMBER.search(text[: title_end(text)]) is not None
    guessed = guess(path.name[:GUESS_MAX]) if counts else Guess()
    own = split_title(text)
    release = facts(text, own.tail)
    numbered = bool(guessed.episodes)
    folder = around.work.title
    series = folder
    if numbered or not folder.title:
        guessed_title = Title(title=tidy(guessed.title), year=guessed.year)
        series = _series(guessed_title if numbered else own, around)
    season = around.season if around.season is not None else guessed.season
    title = tidy(guessed.episode_title) if numbered else own.title
    return Reading(
        kind=ReadingKind.EPISODE,
        title=series.title or own.title or UNTITLED,
        year=series.year,
        season=season,
        episodes=guessed.episodes,
        absolute=guessed.episodes if season is None else (),
        episode_title=title if series.title != title else "",
        version=version_words("", edition_in(own.tail), release),
        ids=around.work.ids,
        release=release,
    )
