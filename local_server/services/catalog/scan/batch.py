"""A portion of a scan: what was found of some works, to be worked into the tables together."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from local_server.services.catalog.known import Known
from local_server.services.catalog.naming import ArtKind
from local_server.services.catalog.nfo.read import NfoDocument
from local_server.services.catalog.ports import PictureRole
from local_server.services.catalog.scan.beside import Company
from local_server.services.catalog.scan.gather import Gathered
from local_server.services.catalog.scan.plan import Planned, Show, Slot
from local_server.services.catalog.scan.walk import FoundFile

_ROLES = {
    ArtKind.POSTER: PictureRole.POSTER,
    ArtKind.BACKDROP: PictureRole.BACKDROP,
    ArtKind.LOGO: PictureRole.LOGO,
    ArtKind.BANNER: PictureRole.BANNER,
    ArtKind.THUMB: PictureRole.THUMB,
}


@dataclass(frozen=True, slots=True)
class Settings:
    """What a scan must know of its library."""

    library_id: str
    region: str | None


@dataclass(frozen=True, slots=True)
class WantedPicture:
    """A picture to be made ours for a title."""

    title_id: str
    role: PictureRole
    file: FoundFile

    @property
    def path(self) -> Path:
        """Where it is."""
        return Path(self.file.path)


@dataclass(slots=True, kw_only=True)
class Batch:
    """Works and what opening their files told.

    ``is_gone`` says whether a file that was here is here no more; ``changed`` are paths that are
    new or have changed since the last scan; ``others`` are changed files that belong to no work.
    """

    settings: Settings
    works: list[Planned]
    gathered: Gathered = field(default_factory=Gathered)
    changed: frozenset[str]
    is_gone: Callable[[bytes], bool]
    others: list[FoundFile] = field(default_factory=list)

    def bytes_of(self) -> list[bytes]:
        """Paths of all films."""
        return [os.fsencode(slot.file.path) for work in self.works for slot in work.slots()]

    def known(self, slot: Slot) -> Known:
        """What is known of a film, its notes first."""
        documents = _documents(self.gathered, slot.company, slot.folder_company)
        return _over(documents, slot.known)

    def known_episode(self, slot: Slot) -> Known:
        """What is known of a file of one or several episodes, each with a document of its own."""
        documents = _documents(self.gathered, slot.company)
        if len(documents) < 2:
            return _over(documents, slot.known)
        names = [d.known.name for d in documents if d.known.name]
        synopses = [d.known.synopsis for d in documents if d.known.synopsis]
        numbers = [d.known.episode for d in documents if d.known.episode is not None]
        joined = Known(
            name=" / ".join(names)[:512] or None,
            synopsis="\n\n".join(synopses)[:10_000] or None,
            episode=min(numbers, default=None),
            episode_end=max(numbers) if len(set(numbers)) > 1 else None,
        )
        return joined.over(_over(documents, slot.known))

    def known_show(self, show: Show) -> Known:
        """What is known of a series."""
        documents = _documents(self.gathered, show.company)
        return _over(documents, Known(name=show.name, year=show.year, ids=show.ids))


def art_of(*companies: Company | None) -> Iterator[tuple[PictureRole, FoundFile]]:
    """The pictures to be shown, the first company's before the others'."""
    seen: set[PictureRole] = set()
    for company in companies:
        for kind, file in company.art.items() if company is not None else ():
            role = _ROLES.get(kind)
            if role is not None and role not in seen:
                seen.add(role)
                yield role, file


def _documents(gathered: Gathered, *companies: Company | None) -> list[NfoDocument]:
    return [
        document
        for company in companies
        if company is not None and company.nfo is not None
        for document in gathered.notes.get(company.nfo.path, ())
    ]


def _over(documents: list[NfoDocument], base: Known) -> Known:
    for document in reversed(documents):
        base = document.known.over(base)
    return base
