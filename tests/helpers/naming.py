"""The corpus of names and what must be read in them.

A file of ``tests/golden/catalog/names`` has names on the left and, on the right, the answer:
"kind: title | field value | field value". Fields that are not given are empty; only the facts of a
release (resolution, hdr, source, stereo, group) need not be told. Numbers of episodes are written
"1 2 5" or "1-12", identifiers "tmdb=77", once per identifier.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path, PurePosixPath
from typing import Any

from local_server.contracts import LibraryKind
from local_server.services.catalog.naming import Reading
from tests.helpers.project import ROOT

CORPUS = ROOT / "tests" / "golden" / "catalog" / "names"
RELEASE_FACTS = frozenset({"resolution", "hdr", "source", "stereo", "group"})
_WORDS = {"date": "air_date", "name": "episode_title"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A name of a library, and what must be read in it, as text field by field."""

    subject: str
    library: LibraryKind
    name: str
    expected: dict[str, str]

    @property
    def path(self) -> PurePosixPath:
        """The name as a path."""
        return PurePosixPath(self.name)


def cases(folder: Path = CORPUS) -> Iterator[Case]:
    """Every name whose reading the corpus in ``folder`` tells."""
    for file in sorted(folder.glob("*.toml")):
        document: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
        if "library" in document:
            library = LibraryKind(document["library"])
            for name, answer in document["names"].items():
                yield Case(subject=file.stem, library=library, name=name, expected=_answer(answer))


def table(name: str) -> dict[str, Any]:
    """A file of the corpus that is no list of readings."""
    document: dict[str, Any] = tomllib.loads((CORPUS / name).read_text(encoding="utf-8"))
    return document


def told(reading: Reading) -> dict[str, str]:
    """A reading as the corpus writes answers: every field that is not empty."""
    found: dict[str, str] = {}
    for field in fields(reading):
        value = getattr(reading, field.name)
        if field.name != "release" and value not in (None, "", ()):
            found[field.name] = _text(value)
    for fact in RELEASE_FACTS:
        value = getattr(reading.release, fact)
        if value:
            found[fact] = value
    return found


def differences(case: Case, found: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Fields that are not as they must be: expected and found."""
    asked = set(case.expected) | (set(found) - RELEASE_FACTS)
    return {
        field: (case.expected.get(field, ""), found.get(field, ""))
        for field in sorted(asked)
        if case.expected.get(field, "") != found.get(field, "")
    }


def spelt(text: str) -> tuple[int, ...]:
    """Numbers as the corpus writes them."""
    numbers: list[int] = []
    for word in text.split():
        first, _, last = word.partition("-")
        numbers += range(int(first), int(last or first) + 1)
    return tuple(numbers)


def _answer(text: str) -> dict[str, str]:
    head, *rest = text.split(" | ")
    kind, _, title = head.partition(": ")
    expected = {"kind": kind, "title": title}
    ids: list[str] = []
    for item in rest:
        field, _, value = item.partition(" ")
        if field == "id":
            ids.append(value)
        elif field in ("episodes", "absolute"):
            expected[field] = " ".join(map(str, spelt(value)))
        else:
            expected[_WORDS.get(field, field)] = value
    if ids:
        expected["ids"] = " ".join(sorted(ids))
    return expected


def _text(value: object) -> str:
    if isinstance(value, tuple):
        pairs = ("=".join(item) if isinstance(item, tuple) else str(item) for item in value)
        words = list(pairs)
        return " ".join(sorted(words) if "=" in words[0] else words)
    return str(value)
