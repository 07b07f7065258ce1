"""A film's file: its title, version and part."""

from __future__ import annotations

import re
from pathlib import PurePath

from local_server.services.catalog.naming.folders import Folder, surroundings
from local_server.services.catalog.naming.ids import merged, take_edition, take_ids
from local_server.services.catalog.naming.kinds import ReadingKind
from local_server.services.catalog.naming.parts import find_part, part_in_tail
from local_server.services.catalog.naming.reading import UNTITLED, Reading, Release
from local_server.services.catalog.naming.release import edition_in, facts, is_release, only_weak
from local_server.services.catalog.naming.text import fold, spaced, tidy
from local_server.services.catalog.naming.titles import Title, split_title

_GENERIC = re.compile(
    r"^(?:movie|film|video|main|feature|index|title[ _]?t?\d{1,3}|vts[ _]\d\d[ _]\d|\d{5}|"
    r"dis[ck]|dvd|cd\d?)$",
    re.IGNORECASE,
)
_BRACKET_YEAR = re.compile(r"[(\[](?:19|20)\d\d[)\]]")
_LABEL = re.compile(r"^\s*[-_.]\s*(?P<label>.+)$|^\s*(?P<brackets>\[[^\[\]]+\](?:.*))$", re.DOTALL)
_ROUND_LABEL = re.compile(r"^\s*-\s+(?P<label>[^\s].*)$", re.DOTALL)


def read_film(path: PurePath, name: str) -> Reading:
    """``path``, whose name without suffix and extras' words is ``name``, as a film."""
    folder = surroundings(path).work
    text, ids = take_ids(name)
    text, edition = take_edition(text)
    part = find_part(text.rstrip())
    if part is not None and part.sure:
        text = part.name
    label = version_label(text, folder)
    own = split_title(take_ids(folder.name)[0]) if label is not None else split_title(text)
    title, year, belongs = _with_folder(own, folder)
    tail = label or own.tail
    release = facts(text, tail)
    if belongs and not is_release(text):
        release = facts(folder.name, tail or folder.title.tail)
    edition = edition or (folder.edition if belongs else "") or edition_in(tail)
    number = part.number if part is not None and part.sure else part_in_tail(tail)
    return Reading(
        kind=ReadingKind.MOVIE,
        title=title or tidy(name) or UNTITLED,
        year=year,
        part=number,
        version=version_words(label or _label_after_year(own), edition, release),
        edition=edition,
        ids=merged(ids, folder.ids) if belongs else ids,
        release=release,
    )


def version_label(text: str, folder: Folder) -> str | None:
    """What follows the folder's own name in ``text``, as " - 1080p" or "[Final Cut]".

    None when ``text`` does not begin with that name, or goes on as another title would.
    """
    name = take_edition(take_ids(folder.name)[0])[0].strip()
    text = " ".join(text.split())
    name = " ".join(name.split())
    if len(name) < 2 or not text.casefold().startswith(name.casefold()) or folder.title.several:
        return None
    rest = text[len(name) :]
    if not rest.strip():
        return ""
    if _BRACKET_YEAR.search(rest):  # another year, another film
        return None
    match = _LABEL.match(rest)
    if match is None:
        return "" if only_weak(rest) and rest[0] in " ._([" else None
    if rest[0] == "." and not only_weak(rest) and split_title(text).year:
        return None
    return _words(match["label"] or match["brackets"])


def version_words(label: str, edition: str, release: Release) -> str:
    """What to call a version: its label, else edition, resolution and 3D."""
    label = _words(label)
    named = "" if fold(edition) in fold(label) else edition
    words = [named, label or release.resolution]
    if release.stereo and not label:
        words.append("3D")
    return " ".join(word for word in words if word)


def _label_after_year(own: Title) -> str:
    match = _ROUND_LABEL.match(own.tail) if own.bracketed else None
    return match["label"] if match else ""


def _words(text: str) -> str:
    text = text.strip(" -_.")
    if text.startswith("[") and text.endswith("]") and text.count("[") == 1:
        text = text[1:-1]
    return " ".join(spaced(text).split())[:80].strip()


def _with_folder(own: Title, folder: Folder) -> tuple[str, int | None, bool]:
    """Title and year, the folder's where the file's say less; whether the folder is the film's."""
    around = folder.title
    if not around.title or around.several:
        return own.title, own.year, False
    if not own.title or _GENERIC.match(own.title):
        return around.title, own.year or around.year, True
    mine, theirs = fold(own.title), fold(around.title)
    if mine == theirs:
        title = around.title if own.title.islower() or own.title.isupper() else own.title
        return title, own.year or around.year, True
    years_agree = own.year is None or around.year is None or own.year == around.year
    if folder.ids and years_agree:
        return around.title, around.year or own.year, True
    if _is_abbreviation(own, mine, theirs, folder):
        return around.title, around.year, True
    if own.year is None and around.year and _shares_a_word(mine, theirs):
        return around.title, around.year, True
    return own.title, own.year, False


def _is_abbreviation(own: Title, mine: str, theirs: str, folder: Folder) -> bool:
    """Whether a file in a release's folder has the short name that its makers gave it."""
    if not is_release(folder.name):
        return False
    short = own.year is None and own.title.islower() and " " not in own.title
    return short or (own.year == folder.title.year and mine.endswith(" " + theirs))


def _shares_a_word(first: str, second: str) -> bool:
    return any(len(word) > 3 for word in set(first.split()) & set(second.split()))
