"""Bare numbers: what may be an episode's where a name says no more than a number.

Anime is counted through the whole series and named "[Group] Name - 12v2 [1080p]"; others put the
number in front of the episode's own name, or behind the series'.
"""

from __future__ import annotations

import re

from local_server.services.catalog.naming.marker import Marker, numbers
from local_server.services.catalog.naming.seasons import season_in

_GROUP = re.compile(r"^\s*\[[^\]]*[^\W\d][^\]]*\]")
_VERSION = r"(?:[ ]?v\d)?"
_FOLLOWED = r"(?=$|[\s\[(._]|-\s|\s*-)"
_DASH = re.compile(
    r"(?<=[\w\])!?.'])[ _.]+-[ _.]+(?P<e>\d{1,4})(?:\.5)?" + _VERSION
    + r"(?P<more>(?:[ ]?[-~][ ]?\d{2,4}(?=$|[\s\[(._v]))?)" + _VERSION + _FOLLOWED
)  # fmt: skip
_BRACKET = re.compile(
    r"\[(?P<e>\d{1,4})(?P<more>(?:[-~]\d{1,4})?)(?:v\d)?(?:[ ]?(?:end|fin|完))?\]", re.IGNORECASE
)
_BEFORE_BRACKET = re.compile(
    r"[ _](?P<e>\d{1,4})" + _VERSION + r"(?P<more>(?:-\d{2,4})?)(?:[ _](?:end|fin))?[ _]*(?=[\[(])",
    re.IGNORECASE,
)
_SPECIAL = re.compile(
    r"(?<![^\W_])(?:ova|oad|ona|sp|specials?)"
    r"(?:[ ._\-]*(?P<e>\d{1,3})(?:v\d)?(?=$|[\s\[(._])|(?=\s*(?:$|[\[(])))",
    re.IGNORECASE,
)
_CREDITLESS = re.compile(
    r"(?<![^\W_])(?:nc[ _.]?(?:op|ed)|(?:creditless|clean)[ ._](?:opening|ending|op|ed))"
    r"[ ._]?(?:\d{1,2}[a-z]?)?(?:v\d)?(?![^\W_])",
    re.IGNORECASE,
)
_DASHED_END = re.compile(r"[ ._]-[ ._](?P<e>\d{1,3})[ ._\-]*$")
_COUNT_BEFORE = re.compile(r"(?:[ ._]-[ ._]|[ _])(?P<n>\d{2,4})[ ._\-]*[(\[]?\s*$")
_FRONT = re.compile(
    r"^(?:(?P<s>\d)-(?P<t>\d{2})(?=\s)|(?P<e>\d{1,4})(?P<more>(?:-\d{2,3})?)(?=$|\s?-|\.|\s|_))"
)
_COMPACT = re.compile(
    r"[._](?P<n>\d{3}|(?!19|20)[1-9]\d{3})(?:[._](?P<m>\d{3}))?(?=$|[._])|(?<=[\s._])(?P<z>0\d{3})(?=$|[\s._])"
)
_TRAILING = re.compile(
    r"[\s._](?P<e>\d{1,4})(?P<more>(?:-\d{2,4})?)" + _VERSION + r"\s*(?=$|[\[(])"
)
_INSIDE = re.compile(r"(?<=[^\W\d_])[\s_](?P<e>\d{2,3})(?P<more>)[\s_](?=[^\W\d_])")
_BEFORE_DASH = re.compile(r"(?<=[^\W\d_])[\s_](?P<e>\d{1,4})(?P<more>)(?=[\s_]+-[\s_])")
_AFTER_SEASON = re.compile(r"[ ._]{1,3}(?P<e>\d{1,4})(?![^\W_])")
_ABSOLUTE = re.compile(r"^\s*-\s*\(?(?P<n>\d{3,4})\)?(?=\s*(?:-|$|\[))")


def find_season_alone(text: str) -> Marker | None:
    """A season, with a bare number behind it or none: "Show S2 05", "Show S02 1080p"."""
    found = season_in(text)
    if found is None:
        return None
    season, start, end = found
    number = _AFTER_SEASON.match(text, end)
    if number and _is_year(number["e"]):
        number = None
    return Marker(
        start=start,
        end=number.end() if number else end,
        season=season,
        episodes=(int(number["e"]),) if number else (),
    )


def is_creditless(text: str) -> bool:
    """Whether this is an opening or ending without its credits, as anime comes with."""
    return _CREDITLESS.search(text) is not None


def find_anime(text: str) -> Marker | None:
    """A number as anime is named: after a group in brackets, or in brackets itself."""
    grouped = _GROUP.match(text)
    start = grouped.end() if grouped else 0
    match = _bracketed(text, start)
    if match is None and grouped:
        match = _DASH.search(text, start) or _BEFORE_BRACKET.search(text, start)
    if grouped:
        special = _SPECIAL.search(text, start)
        if special and text[start : special.start()].strip(" -_"):
            return _special(special, text)
    return _alone(match) if match else None


def find_special(text: str) -> Marker | None:
    """The number of a special behind a name: "OVA 2", "Special 1", "SP3"."""
    match = _SPECIAL.search(text)
    if match is None or not match["e"] or not text[: match.start()].strip(" -_."):
        return None
    return _special(match, text)


def find_bare(text: str) -> Marker | None:
    """The number of an episode in a folder that holds nothing but episodes."""
    front = _FRONT.match(text)
    if front and front["s"]:
        return Marker(start=0, end=front.end(), season=int(front["s"]), episodes=(int(front["t"]),))
    if front and not _is_year(front["e"]):
        return _alone(front)
    dashed = next((m for m in _DASH.finditer(text) if not _is_year(m["e"])), None)
    if dashed:
        return _alone(dashed)
    compact = _COMPACT.search(text)
    if compact and (marker := _compact(compact)):
        return marker
    behind = (m for p in (_TRAILING, _BEFORE_DASH) for m in p.finditer(text))
    match = next((m for m in behind if not _is_year(m["e"])), None) or _INSIDE.search(text)
    return _alone(match) if match else None


def _compact(match: re.Match[str]) -> Marker | None:
    """Season and episode in one number, as "Name.102" and "Name 0807" have them."""
    digits, more = match["n"] or match["z"], match["m"] or ""
    season, episode = int(digits[:-2]), int(digits[-2:])
    if not season or not episode:
        return None
    last = f"-{more[1:]}" if more[:1] == digits[0] else ""
    return Marker(
        start=match.start(),
        end=match.end() if last or not more else match.end("n"),
        season=season,
        episodes=numbers(episode, last),
        alone=True,
    )


def absolute_after(text: str) -> tuple[int, int] | None:
    """The absolute number that follows "S01E05" as " - 105 - ", and where it ends."""
    match = _ABSOLUTE.match(text)
    return (int(match["n"]), match.end()) if match and not _is_year(match["n"]) else None


def absolute_before(text: str, end: int) -> tuple[int, int] | None:
    """The absolute number in front of "10x14" or "(S01E12)", which begins at ``end``."""
    before = text[:end]
    told = before.rstrip().endswith(("(", "[")) or (_GROUP.match(text) and text[end].isdecimal())
    match = _COUNT_BEFORE.search(before) if told else None
    return (int(match["n"]), match.start()) if match and not _is_year(match["n"]) else None


def is_grouped(text: str) -> bool:
    """Whether a name begins with a release group in brackets, as anime's do."""
    return _GROUP.match(text) is not None


def _bracketed(text: str, start: int) -> re.Match[str] | None:
    found = [m for m in _BRACKET.finditer(text, start) if text[: m.start()].strip(" []_-")]
    return next((m for m in found if not _is_year(m["e"])), None)


def _special(match: re.Match[str], text: str) -> Marker:
    """The number follows the word, or stands before it: "Name - 01 - OVA"."""
    before = _DASHED_END.search(text[: match.start()])
    start = before.start() if before else match.start()
    number = match["e"] or (before["e"] if before else None)
    episodes = (int(number),) if number else ()
    return Marker(start=start, end=match.end(), season=0, episodes=episodes)


def _alone(match: re.Match[str]) -> Marker:
    episodes = numbers(int(match["e"]), match["more"] or "")
    return Marker(start=match.start(), end=match.end(), episodes=episodes, alone=True)


def _is_year(digits: str) -> bool:
    return len(digits) == 4 and digits[:2] in {"19", "20"}
