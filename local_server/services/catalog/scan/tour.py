"""A library's folders, walked to the end, beside what the last scan saw of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from local_server.contracts import Problem
from local_server.services.catalog.scan.patient import PatientReader
from local_server.services.catalog.scan.units import Unit, unit_of, units
from local_server.services.catalog.scan.walk import FILMS, FoundFile, Listing, Rules, list_folder

# So many films do not vanish at once by anybody's wish: the disk they are on is not there.
MANY = 10


@dataclass(frozen=True, slots=True)
class SeenBefore:
    """What is remembered of a file."""

    role: str
    size_bytes: int
    mtime_ns: int
    title_id: str | None


Tops = frozenset[tuple[str, str]]
"""Some units only: each a library's folder and the name of a unit in it."""


@dataclass(slots=True)
class Tour:
    """All that was found. ``unread`` are folders of which nothing is known at present."""

    before: dict[str, SeenBefore]
    only: Tops | None = None
    listings: dict[str, list[Listing]] = field(default_factory=dict)
    present: set[str] = field(default_factory=set)
    unread: list[str] = field(default_factory=list)
    refused: dict[str, Problem] = field(default_factory=dict)
    problem: Problem | None = None

    @property
    def films(self) -> int:
        """How many films there are."""
        return sum(file.role in FILMS for file in self.files())

    def files(self) -> Iterator[FoundFile]:
        """All files, in the order they were found."""
        for listings in self.listings.values():
            for listing in listings:
                yield from listing.files

    def changed(self) -> frozenset[str]:
        """Files that are new, or other than the last scan saw them."""
        return frozenset(file.path for file in self.files() if self._is_changed(file))

    def gone(self) -> tuple[str, ...]:
        """Files that are there no more."""
        return tuple(path for path in self.before if self._is_away(path))

    def is_gone(self, path: bytes) -> bool:
        """Whether a file that was in this library is there no more."""
        text = os.fsdecode(path)
        ours = text in self.before or any(_below(text, root) for root in self.listings)
        return ours and self._is_away(text)

    def dirty(self, changed: frozenset[str], gone: Sequence[str]) -> Iterator[tuple[str, Unit]]:
        """Units, with the library's folder they are in, that have to be read again."""
        folders = {os.path.dirname(path) for path in (*changed, *gone)}  # noqa: PTH120
        for root, listings in self.listings.items():
            wanted = {unit_of(root, f) for f in folders if f == root or _below(f, root)}
            for unit in units(root, listings):
                if unit_of(root, unit.listings[0].folder) in wanted:
                    yield root, unit

    def _is_changed(self, file: FoundFile) -> bool:
        seen = self.before.get(file.path)
        return seen is None or (seen.size_bytes, seen.mtime_ns) != (file.size_bytes, file.mtime_ns)

    def _is_away(self, path: str) -> bool:
        if path in self.present:
            return False
        return not any(path == folder or _below(path, folder) for folder in self.unread)


class Guide:
    """Walks. ``step`` hears of each folder before it is listed and of how many films there are."""

    def __init__(
        self, reader: PatientReader, *, own: Sequence[Path], step: Callable[[str, int], None]
    ) -> None:
        self._reader = reader
        self._own = own
        self._step = step
        self._films = 0

    def walk(
        self, roots: Sequence[str], before: dict[str, SeenBefore], only: Tops | None = None
    ) -> Tour:
        """See every folder below ``roots`` once; raises as :class:`PatientReader` does.

        With ``only``, what lies in other units than these is neither looked at nor missed.
        """
        if only is not None:
            before = {path: seen for path, seen in before.items() if _is_in(path, roots, only)}
        tour = Tour(before, only)
        visited: set[tuple[int, int]] = set()
        for root in roots:
            tour.listings[root] = self._below(root, tour, visited)
            self._judge(root, tour)
        return tour

    def _below(self, root: str, tour: Tour, visited: set[tuple[int, int]]) -> list[Listing]:
        found: list[Listing] = []
        waiting: list[tuple[str, tuple[Rules, ...]]] = [(root, ())]
        while waiting:
            folder, rules = waiting.pop()
            self._step(folder, self._films)
            listing = self._reader.call(
                lambda beat, folder=folder, rules=rules: list_folder(  # type: ignore[misc]
                    folder, rules, self._own, beat
                )
            )
            if listing.problem is not None:
                tour.unread.append(folder)
                tour.refused[folder] = listing.problem
                tour.present.add(folder)
            elif listing.identity not in visited:
                visited.add(listing.identity)
                found.append(listing)
                tour.present.update(file.path for file in listing.files)
                tour.present.update(path for path, _ in listing.refused)
                tour.refused.update(listing.refused)
                self._films += sum(file.role in FILMS for file in listing.files)
                # Backwards onto the stack, so that folders come off it in their order.
                waiting += [
                    (below, listing.rules)
                    for below in reversed(listing.folders)
                    if folder != root or tour.only is None or _is_in(below, [root], tour.only)
                ]
        return found

    def _judge(self, root: str, tour: Tour) -> None:
        """A disk that is not mounted looks like a folder that is missing or empty."""
        if root in tour.unread:
            tour.problem = Problem(
                code="library_folder_missing",
                message=f"The folder {os.path.basename(root) or root} cannot be read",  # noqa: PTH119
                hint="Connect the disk or share it is on. Until then its titles stay as they are.",
                retryable=True,
            )
            return
        films = any(file.role in FILMS for each in tour.listings[root] for file in each.files)
        lost = sum(seen.role in FILMS and _below(path, root) for path, seen in tour.before.items())
        if not films and lost >= MANY:
            tour.unread.append(root)
            tour.problem = Problem(
                code="library_folder_empty",
                message=f"There is no film any more where {lost} have been",
                hint="The disk or share is probably not connected. Its titles stay as they are; "
                "if the films are gone for good, remove the folder from the library.",
                retryable=True,
            )


def _is_in(path: str, roots: Sequence[str], only: Tops) -> bool:
    """Whether a path lies in one of the units, or at the top of a library's folder."""
    for root in roots:
        if _below(path, root):
            unit = unit_of(root, path)
            at_top = os.path.dirname(path) == root  # noqa: PTH120
            return (root, unit) in only or unit == "" or (at_top and (root, "") in only)
    return False


def _below(path: str, folder: str) -> bool:
    return path.startswith(folder if folder.endswith(os.sep) else folder + os.sep)
