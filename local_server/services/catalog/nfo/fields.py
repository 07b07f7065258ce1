"""The elements of an NFO document that Matinee understands. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from xml.etree.ElementTree import Element

from local_server.contracts import PersonRole
from local_server.services.catalog.known import Known

NAME_MAX = 512
TEXT_MAX = 10_000
LIST_MAX = 200
PEOPLE_MAX = 500

_SPACES = re.compile(r"\s+")
_PROVIDER = re.compile(r"^[a-z0-9_.-]{1,32}$")
# Elements that name people, and what these did.
_ROLES = (
    ("director", PersonRole.DIRECTOR),
    ("credits", PersonRole.WRITER),
    ("writer", PersonRole.WRITER),
    ("producer", PersonRole.PRODUCER),
    ("composer", PersonRole.COMPOSER),
)
_ACTOR_ROLES = {
    "gueststar": PersonRole.GUEST,
    "director": PersonRole.DIRECTOR,
    "writer": PersonRole.WRITER,
    "producer": PersonRole.PRODUCER,
    "composer": PersonRole.COMPOSER,
}
# Elements that carry an identifier without saying so.
_ID_ELEMENTS = {
    "imdbid": "imdb",
    "imdb_id": "imdb",
    "tmdbid": "tmdb",
    "tvdbid": "tvdb",
    "tvmazeid": "tvmaze",
    "anidbid": "anidb",
}


def known_of(root: Element) -> Known:
    """What the document tells; texts are one line and no longer than the wire takes."""
    premiered = _date(root, "premiered", "aired", "releasedate")
    year = _number(root, "year")
    if year is None and premiered is not None:
        year = int(premiered[:4])
    return Known(
        name=_line(root, "localtitle", "title") or None,
        sort_name=_line(root, "sorttitle", "sortname") or None,
        original_name=_line(root, "originaltitle") or None,
        year=year if year is not None and 1 <= year <= 9999 else None,
        synopsis=_text(root, "plot", "outline", "biography") or None,
        tagline=_line(root, "tagline") or None,
        premiered=premiered,
        certificate=_line(root, "customrating", "mpaa", "certification") or None,
        rating=_rating(root),
        genres=_lines(root, "genre"),
        studios=_lines(root, "studio"),
        tags=_lines(root, "tag", "style"),
        collections=_collections(root),
        people=tuple(dict.fromkeys(_people(root)))[:PEOPLE_MAX],
        ids=tuple(_ids(root)),
        season=_number(root, "season", "seasonnumber"),
        episode=_number(root, "episode"),
        episode_end=_number(root, "episodenumberend"),
    )


def one_line(text: str | None) -> str:
    """``text`` on one line, of the length a name may have."""
    return _SPACES.sub(" ", text or "").strip()[:NAME_MAX]


def _line(root: Element, *names: str) -> str:
    found = (one_line(element.text) for name in names for element in root.findall(name))
    return next((text for text in found if text), "")


def _text(root: Element, *names: str) -> str:
    found = ((element.text or "").strip() for name in names for element in root.findall(name))
    return next((text[:TEXT_MAX] for text in found if text), "")


def _lines(root: Element, *names: str) -> tuple[str, ...]:
    """All values; Kodi also takes several in one element, separated by slashes."""
    found = (
        one_line(piece)
        for name in names
        for element in root.findall(name)
        for piece in (element.text or "").split(" / ")
    )
    return tuple(dict.fromkeys(text for text in found if text))[:LIST_MAX]


def _collections(root: Element) -> tuple[str, ...]:
    found = (
        one_line(element.findtext("name") if len(element) else element.text)
        for element in root.findall("set")
    )
    return tuple(dict.fromkeys(text for text in found if text))[:LIST_MAX]


def _people(root: Element) -> Iterator[tuple[tuple[str, str], ...]]:
    for element in root.findall("actor"):
        name = one_line(element.findtext("name"))
        role = _ACTOR_ROLES.get(_line(element, "type").casefold(), PersonRole.ACTOR)
        if name:
            yield _person(name, role, one_line(element.findtext("role")))
    for tag, role in _ROLES:
        for name in _lines(root, tag):
            yield _person(name, role, "")


def _person(name: str, role: PersonRole, character: str) -> tuple[tuple[str, str], ...]:
    return (("name", name), ("role", str(role)), ("character", character))


def _ids(root: Element) -> Iterator[tuple[str, str]]:
    found: dict[str, str] = {}
    for element in root.findall("uniqueid"):
        provider = (element.get("type") or "").strip().lower()
        _keep(found, provider, element.text)
    for name, provider in _ID_ELEMENTS.items():
        _keep(found, provider, _line(root, name))
    plain = _line(root, "id")
    if re.fullmatch(r"tt\d{6,10}", plain):
        _keep(found, "imdb", plain)
    yield from found.items()


def _keep(found: dict[str, str], provider: str, value: str | None) -> None:
    text = one_line(value)[:128]
    if text and _PROVIDER.match(provider):
        found.setdefault(provider, text)


def _rating(root: Element) -> float | None:
    ratings = root.findall("ratings/rating")
    chosen = sorted(ratings, key=lambda each: each.get("default", "").lower() != "true")
    for element in chosen:
        value = _float(element.findtext("value"))
        top = _float(element.get("max")) or 10.0
        if value is not None and top > 0:
            return _out_of_ten(value / top * 10)
    plain = _float(root.findtext("rating"))
    return None if plain is None else _out_of_ten(plain)


def _out_of_ten(value: float) -> float | None:
    return round(value, 2) if 0 < value <= 10 else None


def _float(text: str | None) -> float | None:
    try:
        value = float((text or "").strip().replace(",", "."))
    except ValueError:
        return None
    return value if value == value and abs(value) != float("inf") else None  # noqa: PLR0124


def _number(root: Element, *names: str) -> int | None:
    text = _line(root, *names)
    return int(text) if re.fullmatch(r"\d{1,6}", text, re.ASCII) else None


def _date(root: Element, *names: str) -> str | None:
    for name in names:
        text = _line(root, name)[:10]
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            continue
    return None
