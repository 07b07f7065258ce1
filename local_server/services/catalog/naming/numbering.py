"""The ways to number episodes that say so themselves: S01E02, 1x02, words, days."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from local_server.services.catalog.naming.dates import DateFound, find_compact_date, find_date
from local_server.services.catalog.naming.marker import Marker, numbers
from local_server.services.catalog.naming.seasons import season_in
from local_server.services.catalog.naming.words import (
    CJK_EPISODE,
    CJK_NUMERALS,
    EDGE,
    END,
    EPISODE_WORD,
    ROMAN,
    SEASON_WORD,
    SPELT,
    cjk_number,
)

_MORE_E = (
    r"(?P<more>(?:[ ._]?[-~+&,\u2013]?[ ._]?(?:s\d{1,4}[._ ]?)?x?(?:ep?|e)[._ ]?\d{1,5}"
    r"|-x\d{1,4}|[-~+]\d{1,3}(?![^\W_])(?![._ ]?(?:bits?|ch)))*)"
)
_S_E = re.compile(
    EDGE + r"s(?P<s>\d{1,4})[\]\[ ._\-]{0,3}x?(?:ep?|e)[._ \-]{0,2}(?P<e>\d{1,5})"
    + _MORE_E + r"(?:(?P<part>[a-d])(?![^\W_])|(?![a-uw-z]))",
    re.IGNORECASE,
)  # fmt: skip
_MORE_X = (
    r"(?P<more>(?:(?: ?- ?| & |[+.]|)(?:\d{1,4})?xe?\d{1,3}|-e\d{1,3}"
    r"|[-~]\d{2,3}(?![^\W_])|_\d{2}(?![^\W_]))*)"
)
_N_X_N = re.compile(
    EDGE + r"(?:s(?P<s>\d{1,4})|(?P<t>(?:19|20)\d{2}|\d{1,2}))x(?:e)?(?P<e>\d{1,4})"
    + _MORE_X + r"(?:(?P<part>[a-d])(?![^\W_])|(?![^\W_]))",
    re.IGNORECASE,
)  # fmt: skip
_WORDS = (
    re.compile(
        EDGE + rf"(?:{SEASON_WORD}|s)[ ._\-]*(?P<s>\d{{1,4}})[ ._\-,:]+(?:{EPISODE_WORD}|e)[ ._\-]*"
        r"(?P<e>\d{1,4})(?P<more>(?:[-~&+](?:ep?)?\d{1,4})?)(?![^\W_])",
        re.IGNORECASE,
    ),
    re.compile(
        EDGE + rf"(?P<s>\d{{1,3}})(?:\.|st|nd|rd|th|-й|ª|º)?[ ._]*{SEASON_WORD}[ ._\-,]+"
        rf"(?:(?P<e>\d{{1,4}})(?:-я)?[ ._]*{EPISODE_WORD}|{EPISODE_WORD}[ ._]*(?P<f>\d{{1,4}}))"
        + END,
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?:第\s*(?P<s>\d{{1,3}}|[{CJK_NUMERALS}])\s*[季期部]|시즌\s*(?P<t>\d{{1,3}}))"
        rf"[\s._\-]*(?:(?:第|제|ep?)\s*)?(?P<e>\d{{1,4}})\s*{CJK_EPISODE}",
        re.IGNORECASE,
    ),
)
_SEASON_DASH = re.compile(
    EDGE + r"(?:s|season[ ._]?)(?P<s>\d{1,2})\)?[ ._]*-[ ._]*(?P<e>\d{1,4})(?:v\d)?"
    r"(?P<more>(?:[-~]\d{1,4})?)(?![^\W_])",
    re.IGNORECASE,
)
_ORDINAL_DASH = re.compile(
    EDGE + r"(?P<s>\d)(?:st|nd|rd|th)[ ._]season[ ._]*-[ ._]*(?P<e>\d{1,4})(?:v\d)?"
    r"(?P<more>(?:[-~]\d{1,4})?)(?![^\W_])",
    re.IGNORECASE,
)
_EPISODE_ALONE = (
    re.compile(
        EDGE + rf"{EPISODE_WORD}[ ._\-#]*(?P<e>\d{{1,4}})"
        r"(?P<more>(?:(?:[-~&+](?:ep?)?|[ ][-~&+][ ]ep?)\d{1,4}(?![^\W_]))?)(?:v\d)?(?![^\W_])",
        re.IGNORECASE,
    ),
    re.compile(
        EDGE + r"e(?P<e>\d{2,4})(?P<more>(?:[-~]?e\d{2,4}|[-~]\d{2,4})*)(?:v\d)?(?![^\W_])",
        re.IGNORECASE,
    ),
    re.compile(rf"(?:第|제)\s*(?P<e>\d{{1,4}})(?P<more>(?:\s*[-~]\s*\d{{1,4}})?)\s*{CJK_EPISODE}"),
    re.compile(r"(?<!\d)(?P<e>\d{1,4})(?P<more>)\s*[話话集화회]"),
    re.compile(r"[#\uff03](?P<e>\d{1,4})(?P<more>(?:-#?\d{1,4})?)(?![^\W_])"),
    re.compile(
        EDGE + r"(?P<e>\d{1,4})(?:-я)?[ ._]+(?P<more>)(?:серия|выпуск)(?![^\W_])",
        re.IGNORECASE,
    ),
    re.compile(
        EDGE + r"(?P<e>\d{1,4})[. ]{0,2}(?P<more>)b(?:[oö]l[uü]m|lm)(?![^\W_])", re.IGNORECASE
    ),
    re.compile(EDGE + r"(?P<e>\d{1,2})[ ._]?(?P<more>)of[ ._]?\d{1,2}(?![^\W_])", re.IGNORECASE),
    re.compile(
        EDGE + r"(?:part|pt)[ ._]?(?P<e>\d{1,2})(?P<more>(?:[ ]?[-&][ ]?\d{1,2})?)(?![^\W_])",
        re.IGNORECASE,
    ),
)
_PART_SPELT = re.compile(
    EDGE
    + r"(?P<what>part|episode|chapter)[ ._](?P<n>"
    + "|".join((*SPELT, *ROMAN))
    + r")(?![^\W_])",
    re.IGNORECASE,
)
# Spanish releases write season and episode as one number: "Cap.201".
_CAP = re.compile(
    EDGE + r"cap\.?[ ]?(?P<s>\d{1,2})(?P<e>\d{2})(?:_\d{1,2}(?P<last>\d{2}))?(?!\d)", re.IGNORECASE
)
_DOTTED = re.compile(EDGE + r"s(?P<s>\d{1,2})\.(?P<e>\d{2})(?=\.)", re.IGNORECASE)


def find_marked(text: str) -> Marker | None:
    """Numbers that leave no doubt that ``text`` is the name of an episode."""
    for rule in _RULES:
        marker = rule(text)
        if marker is not None:
            return marker
    return None


def find_episode_word(text: str) -> Marker | None:
    """An episode's number without its season: "Episode 5", "E05", "Folge 3"."""
    cap = _CAP.search(text)
    if cap and int(cap["s"]):
        return _cap(text, cap)
    for pattern in _EPISODE_ALONE:
        match = pattern.search(text)
        if match is None:
            continue
        season = season_in(text[: match.start()])
        return Marker(
            start=season[1] if season else match.start(),
            end=match.end(),
            season=season[0] if season else None,
            episodes=numbers(int(match["e"]), match["more"]),
            alone=season is None,
        )
    return _spelt(text)


def _cap(text: str, match: re.Match[str]) -> Marker:
    season = season_in(text[: match.start()])
    return Marker(
        start=season[1] if season else match.start(),
        end=match.end(),
        season=int(match["s"]),
        episodes=numbers(int(match["e"]), f"-{match['last']}" if match["last"] else ""),
    )


def _spelt(text: str) -> Marker | None:
    match = _PART_SPELT.search(text)
    if match is None:
        return None
    word = match["n"].lower()
    number = (SPELT if word in SPELT else ROMAN).index(word) + 1
    return Marker(start=match.start(), end=match.end(), episodes=(number,), alone=True)


def find_day(text: str) -> Marker | None:
    """A day of airing."""
    found = find_date(text) or find_compact_date(text)
    if found is None:
        return None
    if not any(c.isalnum() for c in text[: found.start]):
        return _after_day(text, found)
    numbered = find_episode_word(text[: found.start])
    if numbered is None:
        return Marker(start=found.start, end=found.end, day=found.day)
    return replace(numbered, end=found.end, day=found.day)


def _after_day(text: str, found: DateFound) -> Marker:
    """A name that begins with a day: what follows is the series' where a number comes after it."""
    numbered = find_episode_word(text[found.end :])
    if numbered is None or not text[found.end : found.end + numbered.start].strip(" ._-"):
        return Marker(start=found.start, end=found.end, day=found.day)
    return replace(
        numbered,
        start=found.end + numbered.start,
        end=found.end + numbered.end,
        title_start=found.end,
        day=found.day,
    )


def _s_e(text: str) -> Marker | None:
    match = _S_E.search(text)
    return _marker(match, int(match["s"]), int(match["e"])) if match else None


def _n_x_n(text: str) -> Marker | None:
    for match in _N_X_N.finditer(text):
        season, digits = match["s"] or match["t"], match["e"]
        # "4x4" and "16x9" are things, not episodes, unless a name begins with them or says "s".
        opens = not match.start() and season != digits
        plain = match["s"] or len(digits) >= 2 or len(season) == 4 or opens
        if plain and (len(digits) <= 3 or match["s"]) and (season, digits) not in _SHAPES:
            return _marker(match, int(season), int(digits))
    return None


_SHAPES = {("16", "10"), ("21", "10")}


def _words(text: str) -> Marker | None:
    for pattern in _WORDS:
        match = pattern.search(text)
        if match:
            parts = match.groupdict()
            season = parts["s"] or parts["t"] or ""
            number = int(parts["e"] or parts["f"] or 0)
            return _marker(match, cjk_number(season), number)
    return None


def _season_dash(text: str) -> Marker | None:
    match = _SEASON_DASH.search(text) or _ORDINAL_DASH.search(text)
    return _marker(match, int(match["s"]), int(match["e"])) if match else None


def _dotted(text: str) -> Marker | None:
    match = _DOTTED.search(text)
    return _marker(match, int(match["s"]), int(match["e"])) if match else None


def _marker(match: re.Match[str], season: int, first: int) -> Marker:
    parts = match.groupdict()
    letter = parts.get("part")
    return Marker(
        start=match.start(),
        end=match.end(),
        season=season,
        episodes=numbers(first, parts.get("more") or ""),
        part="abcd".index(letter.lower()) + 1 if letter else None,
    )


_RULES: tuple[Callable[[str], Marker | None], ...] = (_s_e, _n_x_n, _words, _season_dash, _dotted)
