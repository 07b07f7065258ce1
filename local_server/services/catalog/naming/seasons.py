"""What folders of series are: a season, specials, the series itself."""

from __future__ import annotations

import re

from local_server.services.catalog.naming.words import (
    CJK_NUMERALS,
    ORDINALS,
    SEASON_WORD,
    SPELT,
    cjk_number,
)

_NUMBER = r"(?P<n>\d{1,4})"

_WHOLE = re.compile(
    rf"^(?:{SEASON_WORD}[\s._\-]*{_NUMBER}|s[\s._\-]?(?P<s>\d{{1,4}})"
    rf"|(?P<o>\d{{1,3}})(?:\.|st|nd|rd|th|ª|-й)?[\s._\-]*{SEASON_WORD}"
    rf"|第(?P<c>\d{{1,3}}|[{CJK_NUMERALS}])[季期部]|{SEASON_WORD}[\s._\-]+(?P<w>{'|'.join(SPELT)})"
    rf"|(?P<v>{'|'.join(ORDINALS)})[\s._\-]+season)"
    r"(?P<rest>$|[\s._]*[\-(\[:\u2013].*|[\s._]+\d{3,4}p.*)",
    re.IGNORECASE,
)
_SPECIALS = re.compile(
    r"^(?:specials?|season[\s._\-]*specials?|sp[eé]ciaux|speciali|especiales|ovas?|oads?|"
    r"спецвыпуски|sps?|特典|特别篇)$",
    re.IGNORECASE,
)
_AT_THE_END = re.compile(
    rf"(?<![^\W_])(?:s(?P<s>\d{{1,3}})|{SEASON_WORD}[\s._\-]*(?P<n>\d{{1,2}}|(?:19|20)\d\d)"
    rf"|(?P<o>\d)(?:st|nd|rd|th)[\s._\-]season)(?![^\W_])"
    r"(?![\s._\-]*ep?\d)(?![\s._]*-[\s._]*s?\d{1,2}(?!\d))",
    re.IGNORECASE,
)


def season_folder(name: str, *, series: str = "", inside: bool = False) -> int | None:
    """The season that a folder called ``name`` is of and nothing but that; 0 for specials.

    ``series`` is the name of the folder around it, which may be repeated in front; ``inside``
    tells that there is one, so that a bare number is a season.
    """
    name = name.strip(" []")
    if series and name.casefold().startswith(series.casefold()) and len(name) > len(series):
        name = name[len(series) :].strip(" ._-[]") or name
    if _SPECIALS.match(name):
        return 0
    match = _WHOLE.match(name)
    if match:
        return _number(match)
    if (
        inside
        and name.isdecimal()
        and (len(name) <= 2 or (len(name) == 4 and name[:2] in {"19", "20"}))
    ):
        return int(name)
    return None


def season_in(name: str) -> tuple[int, int, int] | None:
    """The season that a name ends in, and where its words begin and end: "Show S02 1080p"."""
    match = _AT_THE_END.search(name)
    if match is None or not name[: match.start()].strip(" ._-[("):
        return None
    return int(match["s"] or match["n"] or match["o"]), match.start(), match.end()


def _number(match: re.Match[str]) -> int:
    if match["w"]:
        return SPELT.index(match["w"].lower()) + 1
    if match["v"]:
        return ORDINALS.index(match["v"].lower()) + 1
    if match["c"]:
        return cjk_number(match["c"])
    return int(match["n"] or match["s"] or match["o"])
