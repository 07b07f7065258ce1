"""Reads NFO files: by the conventions of Kodi and Jellyfin, trusting nothing in them. Pure.

Such a file is XML, XML followed by an address, an address alone, or several XML documents in a
row (one for each episode of a file). Entities are never expanded and nothing is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from local_server.services.catalog.known import Known
from local_server.services.catalog.naming import decode_text
from local_server.services.catalog.nfo.fields import known_of

NFO_MAX_BYTES: Final = 1 << 20
_ROOTS: Final = ("movie", "tvshow", "season", "episodedetails", "musicvideo")
_DOCUMENTS_MAX: Final = 64  # episodes in one file

_OPENING = re.compile(rf"<({'|'.join(_ROOTS)})(?=[\s>/])", re.IGNORECASE)
_DECLARATION = re.compile(r"<\?xml[^>]*\?>", re.IGNORECASE)
_DOCTYPE = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
# Not an entity that XML knows: people write titles with bare ampersands.
_BARE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_IDS_IN_ADDRESSES = (
    ("imdb", re.compile(r"imdb\.com/title/(tt\d{6,10})")),
    ("tmdb", re.compile(r"themoviedb\.org/(?:movie|tv)/(\d{1,10})")),
    ("tvdb", re.compile(r"thetvdb\.com/(?:\S*?[?&](?:id|seriesid)=|(?:series|movies)/)(\d{1,10})")),
)


class NfoFault(StrEnum):
    """Why a note is of no use."""

    TOO_LARGE = "nfo_too_large"
    DANGEROUS = "nfo_dangerous"
    NOT_XML = "nfo_not_xml"
    NOTHING = "nfo_says_nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class NfoDocument:
    """What one document says. ``root`` is its kind, ``""`` for an address alone."""

    root: str
    known: Known


def read_nfo(data: bytes) -> tuple[NfoDocument, ...] | NfoFault:
    """All documents in a file whose whole content is ``data``; never raises.

    Documents that cannot be read are left out as long as one can.
    """
    if len(data) > NFO_MAX_BYTES:
        return NfoFault.TOO_LARGE
    text = _CONTROL.sub("", decode_text(data)).lstrip("\ufeff")
    if _DOCTYPE.search(text):
        return NfoFault.DANGEROUS
    texts = list(_documents(text))
    found = [document for each in texts if (document := _parsed(each)) is not None]
    ids = _addressed(text)
    if found:
        first = found[0]
        known = first.known.over(Known(ids=ids)) if ids else first.known
        return (NfoDocument(root=first.root, known=known), *found[1:])
    if texts:
        return NfoFault.NOT_XML
    if ids:
        return (NfoDocument(root="", known=Known(ids=ids)),)
    return NfoFault.NOT_XML if "<" in text else NfoFault.NOTHING


def documents_in(text: str) -> tuple[tuple[int, int], ...]:
    """Where each document begins and ends."""
    return tuple(_spans(text))


def _documents(text: str) -> Iterator[str]:
    for start, end in _spans(text):
        yield text[start:end]


def _spans(text: str) -> Iterator[tuple[int, int]]:
    place = 0
    for _ in range(_DOCUMENTS_MAX):
        opening = _OPENING.search(text, place)
        if opening is None:
            return
        closing = re.compile(rf"</{opening[1]}\s*>", re.IGNORECASE).search(text, opening.end())
        end = closing.end() if closing is not None else len(text)
        yield opening.start(), end
        place = end


def _parsed(text: str) -> NfoDocument | None:
    root = parse_document(text)
    return None if root is None else NfoDocument(root=root.tag.lower(), known=known_of(root))


def parse_document(text: str) -> Element | None:
    """One document as XML; bare ampersands are forgiven."""
    text = _DECLARATION.sub("", text)
    for attempt in (text, _BARE_AMPERSAND.sub("&amp;", text)):
        try:
            element: Element = fromstring(attempt)
        except (ParseError, DefusedXmlException, ValueError, RecursionError):
            continue
        return element
    return None


def _addressed(text: str) -> tuple[tuple[str, str], ...]:
    outside = text
    for start, end in reversed(list(_spans(text))):
        outside = outside[:start] + outside[end:]
    found = ((provider, form.search(outside)) for provider, form in _IDS_IN_ADDRESSES)
    return tuple((provider, match[1]) for provider, match in found if match)
