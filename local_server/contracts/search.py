"""Finding titles by what people type."""

from __future__ import annotations

from enum import StrEnum

from local_server.contracts.base import Name, Wire
from local_server.contracts.titles import TitleSummary


class MatchField(StrEnum):
    """Where a text was found; ``TITLE`` is the primary name. Strongest first."""

    TITLE = "title"
    ALTERNATIVE = "alternative"
    PERSON = "person"
    GENRE = "genre"
    SERIES = "series"
    TAG = "tag"
    SYNOPSIS = "synopsis"


class SearchSort(StrEnum):
    """Order of the hits. Years, dates and popularity run from high to low."""

    RELEVANCE = "relevance"
    NAME = "name"
    YEAR = "year"
    ADDED = "added"
    POPULARITY = "popularity"


class FoundTitle(Wire):
    """A title and what of it was asked for: where, and the words as the library has them."""

    title: TitleSummary
    matched: MatchField | None = None
    text: str = ""


class SearchPage(Wire):
    """What a text leads to, best first. ``total`` stops counting at 400.

    ``corrected`` is what was probably meant when nothing is called what was asked for.
    """

    items: tuple[FoundTitle, ...]
    total: int
    corrected: str | None = None


class Suggestion(Wire):
    """A phrase to ask for. ``corrected``: it is not what was typed, but may have been meant."""

    text: Name
    field: MatchField
    corrected: bool = False


class Suggestions(Wire):
    """What a text may become, likeliest first."""

    items: tuple[Suggestion, ...]
