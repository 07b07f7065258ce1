"""Writes what is known of a title into an NFO document. Pure.

Elements that are not ours stay as they are, in their places, as does everything around the
document.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from local_server.contracts import PersonRole, TitleKind
from local_server.services.catalog.naming import decode_text
from local_server.services.catalog.nfo.read import documents_in, parse_document
from local_server.services.catalog.tables import TitleRow

ROOTS = {
    TitleKind.SERIES: "tvshow",
    TitleKind.EPISODE: "episodedetails",
}
_CREW = {
    PersonRole.DIRECTOR: "director",
    PersonRole.WRITER: "credits",
    PersonRole.PRODUCER: "producer",
    PersonRole.COMPOSER: "composer",
}
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is to be written besides the row itself."""

    ids: Sequence[tuple[str, str]] = ()


def written(existing: bytes | None, row: TitleRow, told: Told) -> bytes:
    """The whole content of the note."""
    root_name = ROOTS.get(TitleKind(row.kind), "movie")
    text = decode_text(existing) if existing else ""
    spans = documents_in(text)
    index, root = _own_document(text, spans, row, root_name)
    _fill(root, row, told)
    indent(root)
    document = tostring(root, encoding="unicode")
    if index is None:
        return (_DECLARATION + document + "\n" + text.strip() + "\n").rstrip().encode() + b"\n"
    start, end = spans[index]
    head = text[:start]
    # Whatever encoding it was in, it is UTF-8 now.
    head = head[head.index("?>") + 2 :].lstrip() if head.lstrip().startswith("<?xml") else head
    return (_DECLARATION + head + document + text[end:]).encode()


def _own_document(
    text: str, spans: Sequence[tuple[int, int]], row: TitleRow, root_name: str
) -> tuple[int | None, Element]:
    """The document that speaks of the title, or a new one."""
    parsed = [parse_document(text[start:end]) for start, end in spans]
    fitting = [
        (index, root)
        for index, root in enumerate(parsed)
        if root is not None and root.tag.lower() == root_name
    ]
    numbered = [
        (index, root) for index, root in fitting if root.findtext("episode") == str(row.episode)
    ]
    for index, root in (*numbered, *fitting):
        return index, root
    return None, Element(root_name)


def _fill(root: Element, row: TitleRow, told: Told) -> None:
    _text(root, "title", row.name)
    _text(root, "sorttitle", row.sort_name)
    _text(root, "originaltitle", row.original_name)
    _text(root, "year", "" if row.year is None else str(row.year))
    _text(root, "plot", row.synopsis)
    _text(root, "tagline", row.tagline)
    _text(root, "mpaa", row.certificate)
    if row.kind == TitleKind.EPISODE:
        _text(root, "season", "" if row.season is None else str(row.season))
        _text(root, "episode", "" if row.episode is None else str(row.episode))
    for name, values in (("genre", row.genres), ("studio", row.studios), ("tag", row.tags)):
        _all(root, name, values)
    _sets(root, row.collections)
    _people(root, row.people)
    _ids(root, told.ids)
    _text(root, "lockdata", "true" if row.locked else "")


def _text(root: Element, name: str, value: str) -> None:
    """Set an element; an empty value removes it."""
    found = root.findall(name)
    for element in found[1:] if value else found:
        root.remove(element)
    if value:
        element = found[0] if found else SubElement(root, name)
        element.text = value


def _all(root: Element, name: str, values: Iterable[str]) -> None:
    for element in root.findall(name):
        root.remove(element)
    for value in values:
        SubElement(root, name).text = value


def _sets(root: Element, names: Sequence[str]) -> None:
    kept = {(e.findtext("name") or e.text or "").strip(): e for e in root.findall("set")}
    for name, element in kept.items():
        if name not in names:
            root.remove(element)
    for name in names:
        if name not in kept:
            SubElement(SubElement(root, "set"), "name").text = name


def _people(root: Element, people: Sequence[Mapping[str, str]]) -> None:
    """Actors keep what other programs know of them, such as pictures."""
    actors = {(e.findtext("name") or "").strip(): e for e in root.findall("actor")}
    for element in actors.values():
        root.remove(element)
    for name in _CREW.values():
        _all(root, name, ())
    _all(root, "writer", ())
    for person in people:
        role = PersonRole(person["role"])
        if role in _CREW:
            SubElement(root, _CREW[role]).text = person["name"]
            continue
        actor = actors.get(person["name"])
        if actor is None:
            actor = Element("actor")
            SubElement(actor, "name").text = person["name"]
        _text(actor, "role", person["character"])
        _text(actor, "type", "GuestStar" if role is PersonRole.GUEST else "")
        root.append(actor)


def _ids(root: Element, ids: Sequence[tuple[str, str]]) -> None:
    present = {(e.get("type") or "").lower(): e for e in root.findall("uniqueid")}
    for provider, value in ids:
        element = present.get(provider)
        if element is None:
            element = SubElement(root, "uniqueid", {"type": provider})
        element.text = value
