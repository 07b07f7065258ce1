"""Films in several files: parts that play one after the other."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

from local_server.services.catalog.naming.text import stem

_WORD = r"(?P<word>cd|dvd|part|pt|dis[ck])(?P<gap>[ _.\-]{0,3})(?P<n>\d{1,2}|[a-d])"
_AT_THE_END = re.compile(
    r"(?:^|(?<=[\])}])|(?P<before>[ _.\-]{1,4}))(?P<bracket>[(\[]?)" + _WORD + r"[)\]]?$",
    re.IGNORECASE,
)
_AT_THE_FRONT = re.compile(r"^[ _.\-]{0,4}[(\[]?" + _WORD + r"[)\]]?(?![^\W_])", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFound:
    """A part's number, and ``name`` without it.

    ``sure``: the words cannot belong to the title ("Film-cd1"); else only files beside this one
    tell whether "Film Part 1" is half of a film or a film with a sequel.
    """

    name: str
    word: str
    number: int
    sure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """Files of one folder that are the parts of one film, in their order, under ``name``."""

    name: str
    files: tuple[PurePath, ...]


def find_part(text: str) -> PartFound | None:
    """The part that ``text`` ends with; it may be the whole of it."""
    match = _AT_THE_END.search(text)
    if match is None or _is_kind_of_disc(match):
        return None
    return PartFound(
        name=text[: match.start()],
        word=_kind(match["word"].lower()),
        number=_number(match["n"]),
        sure=_is_sure(text, match),
    )


def part_in_tail(text: str) -> int | None:
    """The part that ``text``, which follows a film's year, begins with."""
    match = _AT_THE_FRONT.match(text)
    return _number(match["n"]) if match and not _is_kind_of_disc(match) else None


def stack(paths: Iterable[PurePath]) -> tuple[Stack, ...]:
    """The films among ``paths`` that come in parts.

    A stack has two files or more in one folder whose names differ in the part's number alone. A
    number that occurs twice makes them versions of something, not parts.
    """
    found: dict[tuple[PurePath, str, str, bool], list[tuple[int, PurePath, str]]] = defaultdict(
        list
    )
    for path in sorted(paths):
        name = stem(path.name)
        part = find_part(name)
        if part is not None:
            digits = name[len(part.name) :].strip(" )]")[-1:].isdecimal()
            key = (path.parent, part.name.strip(" _.-").casefold(), part.word, digits)
            found[key].append((part.number, path, part.name.strip(" _.-")))
    return tuple(
        Stack(name=members[0][2], files=tuple(path for _, path, _ in sorted(members)))
        for members in found.values()
        if len(members) > 1 and len({number for number, _, _ in members}) == len(members)
    )


def _is_sure(text: str, match: re.Match[str]) -> bool:
    """Titles end in "Part 2", but not in "cd2", "part2", "-part 2" or, behind a year, "part 2"."""
    if match["word"].lower() not in {"part", "pt"} or match["bracket"] or not match["before"]:
        return True
    glued = not match["gap"] and match["n"].isdecimal()
    behind_bracket = text[: match.start()].rstrip(" _.-").endswith((")", "]", "}"))
    return glued or behind_bracket or "-" in match["before"]


def _is_kind_of_disc(match: re.Match[str]) -> bool:
    """DVD5 and DVD9 are sizes, not numbers."""
    return match["word"].lower() == "dvd" and not match["gap"] and match["n"] in {"5", "9"}


def _kind(word: str) -> str:
    return {"pt": "part", "disk": "disc"}.get(word, word)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else "abcd".index(text.lower()) + 1
