"""Identifiers and editions that people write into names, in brackets."""

from __future__ import annotations

import re

from local_server.services.catalog.naming.reading import Ids

_TAG = re.compile(
    r"[\[{(]\s*(?P<provider>imdb|tmdb|tvdb|anidb\d?|tvmaze|trakt|tvrage|wikidata)(?:id)?"
    r"\s*[-=: ]\s*(?P<id>[A-Za-z0-9_\-]{1,40})\s*[\]})]"
    r"|[\[{(](?P<bare>tt\d{6,9})[\]})]",
    re.IGNORECASE,
)
_EDITION = re.compile(r"\{\s*edition[-=](?P<edition>[^{}]{1,80})\}", re.IGNORECASE)


def take_ids(text: str) -> tuple[str, Ids]:
    """``text`` without its tags, and the tags; of one provider the first counts."""
    found: dict[str, str] = {}
    for match in _TAG.finditer(text):
        provider, value = (
            ("imdb", match["bare"]) if match["bare"] else match.group("provider", "id")
        )
        found.setdefault(provider.lower(), value.lower() if match["bare"] else value)
    return (_TAG.sub(" ", text), tuple(found.items())) if found else (text, ())


def take_edition(text: str) -> tuple[str, str]:
    """``text`` without ``{edition-...}``, and the edition or ""."""
    match = _EDITION.search(text)
    if match is None:
        return text, ""
    return text[: match.start()] + " " + text[match.end() :], " ".join(match["edition"].split())


def merged(first: Ids, then: Ids) -> Ids:
    """Both, the first counting where both name a provider."""
    return tuple((dict(then) | dict(first)).items())
