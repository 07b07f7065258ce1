"""Which titles a handful of files make, by their names alone. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from local_server.contracts import LibraryKind, TitleKind
from local_server.services.catalog.known import Known
from local_server.services.catalog.named import (
    KINDS,
    extra_label,
    known_of,
    part_label,
    series_of,
)
from local_server.services.catalog.naming import Extra, Reading, ReadingKind, Work, group, read

# An extra by its name is none among home videos: there every name is a title.
_ALONE = (LibraryKind.MIXED, LibraryKind.HOME_VIDEOS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The title that a file makes.

    With ``owner``, another of the files, it stands under that one's title, as ``kind`` says, at
    ``position``; ``series`` is what is known of an episode's.
    """

    kind: TitleKind
    known: Known
    series: Known | None = None
    owner: Path | None = None
    label: str = ""
    position: int = 0


def places(paths: Iterable[Path]) -> dict[Path, Place]:
    """For each file, absolute, its place among the others."""
    by_name = {PurePath(*path.parts[1:]): path for path in paths}
    return {
        by_name[name]: place
        for work in group(by_name, LibraryKind.MIXED)
        for name, place in _places(work, by_name)
    }


def place_of(reading: Reading) -> Place:
    """The place of a film, video or episode that stands for itself."""
    episode = reading.kind is ReadingKind.EPISODE
    return Place(
        kind=KINDS[reading.kind],
        known=known_of(reading),
        series=series_of(reading) if episode else None,
    )


def alone(path: Path) -> Place:
    """The place of a file whose owner is not there, by its own name without its folders'."""
    name = PurePath(path.name)
    readings = (read(name, library=library) for library in _ALONE)
    return place_of(next(r for r in readings if r.kind is not ReadingKind.EXTRA))


def _places(work: Work, paths: dict[PurePath, Path]) -> Iterator[tuple[PurePath, Place]]:
    if not work.versions:
        yield from ((extra.path, alone(paths[extra.path])) for extra in work.extras)
        return
    main = paths[work.versions[0].files[0]]
    for number, version in enumerate(work.versions):
        first, *parts = version.files
        known = known_of(version.reading)
        if number:
            label = version.label or f"Copy {number + 1}"
            yield first, Place(kind=TitleKind.EDITION, known=known, owner=main, label=label)
        else:
            yield first, place_of(version.reading)
        for position, part in enumerate(parts, start=2):
            yield part, _part(known, paths[first], position)
    yield from ((extra.path, _extra(extra, main)) for extra in work.extras)


def _part(known: Known, owner: Path, position: int) -> Place:
    return Place(
        kind=TitleKind.PART,
        known=Known(name=known.name),
        owner=owner,
        label=part_label(position),
        position=position,
    )


def _extra(extra: Extra, owner: Path) -> Place:
    return Place(
        kind=TitleKind.EXTRA,
        known=Known(name=extra.reading.title),
        owner=owner,
        label=extra_label(extra.reading),
    )
