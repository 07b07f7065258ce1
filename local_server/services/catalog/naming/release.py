"""Words that releases put after the name: where they begin and what they say."""

from __future__ import annotations

import re

from local_server.services.catalog.naming.reading import Release

_WIDTHS = "640|704|720|848|853|854|960|1024|1280|1440|1920|2048|2560|3840|4096|7680"

# None of these is a word of a title; the first one ends it.
_HARD = (
    r"(?:360|480|540|576|720|1080|1440|2160|4320)[pi]\d{0,2}|(?:" + _WIDTHS + r")x\d{3,4}"
    r"|[xh][. ]?26[456]|hevc(?:10)?|avc|xvid|divx\d?|vp9|av1|hi10p?|ma10p|(?:8|10)[- ]?bits?"
    r"|b[dr]-?rip|bd-?(?:remux|mux)|bd(?:25|50|66|100)|dvd-?(?:rip|scr|mux|r|[59])|dvdscreener"
    r"|hd-?dvd|web-?(?:dl(?:rip)?|rip|cap|mux)|(?:hd|pd|sd|uhd)tv(?:rip)?|dsr(?:ip)?|hd-?rip"
    r"|tv-?rip|vhs-?rip|sat-?rip|dvb-?rip|hd-?(?:ts|cam|tc)|e?ac-?3d?|ddp"
    r"|dd[p+]?[ .]?[1257][. ][01]"
    r"|aac(?:[ .]?[1257][. ][01])?|dts-?(?:hd|x|es)(?:[-. ]?ma)?|hdr10(?:\+|plus|p)?"
    r"|[hf]-?(?:sbs|tab)|sbs3d|3d[. _-](?:[hf]|half|full)?[. _-]?(?:sbs|tab|ou|mvc)"
)
# These are, now and then: a year in brackets after them means that the title still runs.
_SOFT = r"blu-?ray|remux|telesync|telecine|truehd|atmos|flac|uhd|ultrahd|dts|hdr|hdc|4k"
_SOFT_AT_END = r"(?<=[._\[])(?:sbs|tab|3d)(?=\]?$)"
_RELEASE = re.compile(
    rf"(?<![^\W_])(?:(?P<hard>{_HARD})|(?P<soft>{_SOFT}|{_SOFT_AT_END}))(?![^\W_])", re.IGNORECASE
)

# Words of releases and of titles alike; they count next to what is none of a title.
_WEAK = re.compile(
    r"(?<![^\W_])(?:8k|sdr|dv|dovi|web|multi(?:[- ]?subs?)?|dual|internal|proper|"
    r"repack\d?|rerip|dubbed|subbed|subs|limited|stv|read[. ]?nfo|nfofix|nf|amzn|dsnp|hmax|hulu|"
    r"atvp|pcok|german|french|italian|spanish|swedish|danish|dutch|norwegian|finnish|polish|"
    r"russian|hungarian|czech|castellano|latino|nordic|true-?french|vostfr|vff|dl|ml|ntsc|pal|ws|"
    r"hq|fs|swissgerman|"
    r"retail|screener|complete|3d|sbs|tab|uncensored|unrated|uncut|remastered)[\])]?[ ._\-]*$",
    re.IGNORECASE,
)
_EDITION = re.compile(
    r"(?<![^\W_])(?P<name>(?:(?:the|ultimate|extended|final|director['\u2019]?s?|special|collector['\u2019]?s?|"
    r"theatrical|anniversary|\d\dth|deluxe|limited|international|rogue|despecialized|producer['\u2019]?s?|"
    r"imax|uncut|unrated|restored|fan|criterion)[ ._]+){1,3}"
    r"(?:cut|edition|release|version|collection|edit)"
    r"|extended|theatrical|unrated|uncut|remastered|restored|imax|criterion|open[ ._]matte"
    r"|despecialized|2in1|fan[ ._]?edit)(?![^\W_])",
    re.IGNORECASE,
)

_NAMED_EDITION = re.compile(
    r"^[ ._\-(\[]{0,4}(?P<name>(?:[^\W\d_][\w'\u2019]*[ ._]){1,3}(?:cut|edition))(?![^\W_])",
    re.IGNORECASE,
)

_RESOLUTION = re.compile(r"(?<!\d)(?P<lines>\d{3,4})(?P<scan>[pi])(?![^\W\d_])", re.IGNORECASE)
_PIXELS = re.compile(rf"(?<!\d)(?:{_WIDTHS})x(?P<lines>\d{{3,4}})(?!\d)", re.IGNORECASE)
_FOUR_K = re.compile(r"(?<![^\W_])(?:4k|uhd|ultrahd)(?![^\W_])", re.IGNORECASE)


def _named(*pairs: tuple[str, str]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Names and the words for them, the first that is found counting."""
    return tuple(
        (name, re.compile(rf"(?<![^\W_])(?:{words})(?![^\W_])", re.IGNORECASE))
        for name, words in pairs
    )


_HDR = _named(
    ("Dolby Vision", r"dv|dovi|dolby[ ._]?vision"),
    ("HDR10+", r"hdr10(?:plus|p|(?=\+))"),
    ("HDR10", r"hdr10"),
    ("HLG", r"hlg"),
    ("HDR", r"hdr"),
)
_SOURCES = _named(
    ("Remux", r"(?:bd|uhd)?-?remux"),
    ("Blu-ray", r"blu-?ray|b[dr]-?rip|bd(?:25|50|66|100)?"),
    ("DVD", r"(?:hd-?)?dvd(?:-?(?:rip|scr|mux|r|[59]))?"),
    ("Web", r"web(?:-?(?:dl|rip|cap|mux))?"),
    ("TV", r"(?:hd|pd|sd|uhd)?tv(?:-?rip)?|dsr"),
)
_STEREO = re.compile(
    r"(?<![^\W_])(?:(?:3d[. _\-]?)?(?P<layout>[hf]-?(?:sbs|tab)|sbs3d|mvc)"
    r"|3d[. _\-](?P<more>(?:(?:half|full)[. _\-])?(?:sbs|tab|ou))|(?P<alone>sbs|tab)|(?P<bare>3d))"
    r"(?![^\W_])",
    re.IGNORECASE,
)
_GROUP = re.compile(r"-(?P<group>[^\W_][\w@]{1,24})(?:\[[^\]]{1,30}\])?\s*$")
_LEADING_GROUP = re.compile(r"^\s*\[(?P<group>[^\]]{1,60})\]")


def title_end(text: str, *, firmly: bool = False) -> int:
    """Where the words of the release begin; the length of ``text`` when there are none.

    ``firmly``: only words count that no title has.
    """
    for match in _RELEASE.finditer(text):
        if (match["soft"] and firmly) or not text[: match.start()].strip(" -_.[("):
            continue
        return _before_weak(_before_bracket(text[: match.start()]))
    return len(text)


def _before_bracket(text: str) -> str:
    """``text`` up to a bracket that it leaves open."""
    opened = max(text.rfind("["), text.rfind("("))
    closed = max(text.rfind("]"), text.rfind(")"))
    return text[:opened] if opened > closed and text[:opened].strip(" ._-") else text


def edition_end(text: str, *, dotted: bool) -> int:
    """Where an edition begins that ``text``, in front of a year, ends with; else its length.

    A single word counts in brackets or in a name with dots, where it is not the title itself.
    """
    for match in _EDITION.finditer(text):
        if text[match.end() :].strip(" ._-[]()") or not text[: match.start()].strip(" ._-[]()"):
            continue
        several = bool(re.search(r"[ ._]", match["name"]))
        bracketed = text[: match.start()].rstrip().endswith(("(", "["))
        shouted = match["name"].isupper() and not text[: match.start()].isupper()
        if several or bracketed or dotted or shouted:
            return match.start()
    return len(text)


def _before_weak(text: str) -> int:
    """The end of ``text`` without what is as weak as it is next to a release; never nothing."""
    while (start := _weak_start(text)) is not None and any(c.isalnum() for c in text[:start]):
        text = text[:start]
    return len(text)


def _weak_start(text: str) -> int | None:
    """Where the weak words begin that ``text`` ends with."""
    near_the_end = max(0, len(text) - 60)
    weak = _WEAK.search(text, near_the_end)
    if weak:
        return weak.start()
    for match in _EDITION.finditer(text, near_the_end):
        if not text[match.end() :].strip(" ._-[]()"):
            return match.start()
    return None


def is_release(text: str) -> bool:
    """Whether any word of ``text`` is one of releases and of nothing else."""
    return _RELEASE.search(text) is not None


def only_weak(text: str) -> bool:
    """Whether ``text`` is nothing but words that releases use, or has none at all."""
    match = _RELEASE.search(text)
    rest = text[: match.start()] if match else text
    while rest.strip(" ._-[](),+"):
        start = _weak_start(rest)
        if start is None:
            return False
        rest = rest[:start]
    return True


def edition_in(text: str) -> str:
    """The edition that ``text``, which is no title, names; "" for none."""
    match = _NAMED_EDITION.match(text) or _EDITION.search(text)
    if match is None:
        return ""
    words = " ".join(re.split(r"[ ._]+", match["name"]))
    words = words if any(c.isupper() for c in words) else words.title().replace("'S", "'s")
    return "IMAX" if words.lower() == "imax" else words


def facts(text: str, tail: str) -> Release:
    """What ``text`` says of the release; weak words count in ``tail``, what follows the title."""
    lines = _RESOLUTION.search(text)
    pixels = _PIXELS.search(text)
    resolution = ""
    if lines:
        resolution = f"{int(lines['lines'])}{lines['scan'].lower()}"
    elif pixels:
        resolution = f"{int(pixels['lines'])}p"
    elif _FOUR_K.search(tail):
        resolution = "2160p"
    return Release(
        resolution=resolution,
        hdr=next((name for name, pattern in _HDR if pattern.search(tail)), ""),
        source=next((name for name, pattern in _SOURCES if pattern.search(tail)), ""),
        stereo=stereo_in(tail),
        group=_group(text, tail),
    )


def stereo_in(text: str) -> str:
    """The layout of the 3D picture that ``text`` names."""
    best = ""
    for match in _STEREO.finditer(text):
        layout = match["layout"] or match["more"] or match["alone"]
        best = "".join(c for c in layout.lower() if c.isalnum()) if layout else best or "3d"
    return best


def _group(text: str, tail: str) -> str:
    leading = _LEADING_GROUP.match(text)
    if leading and not is_release(leading["group"]) and text[leading.end() :].strip():
        return leading["group"].strip()
    trailing = _GROUP.search(tail) if is_release(tail) else None
    return trailing["group"] if trailing and not is_release(trailing["group"]) else ""
