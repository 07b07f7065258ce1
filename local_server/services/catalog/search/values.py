"""What the index is told and what it answers."""

from __future__ import annotations

from dataclasses import dataclass

from local_server.contracts import MatchField

TOTAL_MAX = 400  # titles a text leads to at most; nobody reads further, and typing must stay quick
QUERY_MAX = 200  # characters of a text that are looked at


FIELDS = tuple(MatchField)  # by the number that stands for each in the tables


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchDocument:
    """A title as the index sees it. ``names``: the primary one first; ``min_age`` in years."""

    id: str
    kind: str
    names: tuple[str, ...]
    people: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    synopsis: str = ""
    year: int | None = None
    min_age: int | None = None
    languages: tuple[str, ...] = ()
    added_at_s: float = 0.0
    available: bool = True
    library_id: str = ""
    series_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchFilters:
    """Which titles may be found; what is left out allows everything.

    One of ``kinds``, ``genres``, ``languages`` and ``library_ids`` each is enough. ``decade`` is
    its first year. A title of unknown year or age fails every demand on it. ``within`` and
    ``without`` are ids: those watched, say.
    """

    kinds: frozenset[str] = frozenset()
    genres: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    library_ids: frozenset[str] = frozenset()
    year_from: int | None = None
    year_to: int | None = None
    decade: int | None = None
    max_age: int | None = None
    added_since_s: float | None = None
    available: bool | None = None
    within: frozenset[str] | None = None
    without: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A title found. ``score`` is 0 to 1 for the match alone; ``text`` is what matched.

    Both say nothing when no text was asked for; ``matched`` is ``None`` then.
    """

    id: str
    score: float = 0.0
    matched: MatchField | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """A page of hits. ``total`` is never more than :data:`TOTAL_MAX` for a text.

    ``corrected`` is what was probably meant when nothing is called what was asked for.
    """

    hits: tuple[Hit, ...] = ()
    total: int = 0
    corrected: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A phrase to ask for. ``corrected``: it is not what was typed, but may have been meant."""

    text: str
    field: MatchField
    corrected: bool = False
