"""What a file's name and folders say about the film in it. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePath

NAME_MAX = 200  # characters; a screen shows far fewer, the wire takes 512

_EPISODE = re.compile(
    r"(?:^|[\s._\-\[(])(?:s(?P<s>\d{1,2})[\s._-]*e(?P<e>\d{1,3})|(?P<x>\d{1,2})x(?P<y>\d{2,3}))"
    r"(?:[\s._-]*(?:e|-e?)\d{1,3})?(?=$|[\s._\-\])])",
    re.IGNORECASE,
)
_SEASON_FOLDER = re.compile(
    r"^(?:season|series|staffel|saison|s)[\s._-]*\d{1,3}$|^specials$", re.IGNORECASE
)
_YEAR = re.compile(r"[(\[\s](?P<year>(?:18[89]|19\d|20\d)\d)(?=[)\]\s]|$)")
# Words releases put after the name, where it ends; none of them is a word of a language.
_RELEASE = re.compile(
    r"[\s(\[](?:\d{3,4}[pi]|4k|uhd|blu-?ray|b[dr]rip|dvd(?:rip|scr)|web-?(?:dl|rip)|hdtv|remux|"
    r"x26[45]|h ?26[45]|hevc|xvid|divx|hdr10|10bit)(?=[\s)\]-]|$).*$",
    re.IGNORECASE,
)
_IDENTIFIER = re.compile(r"[\[{](?:imdb|tmdb|tvdb)(?:id)?-[^\]}]*[\]}]", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmName:
    """A film. ``year`` when the name tells."""

    name: str
    year: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeName:
    """An episode of ``series``; ``name`` is the episode's own."""

    series: str
    series_year: int | None
    season: int
    episode: int
    name: str


def parse(path: PurePath) -> FilmName | EpisodeName:
    """Read ``path``; every path gives a name, if need be that of its folder."""
    stem = _spaced(_readable(path.stem))
    match = _EPISODE.search(stem)
    if match is None:
        name, year = _name_and_year(stem)
        folder, folder_year = _name_and_year(_folder_name(path))
        if not name or fold(name) == fold(folder):
            year = year or folder_year
        return FilmName(name=name or folder or "Untitled", year=year)
    series, year = _name_and_year(stem[: match.start()])
    if not series:
        series, year = _name_and_year(_folder_name(path))
    season = int(match["s"] or match["x"])
    episode = int(match["e"] or match["y"])
    own, _ = _name_and_year(" " + stem[match.end() :])
    return EpisodeName(
        series=series or "Untitled",
        series_year=year,
        season=season,
        episode=episode,
        name=own or f"Episode {episode}",
    )


def fold(text: str) -> str:
    """``text`` for comparing and searching: no case, no accents, single spaces."""
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(bare.casefold().split())


def _readable(text: str) -> str:
    """One line that any screen shows: what is no character is marked, control codes go."""
    return "".join(map(_readable_character, text))


def _readable_character(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cs":  # a byte that was no UTF-8
        return "\N{REPLACEMENT CHARACTER}"
    return " " if category.startswith("C") else character


def _spaced(text: str) -> str:
    """Dots and underscores stand for spaces where a name has none of its own."""
    return re.sub(r"[._]+", " ", text) if " " not in text.strip() else text.replace("_", " ")


def _name_and_year(text: str) -> tuple[str, int | None]:
    text = _RELEASE.sub("", _IDENTIFIER.sub("", text))
    year = None
    # The last year is the release's: a film may be called after another.
    for match in _YEAR.finditer(text):
        if text[: match.start()].strip(" -([.") and match.end() >= len(text.rstrip(" )]-._")):
            year, text = int(match["year"]), text[: match.start()]
            break
    return " ".join(text.split()).strip(" -([.")[:NAME_MAX].strip(), year


def _folder_name(path: PurePath) -> str:
    for folder in list(path.parents)[:2]:
        name = _spaced(_readable(folder.name))
        if name.strip() and not _SEASON_FOLDER.match(name):
            return name
    return ""
