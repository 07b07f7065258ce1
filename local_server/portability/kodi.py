"""Kodi: ``videodb.xml`` of an export into a single file, and NFO files. Pure.

Kodi writes times of the wall clock without a zone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from xml.etree.ElementTree import Element

from local_server.contracts import PortableEntry, PortableTitle, TitleKind
from local_server.portability import reading

SOURCE = "kodi"

_KINDS = {
    "movie": TitleKind.MOVIE,
    "tvshow": TitleKind.SERIES,
    "episodedetails": TitleKind.EPISODE,
}
ROOTS = frozenset({"videodb", *_KINDS})


def parse(
    root: Element, *, moment_of: Callable[[datetime], datetime]
) -> tuple[list[PortableEntry], list[str]]:
    """What a file says of a profile; ``moment_of`` reads the wall clock."""
    nodes = list(root) if root.tag == "videodb" else [root]
    entries = [
        made for node, show in _told(nodes) if (made := _entry(node, show, moment_of)) is not None
    ]
    others = sum(node.tag == "musicvideo" for node in nodes)
    return entries, [f"{others} music videos"] if others else []


def _told(nodes: Iterable[Element]) -> Iterable[tuple[Element, Element | None]]:
    for node in nodes:
        if node.tag in _KINDS:
            yield node, None
        if node.tag == "tvshow":
            for episode in node.iter("episodedetails"):
                yield episode, node


def _entry(
    node: Element, show: Element | None, moment_of: Callable[[datetime], datetime]
) -> PortableEntry | None:
    kind = _KINDS[node.tag]
    title = _title(node, show, kind)
    resume = node.find("resume")
    total_s = 0.0 if resume is None else reading.seconds(resume.findtext("total"))
    return reading.entry(
        SOURCE,
        title.model_dump_json(),
        title,
        # A series has a play count, too; its episodes know better.
        watched=(reading.number(node.findtext("playcount")) or 0) > 0
        and kind is not TitleKind.SERIES,
        position_s=0.0 if resume is None else reading.seconds(resume.findtext("position")),
        length_s=total_s or 60 * reading.seconds(node.findtext("runtime")),
        at=_moment(node.findtext("lastplayed"), moment_of),
        opinion=reading.thumb(reading.number(node.findtext("userrating"))),
    )


def _moment(value: str | None, moment_of: Callable[[datetime], datetime]) -> datetime | None:
    try:
        clock = datetime.fromisoformat((value or "").strip())
        return reading.moment(moment_of(clock).isoformat())
    except (ValueError, OverflowError, OSError):
        return None


def _title(node: Element, show: Element | None, kind: TitleKind) -> PortableTitle:
    episode = kind is TitleKind.EPISODE
    series = (None if show is None else show.findtext("title")) or node.findtext("showtitle")
    return PortableTitle(
        kind=kind,
        name=reading.text(node.findtext("title") or ""),
        year=_year(node) if not episode else None,
        external_ids=_ids(node),
        series=reading.text(series or "") or None if episode else None,
        series_year=None if show is None else _year(show),
        series_external_ids={} if show is None else _ids(show),
        season=reading.count(node.findtext("season")) if episode else None,
        episode=reading.count(node.findtext("episode")) if episode else None,
    )


def _year(node: Element) -> int | None:
    return reading.count(node.findtext("year")) or reading.count(
        (node.findtext("premiered") or "")[:4]
    )


def _ids(node: Element) -> dict[str, str]:
    return reading.external_ids(
        {found.get("type", ""): (found.text or "") for found in node.findall("uniqueid")}
    )
