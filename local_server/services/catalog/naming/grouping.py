"""Which files are one work: its versions, their parts, its extras."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import PurePath
from types import MappingProxyType

from local_server.contracts import LibraryKind
from local_server.services.catalog.naming.extras import by_name
from local_server.services.catalog.naming.films import version_label
from local_server.services.catalog.naming.folders import (
    disc_root,
    is_part_folder,
    own_folder,
    read_folder,
)
from local_server.services.catalog.naming.hinted import Notes, read_hinted
from local_server.services.catalog.naming.ids import take_edition, take_ids
from local_server.services.catalog.naming.kinds import ReadingKind
from local_server.services.catalog.naming.numbering import find_marked
from local_server.services.catalog.naming.parts import find_part, stack
from local_server.services.catalog.naming.reading import Reading
from local_server.services.catalog.naming.text import fold, natural, stem


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One way to watch a work: its files, one after the other, and what their name says."""

    files: tuple[PurePath, ...]
    reading: Reading

    @property
    def label(self) -> str:
        """What to call it; "" for a version that needs no name."""
        return self.reading.version


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """An extra's file."""

    path: PurePath
    reading: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A film, episode or video with its versions, the best known first.

    A work without versions holds one extra whose owner is no work here: that of a series or season
    (``reading.owner``), or of a film that is missing.
    """

    reading: Reading
    versions: tuple[Version, ...] = ()
    extras: tuple[Extra, ...] = ()

    @property
    def files(self) -> tuple[PurePath, ...]:
        """All files, versions before extras."""
        of_versions = (path for version in self.versions for path in version.files)
        return (*of_versions, *(extra.path for extra in self.extras))


_Key = tuple[object, ...]
_Reader = Callable[[PurePath], Reading]
_NO_NOTES: Notes = MappingProxyType({})


def group(
    paths: Iterable[PurePath], library: LibraryKind, notes: Notes = _NO_NOTES
) -> tuple[Work, ...]:
    """All works among ``paths``, video files relative to the library's root; each file in one.

    ``notes`` say what goes above names. The order of ``paths`` does not matter.
    """
    reader = partial(read_hinted, library=library, notes=notes)
    unique = sorted(set(paths))
    readings = {path: reader(path) for path in unique}
    extras = [path for path in unique if readings[path].kind is ReadingKind.EXTRA]
    main = [path for path in unique if readings[path].kind is not ReadingKind.EXTRA]
    works: dict[_Key, list[Version]] = defaultdict(list)
    for version, folder in _versions(main, readings, reader):
        works[_key(version, folder)].append(version)
    grouped = [_work(versions) for versions in works.values()]
    return _with_extras(grouped, [Extra(path=path, reading=readings[path]) for path in extras])


def _versions(
    paths: list[PurePath], readings: dict[PurePath, Reading], reader: _Reader
) -> list[tuple[Version, PurePath]]:
    """Each version and the folder that it counts as lying in."""
    found: list[tuple[Version, PurePath]] = []
    left: list[PurePath] = []
    discs: dict[PurePath, list[PurePath]] = defaultdict(list)
    for path in paths:
        root = disc_root(path)
        if root != path:
            discs[root].append(path)
        else:
            left.append(path)
    for root, inside in discs.items():
        found.append((Version(files=tuple(inside), reading=readings[inside[0]]), root.parent))
    stacked: set[PurePath] = set()
    for files in (*(films.files for films in stack(left)), *_disc_folders(left)):
        if stacked.isdisjoint(files) and _are_parts([readings[path] for path in files]):
            found.append(_stacked(files, readings, reader))
            stacked.update(files)
    found += [
        (Version(files=(path,), reading=readings[path]), path.parent)
        for path in left
        if path not in stacked
    ]
    return found


def _are_parts(readings: list[Reading]) -> bool:
    """Whether files numbered as parts are that: "Part 2" of a series is its second episode."""
    return all(
        reading.kind is ReadingKind.MOVIE or reading.part is not None for reading in readings
    )


def _disc_folders(paths: list[PurePath]) -> list[tuple[PurePath, ...]]:
    """Films that lie in folders "CD1" and "CD2", one file in each."""
    found: dict[PurePath, list[PurePath]] = defaultdict(list)
    for path in paths:
        if is_part_folder(path.parent.name) and path.parent.parent.name:
            found[path.parent.parent].append(path)
    return [
        tuple(sorted(files, key=lambda path: natural(path.parent.name)))
        for files in found.values()
        if len(files) > 1 and len({path.parent for path in files}) == len(files)
    ]


def _stacked(
    files: tuple[PurePath, ...], readings: dict[PurePath, Reading], reader: _Reader
) -> tuple[Version, PurePath]:
    """The parts as one version, read by their common name."""
    first = files[0]
    part = find_part(stem(first.name))
    apart = len({path.parent for path in files}) > 1
    if part is None or apart or not part.name.strip(" _.-"):
        folder = first.parent.parent if apart else first.parent
        return Version(files=files, reading=readings[first]), folder
    common = first.with_name(part.name.rstrip(" _.-") + first.suffix)
    reading = replace(reader(common), part=part.number)
    return Version(files=files, reading=reading), first.parent


def _key(version: Version, folder: PurePath) -> _Key:
    reading = version.reading
    if reading.kind is ReadingKind.EPISODE:
        numbers = (reading.season, reading.episodes, reading.air_date)
        if reading.episodes or reading.air_date:
            return ("episode", fold(reading.title), reading.year, *numbers)
        return ("file", version.files)
    if reading.kind is ReadingKind.MOVIE:
        name = version.files[0].name if disc_root(version.files[0]) == version.files[0] else ""
        named = _named_after_folder(name, folder)
        if named or (reading.year is not None and reading.title):
            return ("film", folder, fold(reading.title), reading.year)
    return ("file", version.files)


def _named_after_folder(name: str, folder: PurePath) -> bool:
    if not name or not folder.name:
        return False
    text = take_edition(take_ids(stem(name))[0])[0]
    part = find_part(text.rstrip())
    text = part.name if part is not None else text
    return version_label(text, read_folder(folder.name, folder.parent.name)) is not None


def _work(versions: list[Version]) -> Work:
    ordered = tuple(sorted(versions, key=_rank))
    return Work(reading=ordered[0].reading, versions=ordered)


def _rank(version: Version) -> tuple[object, ...]:
    """The version named as the folder alone first, then by lines of picture, then by name."""
    path = version.files[0]
    plain = fold(stem(path.name)) == fold(stem(path.parent.name)) and bool(path.parent.name)
    lines = int(version.reading.release.resolution.rstrip("pi") or 0)
    return (not plain, -lines, natural(path.as_posix()), path.as_posix())


def _with_extras(works: list[Work], extras: list[Extra]) -> tuple[Work, ...]:
    owners = _Owners(works)
    attached: dict[int, list[Extra]] = defaultdict(list)
    alone: list[Work] = []
    for extra in extras:
        index = owners.of(extra)
        if index is None:
            alone.append(Work(reading=extra.reading, extras=(extra,)))
        else:
            attached[index].append(extra)
    whole = [replace(work, extras=tuple(attached[index])) for index, work in enumerate(works)]
    return tuple(sorted([*whole, *alone], key=lambda work: work.files[0]))


class _Owners:
    """Finds the work that an extra belongs to, by its folder and the beginning of its name."""

    def __init__(self, works: list[Work]) -> None:
        self._by_name: dict[tuple[PurePath, str], int] = {}
        self._in_folder: dict[PurePath, set[int]] = defaultdict(set)
        self._films: set[int] = set()
        for index, work in enumerate(works):
            for version in work.versions:
                folder = own_folder(version.files[0])
                self._in_folder[folder].add(index)
                for name in _names(version):
                    self._by_name.setdefault((folder, name), index)
            if work.reading.kind is ReadingKind.MOVIE:
                self._films.add(index)

    def of(self, extra: Extra) -> int | None:
        """The index of the work; None when there is none, or several and no telling."""
        folder = extra.reading.owner or extra.path.parent
        named = by_name(stem(extra.path.name), extra.path.suffix)
        base = named[1] if named is not None else ""
        part = find_part(base)
        for name in (base, part.name if part is not None else base, _title(extra.reading)):
            index = self._by_name.get((folder, fold(name)))
            if index is not None:
                return index
        inside = self._in_folder.get(folder, set())
        if len(inside) == 1 and folder.name and inside <= self._films:
            return next(iter(inside))
        return None


def _names(version: Version) -> set[str]:
    path = disc_root(version.files[0])
    name = stem(path.name)
    part = find_part(name)
    names = {name, part.name if part is not None else name}
    marker = find_marked(name) if version.reading.kind is ReadingKind.EPISODE else None
    if marker is not None:
        names.add(name[: marker.end])  # "Show S01E01", whatever follows in this version
    if version.reading.kind is ReadingKind.MOVIE:
        names.add(_title(version.reading))
        names.add(version.reading.title)
    return {fold(name) for name in names if fold(name)}


def _title(reading: Reading) -> str:
    return f"{reading.title} {reading.year or ''}"
