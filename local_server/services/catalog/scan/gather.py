"""Opens the files of planned titles: a little of each film, and the notes beside them."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from local_server.contracts import Problem
from local_server.services.catalog.intake import (
    OfferedFile,
    fingerprint,
    old_fingerprint,
    refused_by_system,
)
from local_server.services.catalog.naming import StrmProblem, read_strm
from local_server.services.catalog.nfo.read import NFO_MAX_BYTES, NfoDocument, NfoFault, read_nfo
from local_server.services.catalog.scan.patient import Beat
from local_server.services.catalog.scan.plan import Planned
from local_server.services.catalog.scan.walk import FoundFile, Role

_STRM_MAX_BYTES = 64 * 1024

_NFO_WORDS = {
    NfoFault.TOO_LARGE: ("The note beside the film is far too large", "Notes have some kilobytes."),
    NfoFault.DANGEROUS: (
        "The note beside the film defines entities, which could be used to do harm",
        "Remove its DOCTYPE, or have the program that wrote it write it again.",
    ),
    NfoFault.NOT_XML: (
        "The note beside the film is no XML that can be read",
        "Have the program that wrote it write it again, or delete it.",
    ),
    NfoFault.NOTHING: (
        "The note beside the film says nothing that Matinee understands",
        "It may belong to another program; it does no harm.",
    ),
}
_STRM_WORDS = {
    StrmProblem.EMPTY: "There is no address in this file",
    StrmProblem.SCHEME: "This file points to something that is not on a network",
    StrmProblem.ADDRESS: "What is in this file is no address",
}


@dataclass(frozen=True, slots=True)
class Print:
    """What a film is recognised by; ``old`` as earlier versions did, where that may matter."""

    value: str
    old: str | None = None


@dataclass(slots=True)
class Gathered:
    """What opening files came to, by path. ``restless`` files are still being written."""

    prints: dict[str, Print] = field(default_factory=dict)
    notes: dict[str, tuple[NfoDocument, ...]] = field(default_factory=dict)
    problems: dict[str, Problem] = field(default_factory=dict)
    restless: set[str] = field(default_factory=set)


def gather(
    works: Iterable[Planned],
    changed: Collection[str],
    growing: Collection[str],
    sizes_of_old: Collection[int],
    beat: Beat,
) -> Gathered:
    """Open what is needed of ``works``; of films only those in ``changed``."""
    found = Gathered()
    found.restless.update(growing)
    for work in works:
        for slot in work.slots():
            if slot.file.path in changed and slot.file.path not in growing:
                _film(slot.file, sizes_of_old, found)
                beat()
            for company in (slot.company, slot.folder_company):
                if company is not None and company.nfo is not None:
                    _note(company.nfo, found)
                    beat()
        if work.show is not None and work.show.company.nfo is not None:
            _note(work.show.company.nfo, found)
            beat()
    return found


def moving(files: Sequence[FoundFile], settle_s: float) -> frozenset[str]:
    """Those of ``files`` whose size or time is another one ``settle_s`` later."""
    time.sleep(settle_s)
    return frozenset(file.path for file in files if not _is_as_found(file))


def _is_as_found(file: FoundFile) -> bool:
    try:
        facts = Path(file.path).stat()
    except OSError:
        return True  # the error is met again where the file is read
    return (facts.st_size, facts.st_mtime_ns) == (file.size_bytes, file.mtime_ns)


def _film(file: FoundFile, sizes_of_old: Collection[int], found: Gathered) -> None:
    path = Path(file.path)
    offered = OfferedFile(path=path, size_bytes=file.size_bytes, mtime_ns=file.mtime_ns)
    try:
        if not file.size_bytes:
            found.problems[file.path] = Problem(
                code="file_empty",
                message="The file is empty",
                hint="Copy it again from where it came.",
            )
            return
        value = fingerprint(offered)
        old = old_fingerprint(offered) if file.size_bytes in sizes_of_old else None
        if file.role is Role.ADDRESS:
            found.problems[file.path] = _strm_problem(path)
        facts = path.stat()
    except OSError as error:
        found.problems[file.path] = refused_by_system(file.path, error).problem
        return
    if (facts.st_size, facts.st_mtime_ns) != (file.size_bytes, file.mtime_ns):
        found.restless.add(file.path)
    else:
        found.prints[file.path] = Print(value, old)


def _strm_problem(path: Path) -> Problem:
    with path.open("rb") as handle:
        content = read_strm(handle.read(_STRM_MAX_BYTES))
    if isinstance(content, StrmProblem):
        return Problem(
            code="strm_unusable",
            message=_STRM_WORDS[content],
            hint="A .strm file holds one address that begins with http:// or the like.",
        )
    return Problem(
        code="strm_not_prepared",
        message="This file points to an address, not to a film on this machine",
        hint="Matinee prepares films from local files. Put the film itself into the library.",
    )


def _note(file: FoundFile, found: Gathered) -> None:
    if file.path in found.notes or file.path in found.problems:
        return
    if file.size_bytes > NFO_MAX_BYTES:
        found.problems[file.path] = nfo_problem(NfoFault.TOO_LARGE)
        return
    try:
        with Path(file.path).open("rb") as handle:
            result = read_nfo(handle.read(NFO_MAX_BYTES + 1))
    except OSError as error:
        found.problems[file.path] = refused_by_system(file.path, error).problem
        return
    if isinstance(result, NfoFault):
        found.problems[file.path] = nfo_problem(result)
    else:
        found.notes[file.path] = result


def nfo_problem(fault: NfoFault) -> Problem:
    """A fault in words."""
    message, hint = _NFO_WORDS[fault]
    return Problem(code=str(fault), message=message, hint=hint)
