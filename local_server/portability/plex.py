"""Plex: libraries and history as its server answers, in XML or JSON. Pure.

The addresses are ``/library/sections/{n}/all`` and ``/status/sessions/history/all``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any
from xml.etree.ElementTree import Element

from local_server.contracts import PortableEntry, PortableTitle, TitleKind
from local_server.portability import reading

SOURCE = "plex"
MS_PER_S = 1000.0

_KINDS = {"movie": TitleKind.MOVIE, "show": TitleKind.SERIES, "episode": TitleKind.EPISODE}
_GUID = re.compile(r"(?P<source>imdb|tmdb|tvdb|themoviedb|thetvdb)://(?P<id>[A-Za-z0-9]{1,32})")


def items_of_json(document: Any) -> list[Mapping[str, Any]] | None:
    """The items of a parsed file; ``None`` when it is none of Plex's."""
    container = document.get("MediaContainer") if isinstance(document, Mapping) else None
    if not isinstance(container, Mapping):
        return None
    found = container.get("Metadata", [])
    return [i for i in found if isinstance(i, Mapping)] if isinstance(found, list) else []


def items_of_xml(root: Element) -> list[Mapping[str, Any]] | None:
    """The items of a parsed file; ``None`` when it is none of Plex's."""
    if root.tag != "MediaContainer":
        return None
    return [
        {**child.attrib, "Guid": [guid.attrib for guid in child.findall("Guid")]}
        for child in root
        if child.tag in ("Video", "Directory")
    ]


def parse(found: Iterable[Mapping[str, Any]]) -> tuple[list[PortableEntry], list[str]]:
    """What the items say of a profile, and what was passed over, in words.

    Raises :class:`~local_server.errors.Refusal` for the history of several accounts.
    """
    rows = list(found)
    accounts = {reading.text(row.get("accountID")) for row in rows if "accountID" in row}
    if len(accounts) > 1:
        raise reading.unreadable(
            f"This file tells what {len(accounts)} accounts watched",
            hint="Ask Plex for one account's history: add ?accountID= to the address.",
        )
    entries: list[PortableEntry] = []
    skipped: Counter[str] = Counter()
    for row in rows:
        kind = _KINDS.get(reading.text(row.get("type")))
        if kind is None:
            skipped[reading.text(row.get("type"))[:40] or "no"] += 1
            continue
        made = _entry(row, kind)
        if made is not None:
            entries.append(made)
    return entries, [f"{number} of type {name}" for name, number in sorted(skipped.items())]


def _entry(row: Mapping[str, Any], kind: TitleKind) -> PortableEntry | None:
    title = _title(row, kind)
    key = reading.text(row.get("ratingKey")) or title.model_dump_json()
    length_s = reading.seconds(row.get("duration"), per_s=MS_PER_S)
    viewed_at = reading.unix_moment(row.get("viewedAt"))
    if viewed_at is not None:
        return reading.viewing(SOURCE, key, title, length_s=length_s, at=viewed_at)
    at = reading.unix_moment(row.get("lastViewedAt"))
    series = kind is TitleKind.SERIES  # its episodes tell themselves what was watched
    return reading.entry(
        SOURCE,
        key,
        title,
        watched=(reading.number(row.get("viewCount")) or 0) > 0 and not series,
        position_s=reading.seconds(row.get("viewOffset"), per_s=MS_PER_S),
        length_s=length_s,
        at=at,
        opinion=reading.thumb(reading.number(row.get("userRating"))),
    )


def _title(row: Mapping[str, Any], kind: TitleKind) -> PortableTitle:
    episode = kind is TitleKind.EPISODE
    return PortableTitle(
        kind=kind,
        name=reading.text(row.get("title")),
        year=reading.count(row.get("year")) if not episode else None,
        external_ids=_ids(row),
        series=reading.text(row.get("grandparentTitle")) or None if episode else None,
        season=reading.count(row.get("parentIndex")) if episode else None,
        episode=reading.count(row.get("index")) if episode else None,
    )


def _ids(row: Mapping[str, Any]) -> dict[str, str]:
    guids = row.get("Guid")
    told = [g.get("id") for g in guids if isinstance(g, Mapping)] if isinstance(guids, list) else []
    # The old agents' guid of an episode is its series', with numbers behind.
    if not told and row.get("type") != "episode":
        told = [row.get("guid")]
    matches = (_GUID.search(guid) for guid in told if isinstance(guid, str))
    return reading.external_ids({match["source"]: match["id"] for match in matches if match})
