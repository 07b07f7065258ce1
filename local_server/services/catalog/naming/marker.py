"""Where a name counts: seasons, episodes, days."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

RANGE_MAX = 60  # episodes in one file; more is a number of something else


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """The numbers of a name and where they stand in it.

    ``title_start`` is where the series' name begins, after a day in front of it. ``alone``: the
    number stands without a season, so it may count through the series.
    """

    start: int
    end: int
    season: int | None = None
    episodes: tuple[int, ...] = ()
    day: date | None = None
    part: int | None = None
    alone: bool = False
    title_start: int = 0


def numbers(first: int, more: str) -> tuple[int, ...]:
    """``first`` and the numbers in ``more``: "-E03" after 1 is 1 to 3, "E03E05" is each by itself.

    A season written again ("-S01E03", " - 1x03") does not count.
    """
    found = [
        int(n)
        for n in re.findall(r"\d{1,5}(?=$|[^\dx]|xe?p?\d{1,5}(?:x|$))", _without_seasons(more))
    ]
    if len(found) == 1 and re.match(r"\s*[-~+\N{EN DASH}]", more) and "+" not in more[:3]:
        last = found[0]
        if first < last <= first + RANGE_MAX:
            return tuple(range(first, last + 1))
        return (first,)
    return (first, *(n for n in dict.fromkeys(found) if n > first))


def _without_seasons(more: str) -> str:
    return re.sub(r"s\d{1,4}[._ ]?(?=x?e)|(?<![\dx])\d{1,4}(?=x\d)", "", more, flags=re.IGNORECASE)
