"""What is known of a title, from its name, from a note beside it, or from a person."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from local_server.contracts import EditableField
from local_server.services.catalog.certificates import min_age
from local_server.services.catalog.names import fold
from local_server.services.catalog.tables import TitleRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Fields of a title; ``None`` or nothing where the source does not tell.

    ``people`` as :class:`~local_server.contracts.Person` dumps them; ``premiered`` an ISO date.
    """

    name: str | None = None
    sort_name: str | None = None
    original_name: str | None = None
    other_names: tuple[str, ...] = ()
    year: int | None = None
    synopsis: str | None = None
    tagline: str | None = None
    premiered: str | None = None
    certificate: str | None = None
    rating: float | None = None
    genres: tuple[str, ...] = ()
    studios: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    people: tuple[tuple[tuple[str, str], ...], ...] = ()
    ids: tuple[tuple[str, str], ...] = ()
    season: int | None = None
    episode: int | None = None
    episode_end: int | None = None

    def over(self, other: Known) -> Known:
        """These facts, with what they do not tell from ``other``; identifiers add up."""
        missing: dict[str, Any] = {
            each.name: getattr(other, each.name)
            for each in fields(self)
            if getattr(self, each.name) in (None, ())
        }
        missing["ids"] = tuple((dict(other.ids) | dict(self.ids)).items())
        return replace(self, **missing)


# The field of an edit that locks each column; the others follow their sources always.
_LOCKED_BY = {
    "name": EditableField.NAME,
    "sort_name": EditableField.SORT_NAME,
    "original_name": EditableField.ORIGINAL_NAME,
    "year": EditableField.YEAR,
    "synopsis": EditableField.SYNOPSIS,
    "tagline": EditableField.TAGLINE,
    "certificate": EditableField.CERTIFICATE,
    "genres": EditableField.GENRES,
    "studios": EditableField.STUDIOS,
    "tags": EditableField.TAGS,
    "collections": EditableField.COLLECTIONS,
    "people": EditableField.PEOPLE,
    "season": EditableField.SEASON,
    "episode": EditableField.EPISODE,
    "episode_end": EditableField.EPISODE,
}
_TEXTS = ("sort_name", "original_name", "synopsis", "tagline", "certificate")
_LISTS = ("genres", "studios", "tags", "collections", "other_names")


def work_in(row: TitleRow, known: Known, region: str | None) -> None:
    """Set the fields of ``row`` that nobody has locked; what ``known`` does not tell is emptied."""
    values: dict[str, Any] = {name: getattr(known, name) or "" for name in _TEXTS}
    values |= {name: list(getattr(known, name)) for name in _LISTS}
    values |= {
        "people": [dict(person) for person in known.people],
        "year": known.year,
        "premiered": known.premiered,
        "rating": known.rating,
        "season": known.season,
        "episode": known.episode,
        "episode_end": known.episode_end,
    }
    if known.name:
        values["name"] = known.name
    locked = set(row.locked or ())
    for name, value in values.items():
        if _LOCKED_BY.get(name) not in locked and getattr(row, name) != value:
            setattr(row, name, value)
    derive(row, region)


def derive(row: TitleRow, region: str | None) -> None:
    """Set what follows from other fields."""
    age = min_age(row.certificate or "", region=region)
    folded = fold(row.name)
    for name, value in (
        ("min_age", age),
        ("folded", folded),
        ("sort_key", fold(row.sort_name or "") or folded),
    ):
        if getattr(row, name) != value:
            setattr(row, name, value)
