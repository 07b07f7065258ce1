"""A title and its year, out of what stands around them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from local_server.services.catalog.naming.release import (
    edition_end,
    is_release,
    only_weak,
    title_end,
)
from local_server.services.catalog.naming.text import tidy

_SITE = re.compile(
    r"^\W*(?:www\.[\w\-]+(?:\.[\w\-]+)?\.\w{2,6}|\[[^\]]*\.(?:com|org|net|to|tv|info)\s*\])[\s\])\-_]*"
    r"(?=.*\w)",
    re.IGNORECASE,
)
_BRACKET_YEAR = re.compile(
    r"[(\[]\s*(?P<year>(?:18[89]|19\d|20\d)\d)(?P<more>\s*[-\u2013/]\s*(?:\d{4})?)?\s*[)\]]"
)
_BARE_YEAR = re.compile(
    r"(?<=[ ._,\-])(?<!\d\d[._\-]\d\d[._\-])(?P<year>(?:19\d|20[0-3])\d)(?=$|[ ._,\-\])])"
    r"(?![._ \-]\d{2}[._ \-]\d{2}(?!\d))"
)
_SQUARE = re.compile(r"\[[^\[\]]*\]|\{[^{}]*\}")
_ROUND = re.compile(r"\(([^()]*)\)")
_LEADING_RELEASE = re.compile(r"^(?:\s*\[[^\[\]]*\])+(?=\s*[^\W\d_])")
_ARTICLE = re.compile(r"^(?P<rest>.+), (?P<article>The|A|An)$")
_VERSION = re.compile(r"\sv\d$")
_COUNTS = re.compile(r"^[\W\d_]*(?:月新番|fin|end)?[\W\d_]*$", re.IGNORECASE)
_LEADING = re.compile(r"^\s*\[(?P<inside>[^\[\]]*)\]\s*[_.]?")

_ASIAN = str.maketrans("【】（）", "[]()")  # noqa: RUF001 - brackets of Asian keyboards


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """A title, its year, and the ``tail`` that followed them.

    ``several``: the years were a range, as of collections and series that ended. ``bracketed``: the
    year stood in brackets.
    """

    title: str
    year: int | None = None
    tail: str = ""
    several: bool = False
    bracketed: bool = False


def split_title(text: str) -> Title:
    """Read ``text``, a name without identifiers; an empty title when it has no letter or digit."""
    text = _without_site(text.translate(_ASIAN))
    leading_words = _LEADING_RELEASE.match(text)
    if leading_words and is_release(leading_words[0]):
        text = text[leading_words.end() :]
    for match in _BRACKET_YEAR.finditer(text):
        if _clean(text[: match.start()]):
            return _before_year(text, match)
    leading = _BRACKET_YEAR.match(text.lstrip())
    if leading and _clean(text.lstrip()[leading.end() :]):
        rest = split_title(text.lstrip()[leading.end() :])
        return Title(title=rest.title, year=int(leading["year"]), tail=rest.tail, bracketed=True)
    end = title_end(text)
    year = _bare_year(text, end)
    if year is not None:
        before = text[: year.start()]
        cut = edition_end(before, dotted=" " not in before.strip())
        tail = before[cut:] + text[year.end() :]
        return Title(title=_clean(before[:cut]), year=int(year["year"]), tail=tail)
    cut = edition_end(text[:end], dotted=False)
    return Title(title=_clean(text[:cut]), year=_late_year(text, end), tail=text[cut:])


def _before_year(text: str, match: re.Match[str]) -> Title:
    before = text[: match.start()]
    end = title_end(before, firmly=True)
    end = edition_end(before[:end], dotted=" " not in before.strip())
    return Title(
        title=_clean(before[:end]) or _clean(before),
        year=int(match["year"]),
        tail=text[end : match.start()] + text[match.end() :],
        several=bool(match["more"]),
        bracketed=True,
    )


def _bare_year(text: str, end: int) -> re.Match[str] | None:
    """The last number that can be a year: what follows it must be no title any more."""
    dotted = " " not in text.strip()
    for match in reversed(list(_BARE_YEAR.finditer(text, 0, end))):
        if not _clean(text[: match.start()]):
            continue
        follows = text[match.end() : end]
        if dotted or only_weak(follows) or not tidy(_SQUARE.sub(" ", follows)):
            return match
    return None


def _late_year(text: str, end: int) -> int | None:
    """A year behind the words of the release, where it is the only one."""
    years = [int(match["year"]) for match in _BARE_YEAR.finditer(text, end)]
    return years[0] if len(years) == 1 else None


def _without_site(text: str) -> str:
    match = _SITE.match(text)
    return text[match.end() :] if match else text


def _clean(text: str) -> str:
    """``text`` without a leading group and without brackets of releases; "" if nothing is left."""
    bare = _ARTICLE.sub(
        r"\g<article> \g<rest>", tidy(_ROUND.sub(_without_release, _SQUARE.sub(" ", text)))
    )
    if any(c.isalpha() for c in bare) or (any(c.isalnum() for c in bare) and "[" not in text):
        return _VERSION.sub("", bare) if "[" in text else bare
    named = _of_brackets(text)
    leading = _LEADING.match(text)
    inside = leading["inside"] if leading else ""
    if not named and any(c.isalpha() for c in inside) and not is_release(inside):
        return " ".join(text.split()).strip(" -_.")  # "[REC] 2" is a title
    return named or (bare if any(c.isalnum() for c in bare) else "")


def _of_brackets(text: str) -> str:
    """The title of "[Group][Name][..." : the last in brackets that is a name, group apart."""
    if _SQUARE.sub("", text).strip(" ._-[("):
        return ""
    inside = [content[1:-1] for content in _SQUARE.findall(text)][1:]
    names = [name for name in inside if not _COUNTS.match(name) and not is_release(name)]
    latin = [name for name in names if any(c.isascii() and c.isalpha() for c in name)]
    return tidy((latin or names or [""])[-1])


def _without_release(match: re.Match[str]) -> str:
    return " " if is_release(match[1]) else match[0]
