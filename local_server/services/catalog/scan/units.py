"""Folders that are read together, so that a change in one of them is seen with what it bears on."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from local_server.services.catalog.naming.extras import folder_kind
from local_server.services.catalog.naming.sidecars import FOLDERS
from local_server.services.catalog.scan.walk import Listing


@dataclass(slots=True)
class Unit:
    """A folder at the top of a library with all below it, or what lies at the top itself."""

    root: str
    listings: list[Listing] = field(default_factory=list)


def units(root: str, listings: Iterable[Listing]) -> Sequence[Unit]:
    """All units of a library's folder, in the order they were walked."""
    found: dict[str, Unit] = {}
    for listing in listings:
        found.setdefault(unit_of(root, listing.folder), Unit(root)).listings.append(listing)
    return tuple(found.values())


def unit_of(root: str, folder: str) -> str:
    """The name of the unit that ``folder`` belongs to; ``""`` is the top itself."""
    top = os.path.relpath(folder, root).partition(os.sep)[0]
    # Extras and subtitles beside films at the top belong to these.
    if top == "." or top.casefold() in FOLDERS or folder_kind(top):
        return ""
    return top
