"""From the files of some folders to the titles they make. Pure: names only."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from local_server.contracts import LibraryKind, TitleKind
from local_server.services.catalog.known import Known
from local_server.services.catalog.named import KINDS, extra_label, known_of, part_label
from local_server.services.catalog.naming import (
    Extra,
    ExtraKind,
    Hints,
    NfoKind,
    Reading,
    ReadingKind,
    Version,
    Work,
    group,
)
from local_server.services.catalog.naming.folders import surroundings
from local_server.services.catalog.naming.text import fold
from local_server.services.catalog.scan.beside import Beside, Company
from local_server.services.catalog.scan.walk import FILMS, FoundFile, Listing


@dataclass(frozen=True, slots=True, kw_only=True)
class Show:
    """A series, as the names of its files have it, and the folder that is all its own."""

    name: str
    year: int | None
    ids: tuple[tuple[str, str], ...]
    folder: str
    company: Company

    @property
    def claim(self) -> str:
        """What its episodes agree on."""
        return f"series|{fold(self.name)}|{self.year or ''}"


@dataclass(slots=True, kw_only=True)
class Slot:
    """A file and the place its title takes. ``parts`` follow it."""

    file: FoundFile
    known: Known
    label: str = ""
    company: Company = field(default_factory=Company)
    folder_company: Company | None = None
    parts: list[Slot] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Planned:
    """A work. Without ``versions`` it holds extras whose owner is ``show``, or nobody."""

    kind: TitleKind
    claim: str
    versions: list[Slot] = field(default_factory=list)
    extras: list[Slot] = field(default_factory=list)
    show: Show | None = None

    def slots(self) -> Iterator[Slot]:
        """All files."""
        for slot in (*self.versions, *self.extras):
            yield slot
            yield from slot.parts


def plan(root: str, listings: Sequence[Listing], library: LibraryKind) -> list[Planned]:
    """The works among the files of ``listings``, folders below ``root``."""
    beside = Beside(listings)
    files = {
        PurePath(os.path.relpath(file.path, root)): file
        for listing in listings
        for file in listing.files
        if file.role in FILMS
    }
    works = group(files, library, _hints(root, listings))
    planner = _Planner(root, files, beside, works, library)
    return [planned for work in works if (planned := planner.plan(work)) is not None]


def _hints(root: str, listings: Iterable[Listing]) -> dict[PurePath, Hints]:
    """Hints by folder. At the top they would be about everything in the library, so none count."""
    return {
        PurePath(os.path.relpath(listing.folder, root)): listing.hints
        for listing in listings
        if listing.hints is not None and listing.folder != root
    }


class _Planner:
    def __init__(
        self,
        root: str,
        files: dict[PurePath, FoundFile],
        beside: Beside,
        works: Iterable[Work],
        library: LibraryKind,
    ) -> None:
        self._root = root
        self._files = files
        self._beside = beside
        self._library = library
        self._shows: dict[tuple[str, str, int | None], Show] = {}
        self._show_of_folder: dict[PurePath, Show] = {}
        self._works_in: Counter[PurePath] = Counter()
        for work in works:
            if work.versions:
                first = work.versions[0].files[0]
                self._works_in[first.parent] += 1
                if work.reading.kind is ReadingKind.EPISODE:
                    show = self._show(first, work.reading)
                    self._show_of_folder.setdefault(first.parent, show)
                    self._show_of_folder.setdefault(self._relative(show.folder), show)

    def plan(self, work: Work) -> Planned | None:
        extras = [
            self._extra(extra)
            for extra in work.extras
            if extra.reading.extra is not ExtraKind.SAMPLE
        ]
        if not work.versions:
            if not extras:
                return None
            owner = work.reading.owner or work.extras[0].path.parent
            show = self._show_of_folder.get(owner) or self._show_of_folder.get(owner.parent)
            return Planned(kind=TitleKind.EXTRA, claim="", extras=extras, show=show)
        reading, first = work.reading, work.versions[0].files[0]
        show = self._show(first, reading) if reading.kind is ReadingKind.EPISODE else None
        return Planned(
            kind=KINDS[reading.kind],
            claim=self._claim(reading, first),
            versions=[self._version(version) for version in work.versions],
            extras=extras,
            show=show,
        )

    def _version(self, version: Version) -> Slot:
        slot = self._slot(version.files[0], known_of(version.reading), version.label)
        for number, path in enumerate(version.files[1:], start=2):
            part = self._slot(path, Known(name=slot.known.name), part_label(number))
            slot.parts.append(part)
        first = version.files[0]
        alone = self._works_in[first.parent] == 1 and first.parent != PurePath()
        if version.reading.kind is ReadingKind.MOVIE and alone:
            folder = str(PurePath(slot.file.path).parent)
            slot.folder_company = self._beside.folder(folder, NfoKind.MOVIE)
        return slot

    def _extra(self, extra: Extra) -> Slot:
        known = Known(name=extra.reading.title)
        return self._slot(extra.path, known, extra_label(extra.reading))

    def _slot(self, path: PurePath, known: Known, label: str) -> Slot:
        file = self._files[path]
        return Slot(file=file, known=known, label=label, company=self._beside.video(file.path))

    def _show(self, path: PurePath, reading: Reading) -> Show:
        folder = self._show_folder(path)
        key = (folder, fold(reading.title), reading.year)
        if key not in self._shows:
            self._shows[key] = Show(
                name=reading.title,
                year=reading.year,
                ids=reading.ids,
                folder=folder,
                company=self._beside.folder(folder, NfoKind.SERIES),
            )
        return self._shows[key]

    def _show_folder(self, path: PurePath) -> str:
        """The folder of the series: that of its note, else the one above the season's."""
        for folder in list(path.parents)[:3]:
            absolute = str(PurePath(self._root, folder))
            if self._beside.folder(absolute, NfoKind.SERIES).nfo is not None:
                return absolute
        above = surroundings(path)
        of_season = above.season is not None and not above.parent.title.title
        return str(PurePath(self._root, path.parent.parent if of_season else path.parent))

    def _relative(self, folder: str) -> PurePath:
        return PurePath(os.path.relpath(folder, self._root))

    def _claim(self, reading: Reading, path: PurePath) -> str:
        if reading.kind is not ReadingKind.MOVIE:
            return ""
        # A name without a year is sure enough only where all is known to be films.
        sure = reading.year is not None or self._library is LibraryKind.MOVIES
        place = "" if sure else f"|{path.parent}"
        return f"movie|{fold(reading.title)}|{reading.year or ''}{place}"
