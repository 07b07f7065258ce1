"""Days that names are of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = r"(?P<{0}>jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]{{0,6}}\.?"
_YEAR = r"(?P<y>(?:19|20)\d{2})"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<!\d)" + _YEAR + r"(?P<s>[._ \-]{1,3})(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?!\d)",
        r"(?<!\d)(?P<d>\d{1,2})(?P<s>[._ \-]{1,3})(?P<m>\d{1,2})(?P=s)" + _YEAR + r"(?!\d)",
        r"(?<!\d)" + _YEAR + r"(?P<m>\d{2})(?P<d>\d{2})(?!\d)",
        r"(?<!\d)" + _YEAR + r"年(?P<m>\d{1,2})月(?P<d>\d{1,2})日",
        r"(?<!\d)(?P<d>\d{1,2})(?:st|nd|rd|th)?[._ \-]+" + _MONTH.format("n") + r"[._ \-]+" + _YEAR
        + r"(?!\d)",
        r"(?<![a-z])" + _MONTH.format("n") + r"[._ \-]+(?P<d>\d{1,2})(?:st|nd|rd|th)?,?[._ \-]+"
        + _YEAR + r"(?!\d)",
        r"(?<!\d)" + _YEAR + r"[._ \-]+" + _MONTH.format("n") + r"[._ \-]+(?P<d>\d{1,2})(?!\d)",
    )
)  # fmt: skip

_COMPACT = re.compile(r"(?:^|(?<=[ ._]))(?P<y>[0-3]\d)(?P<m>\d{2})(?P<d>\d{2})(?=[ ._])")


@dataclass(frozen=True, slots=True, kw_only=True)
class DateFound:
    """A day and where it stands in the text."""

    day: date
    start: int
    end: int


def find_date(text: str) -> DateFound | None:
    """The first day in ``text``; day before month where both orders are possible."""
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            day = _day(match)
            if day is not None:
                return DateFound(day=day, start=match.start(), end=match.end())
    return None


def find_compact_date(text: str) -> DateFound | None:
    """A day in six digits, "240503", as broadcasts have it; of this century."""
    for match in _COMPACT.finditer(text):
        try:
            day = date(2000 + int(match["y"]), int(match["m"]), int(match["d"]))
        except ValueError:
            continue
        return DateFound(day=day, start=match.start(), end=match.end())
    return None


def _day(match: re.Match[str]) -> date | None:
    parts = match.groupdict()
    named = parts.get("n")
    month = _MONTHS.index(named[:3].lower()) + 1 if named else int(parts["m"])
    day = int(parts["d"])
    if month > 12 >= day and not named:
        month, day = day, month
    try:
        return date(int(parts["y"]), month, day)
    except ValueError:
        return None
