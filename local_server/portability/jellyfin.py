"""Jellyfin: its API's list of items with user data, and the Playback Reporting backup. Pure.

Items are as ``/Users/{id}/Items?Recursive=true&Fields=ProviderIds`` answers; the backup is a table
of tabs, one playback a line.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from local_server.contracts import PortableEntry, PortableTitle, Thumb, TitleKind
from local_server.portability import reading

SOURCE = "jellyfin"
TICKS_PER_S = 1e7

_KINDS = {
    "Movie": TitleKind.MOVIE,
    "Series": TitleKind.SERIES,
    "Episode": TitleKind.EPISODE,
    "Video": TitleKind.VIDEO,
}
_EPISODE = re.compile(r"^(?P<series>.+) - s(?P<season>\d+)e(?P<episode>\d+)(?: - (?P<name>.*))?$")
_COLUMNS = 9  # date, user, item, its type, its name, method, client, device, seconds


def items(document: Any) -> list[Mapping[str, Any]] | None:
    """The items of a parsed file; ``None`` when it is none of Jellyfin's."""
    found = document.get("Items") if isinstance(document, Mapping) else document
    if not isinstance(found, list):
        return None
    rows = [item for item in found if isinstance(item, Mapping)]
    told = any("UserData" in item and "Type" in item for item in rows)
    return rows if told or (isinstance(document, Mapping) and not found) else None


def parse(found: Iterable[Mapping[str, Any]]) -> tuple[list[PortableEntry], list[str]]:
    """What the items say of a profile, and what was passed over, in words."""
    entries: list[PortableEntry] = []
    skipped: Counter[str] = Counter()
    for item in found:
        kind = _KINDS.get(reading.text(item.get("Type")))
        if kind is None:
            skipped[reading.text(item.get("Type"))[:40] or "no"] += 1
            continue
        made = _entry(item, kind)
        if made is not None:
            entries.append(made)
    return entries, [f"{number} of type {name}" for name, number in sorted(skipped.items())]


def is_report(told: str) -> bool:
    """Whether a text is a Playback Reporting backup."""
    first = told.partition("\n")[0].rstrip("\r").split("\t")
    return len(first) >= _COLUMNS and reading.moment(first[0]) is not None


def parse_report(told: str) -> tuple[list[PortableEntry], list[str]]:
    """Playbacks as viewings, and what was passed over.

    Raises :class:`~local_server.errors.Refusal` when it tells of several users.
    """
    rows = [
        row
        for row in csv.reader(io.StringIO(told), delimiter="\t", quoting=csv.QUOTE_NONE)
        if len(row) >= _COLUMNS
    ]
    if len({row[1] for row in rows}) > 1:
        raise reading.unreadable(
            "This file tells of several people's playbacks",
            hint="Keep the lines of one user, whose id is in the second column.",
        )
    entries, skipped = [], 0
    for row in rows:
        at, title = reading.moment(row[0]), _title_of_report(row[3], row[4])
        if at is None or title is None:
            skipped += 1
            continue
        # The report knows how long was played, not where: it is history, not a resume point.
        entries.append(reading.viewing(SOURCE, row[2] or row[4], title, length_s=0.0, at=at))
    return entries, [f"{skipped} lines"] if skipped else []


def _entry(item: Mapping[str, Any], kind: TitleKind) -> PortableEntry | None:
    data = item.get("UserData")
    known: Mapping[str, Any] = data if isinstance(data, Mapping) else {}
    at = reading.moment(known.get("LastPlayedDate"))
    title = _title(item, kind)
    series = kind is TitleKind.SERIES  # its episodes tell themselves what was watched
    return reading.entry(
        SOURCE,
        reading.text(item.get("Id")) or title.model_dump_json(),
        title,
        watched=known.get("Played") is True and not series,
        position_s=reading.seconds(known.get("PlaybackPositionTicks"), per_s=TICKS_PER_S),
        length_s=reading.seconds(item.get("RunTimeTicks"), per_s=TICKS_PER_S),
        at=at,
        opinion=_opinion(known),
    )


def _opinion(known: Mapping[str, Any]) -> Thumb | None:
    if known.get("IsFavorite") is True:
        return Thumb.LOVE
    if isinstance(known.get("Likes"), bool):
        return Thumb.UP if known["Likes"] else Thumb.DOWN
    return reading.thumb(reading.number(known.get("Rating")))


def _title(item: Mapping[str, Any], kind: TitleKind) -> PortableTitle:
    ids = item.get("ProviderIds")
    episode = kind is TitleKind.EPISODE
    return PortableTitle(
        kind=kind,
        name=reading.text(item.get("Name")),
        year=reading.count(item.get("ProductionYear")) if not episode else None,
        external_ids=reading.external_ids(ids if isinstance(ids, Mapping) else {}),
        series=reading.text(item.get("SeriesName")) or None if episode else None,
        season=reading.count(item.get("ParentIndexNumber")) if episode else None,
        episode=reading.count(item.get("IndexNumber")) if episode else None,
    )


def _title_of_report(kind: str, name: str) -> PortableTitle | None:
    if kind == "Movie":
        return PortableTitle(kind=TitleKind.MOVIE, name=reading.text(name))
    match = _EPISODE.match(name) if kind == "Episode" else None
    if match is None:
        return None
    return PortableTitle(
        kind=TitleKind.EPISODE,
        name=reading.text(match["name"] or ""),
        series=reading.text(match["series"]),
        season=reading.count(match["season"]),
        episode=reading.count(match["episode"]),
    )
