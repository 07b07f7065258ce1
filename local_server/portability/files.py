"""Which program a file is from, and what it says of a profile. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException, ElementTree

from local_server.contracts import PortableEntry, ProfileDocument
from local_server.portability import jellyfin, kodi, matinee, plex, reading

KNOWN = (
    "Matinee's profiles, Jellyfin's items as JSON or its Playback Reporting backup, Plex's "
    "libraries and history, Kodi's videodb.xml and NFO files can be taken in."
)

_DECLARATION = re.compile(rb"^\s*<\?xml[^>]*\?>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """A file's contents; ``skipped`` is what has no place here, in words."""

    source: str
    document: ProfileDocument
    skipped: tuple[str, ...] = ()


def read(data: bytes, *, now: datetime, moment_of: Callable[[datetime], datetime]) -> Contents:
    """What ``data`` is and says.

    ``now`` dates what has no date of its own; ``moment_of`` reads the wall clock. Raises
    :class:`~local_server.errors.Refusal` for what is none of the known files.
    """
    data = data.removeprefix(b"\xef\xbb\xbf")
    start = data.lstrip()[:1]
    if start == b"<":
        return _xml(data, now, moment_of)
    if start in (b"{", b"["):
        return _json(data, now)
    told = data.decode("utf-8", "replace")
    if jellyfin.is_report(told):
        return _contents(jellyfin.SOURCE, jellyfin.parse_report(told), now)
    raise _unknown()


def _json(data: bytes, now: datetime) -> Contents:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise reading.unreadable(
            "This file is damaged: it is no JSON", hint="Export it once more."
        ) from error
    if matinee.is_document(document):
        profile = matinee.parse(document, data)
        return Contents(source=profile.source, document=profile)
    items = plex.items_of_json(document)
    if items is not None:
        return _contents(plex.SOURCE, plex.parse(items), now)
    items = jellyfin.items(document)
    if items is not None:
        return _contents(jellyfin.SOURCE, jellyfin.parse(items), now)
    raise _unknown()


def _xml(data: bytes, now: datetime, moment_of: Callable[[datetime], datetime]) -> Contents:
    root = _root(data)
    items = plex.items_of_xml(root)
    if items is not None:
        return _contents(plex.SOURCE, plex.parse(items), now)
    if root.tag in kodi.ROOTS:
        return _contents(kodi.SOURCE, kodi.parse(root, moment_of=moment_of), now)
    raise _unknown()


def _root(data: bytes) -> Element:
    try:
        try:
            root: Element = ElementTree.fromstring(data)
        except ParseError:
            # The NFO of a file with several episodes holds one document after the other.
            several = b"<videodb>" + _DECLARATION.sub(b"", data) + b"</videodb>"
            root = ElementTree.fromstring(several)
    except (ParseError, ValueError, LookupError, RecursionError) as error:
        if isinstance(error, DefusedXmlException):
            raise reading.unreadable(
                "This file defines entities of its own, which can harm whoever reads them",
                hint="No program writes them into such a file. Export it once more.",
            ) from error
        raise reading.unreadable(
            "This file is damaged: it is no XML", hint="Export it once more."
        ) from error
    return root


def _contents(
    source: str, parsed: tuple[list[PortableEntry], list[str]], now: datetime
) -> Contents:
    entries, skipped = parsed
    document = ProfileDocument(source=source, exported_at=now, titles=tuple(entries))
    return Contents(source=source, document=document, skipped=tuple(skipped))


def _unknown() -> Exception:
    return reading.unreadable("This file is none that Matinee knows", hint=KNOWN)
