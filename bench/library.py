"""How long a library of many files takes to look through, first and again.

    python -m bench.library [--files N] [--json]

Small, distinct files in folders as households have them, with notes and subtitles beside the films.
``scan_s`` is the first scan, ``rescan_s`` one that finds nothing new, ``walk_s`` what the operating
system alone takes to list the folders and tell sizes and times: no scan can be faster.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import secrets
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from local_server.contracts import LibraryKind, MakeLibrary
from local_server.runtime.database import Database, Durability
from local_server.runtime.events import EventBus
from local_server.runtime.logs import configure
from local_server.services.catalog.library import Library
from local_server.services.catalog.ports import Picture, TakenPicture
from local_server.services.catalog.service import Catalog
from local_server.services.catalog.views import Views
from tests.helpers.library import generated

WAIT_S = 600.0
LISTED = 400
ROUNDS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Seconds, unless named otherwise; ``facts_s`` is of all titles, after a change."""

    files: int
    titles: int
    scan_s: float
    rescan_s: float
    walk_s: float
    scan_per_walk: float
    rescan_per_walk: float
    facts_s: float
    summaries_ms: float
    one_change_s: float


class _NoStudio:
    """Takes every title and never prepares one."""

    def prepare(self, *, title_id: str, name: str, source: Path | str, background: bool) -> None:
        """Nothing comes of it."""

    def requested(self) -> Mapping[str, datetime]:
        """Nothing waits."""
        return {}

    def withdraw(self, title_ids: Collection[str]) -> None:
        """There is nothing to withdraw."""

    def discard(self, presentation_id: str) -> None:
        """There is nothing to delete."""


class _NoPictures:
    """Makes none; there are none."""

    def take(
        self, pictures: Sequence[Picture], taken: Callable[[Picture, TakenPicture], None]
    ) -> None:
        """Nothing is made."""

    def stop(self) -> None:
        """Nothing is under way."""


class _NoMedia:
    """No title is ready."""

    def url(self, presentation_id: str, path: str) -> str:
        """An address that leads nowhere."""
        return f"{presentation_id}/{path}"

    def exists(self, presentation_id: str) -> bool:
        """No."""
        del presentation_id
        return False


def timed(work: Callable[[], object]) -> float:
    """Seconds that ``work`` takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def walk(root: Path) -> int:
    """List every folder and ask each file its size and time."""
    return sum(
        os.stat(os.path.join(folder, name)).st_size  # noqa: PTH116, PTH118 - the fastest there is
        for folder, _, names in os.walk(root)
        for name in names
    )


def measure(root: Path, home: Path) -> Figures:
    """Scan the files below ``root`` with an empty catalog in ``home``."""
    with_database = Database(
        home / "catalog.sqlite3", service="catalog", durability=Durability.POWER_LOSS
    )
    library = Library(
        with_database,
        preparation=_NoStudio(),
        media=_NoMedia(),
        pictures=_NoPictures(),
        own_folders=(home,),
        bus=EventBus(),
        now=lambda: datetime.now(UTC),
        new_id=lambda: secrets.token_hex(16),
    )
    catalog = Catalog(with_database, views=Views(media=_NoMedia(), progress=library.progress))
    made: list[str] = []

    def first() -> None:
        wanted = MakeLibrary(name="All", kind=LibraryKind.MIXED, folders=(str(root),), watch=False)
        made.append(library.make_library(wanted).id)
        assert library.await_scan(made[0], WAIT_S)

    def again() -> None:
        library.scan(made[0])
        assert library.await_scan(made[0], WAIT_S)

    files = sum(len(names) for _, _, names in os.walk(root))
    walk(root)
    walk_s, scan_s, rescan_s = timed(lambda: walk(root)), timed(first), timed(again)
    assert library.library(made[0]).problem is None
    facts_s = timed(catalog.facts)
    ids = [fact.id for fact in itertools.islice(catalog.facts(), LISTED)]
    summaries_s = min(timed(lambda: catalog.summaries(ids)) for _ in range(ROUNDS))
    (root / "Movies" / "New Film (2024).mkv").write_bytes(b"new")
    figures = Figures(
        files=files,
        titles=len(catalog.facts()),
        scan_s=round(scan_s, 2),
        rescan_s=round(rescan_s, 2),
        walk_s=round(walk_s, 3),
        scan_per_walk=round(scan_s / walk_s, 1),
        rescan_per_walk=round(rescan_s / walk_s, 1),
        facts_s=round(facts_s, 3),
        summaries_ms=round(summaries_s * 1000, 2),
        one_change_s=round(timed(again), 2),
    )
    library.stop()
    with_database.close()
    return figures


def main() -> None:
    """Generate the files, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--flat", action="store_true", help="films only, all in one folder")
    parser.add_argument("--json", action="store_true", help="only the line of figures")
    arguments = parser.parse_args()
    configure()
    with tempfile.TemporaryDirectory(prefix="matinee-bench-") as folder:
        root, home = Path(folder, "files"), Path(folder, "home")
        home.mkdir()
        names = _flat(arguments.files) if arguments.flat else generated(arguments.files)
        for name, content in names:
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        (root / "Movies").mkdir(exist_ok=True)
        figures = measure(root, home)
    if not arguments.json:
        print(f"{figures.files} files, {figures.titles} titles")
        print(f"scan {figures.scan_s} s, {figures.scan_per_walk} times a bare walk")
        print(f"rescan {figures.rescan_s} s, {figures.rescan_per_walk} times a bare walk")
    print(json.dumps({"figures": asdict(figures)}))


def _flat(count: int) -> Iterator[tuple[str, bytes]]:
    return ((f"Film {n} ({1950 + n % 70}).mkv", b"film %d" % n) for n in range(count))


if __name__ == "__main__":
    main()
