"""One scan of one library: walk, compare, read what is new, record it in portions."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from local_server.contracts import LibraryKind, Problem, ScanProgress, ScanState
from local_server.runtime.database import Database
from local_server.services.catalog.intake import absolute, display
from local_server.services.catalog.scan.batch import Batch, Settings, WantedPicture
from local_server.services.catalog.scan.gather import gather, moving
from local_server.services.catalog.scan.losses import Losses
from local_server.services.catalog.scan.patient import PatientReader, Stopped
from local_server.services.catalog.scan.plan import Planned, plan
from local_server.services.catalog.scan.reconcile import Reconciler
from local_server.services.catalog.scan.tour import Guide, SeenBefore, Tops, Tour
from local_server.services.catalog.scan.walk import HINTS_NAME, FoundFile
from local_server.services.catalog.tables import AssetRow, FileRow

# Films per transaction: enough to be fast, few enough that others are not kept from writing.
BATCH_FILMS = 300
# A file that was written to so lately is watched for a moment before it is read.
_YOUNG_S = 10.0
SETTLE_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannedLibrary:
    """What a scan must know."""

    id: str
    kind: LibraryKind
    folders: tuple[str, ...]
    region: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanResult:
    """How a scan ended. ``restless``: some files are still being written, look again soon."""

    pictures: tuple[WantedPicture, ...] = ()
    restless: bool = False
    problem: Problem | None = None


class Scan:
    """See the module. ``report`` hears how far it has come; ``is_stopped`` is asked now and then.

    Raises :class:`~.patient.FolderSilent` and :class:`~.patient.Stopped`; what was recorded by
    then is complete in itself, and another scan goes on from there.
    """

    def __init__(
        self,
        database: Database,
        *,
        reconciler: Reconciler,
        losses: Losses,
        reader: PatientReader,
        own_folders: Sequence[Path],
        report: Callable[[ScanProgress], None],
        is_stopped: Callable[[], bool],
        now: Callable[[], datetime],
    ) -> None:
        self._now = now
        self._database = database
        self._reconciler = reconciler
        self._losses = losses
        self._reader = reader
        self._own_folders = own_folders
        self._report = report
        self._is_stopped = is_stopped
        self._progress = ScanProgress(state=ScanState.RUNNING)

    def run(self, library: ScannedLibrary, only: Tops | None = None) -> ScanResult:
        """Bring the catalog in step with the library's folders, or with some units of them."""
        guide = Guide(self._reader, own=self._own_folders, step=self._step)
        roots = [str(path) for text in library.folders if (path := absolute(text)) is not None]
        tour = guide.walk(_outermost(roots), self._before(library.id), only)
        changed, gone = tour.changed(), tour.gone()
        works = list(self._works(library, tour, changed, gone))
        left = sum(1 for work in works for _ in work.slots())
        self._tell(found=tour.films, done=tour.films - left)
        pictures: list[WantedPicture] = []
        restless = False
        sizes_of_old = self._sizes_of_old()
        growing = self._growing(tour, changed)
        for batch in self._batches(library, works, tour, changed):
            batch.gathered = self._reader.call(
                lambda beat, batch=batch: gather(  # type: ignore[misc]
                    batch.works, changed, growing, sizes_of_old, beat
                )
            )
            pictures += self._reconciler.apply(batch)
            restless = restless or bool(batch.gathered.restless)
            done = sum(1 for work in batch.works for _ in work.slots())
            self._tell(done=min(self._progress.done + done, self._progress.found))
            self._check()
        self._losses.record(library.id, gone, tour.refused)
        return ScanResult(pictures=tuple(pictures), restless=restless, problem=tour.problem)

    def _before(self, library_id: str) -> dict[str, SeenBefore]:
        columns = (FileRow.path, FileRow.role, FileRow.size_bytes, FileRow.mtime_ns)
        with self._database.read() as session:
            rows = session.execute(
                select(*columns, FileRow.title_id).where(FileRow.library_id == library_id)
            )
            return {
                os.fsdecode(path): SeenBefore(role, size, mtime, title_id)
                for path, role, size, mtime, title_id in rows
            }

    def _sizes_of_old(self) -> frozenset[int]:
        """Sizes of films that are known by a fingerprint of an earlier version."""
        with self._database.read() as session:
            rows = session.scalars(
                select(AssetRow.size_bytes).where(
                    AssetRow.path.isnot(None), AssetRow.fingerprint.not_like("2:%")
                )
            )
            return frozenset(rows)

    def _growing(self, tour: Tour, changed: frozenset[str]) -> frozenset[str]:
        """Films that somebody is still writing: young ones whose size or time moves."""
        now_ns = self._now().timestamp() * 1e9
        young = [
            file
            for file in tour.files()
            if file.path in changed and abs(now_ns - file.mtime_ns) < _YOUNG_S * 1e9
        ]
        if not young:
            return frozenset()
        return self._reader.call(lambda _beat: moving(young, SETTLE_S))

    def _works(
        self, library: ScannedLibrary, tour: Tour, changed: frozenset[str], gone: Sequence[str]
    ) -> Iterator[Planned]:
        hinted = {
            os.path.dirname(path) + os.sep  # noqa: PTH120 - as text, like all paths of a scan
            for path in (*changed, *gone)
            if os.path.basename(path) == HINTS_NAME  # noqa: PTH119
        }
        touched = {tour.before[path].title_id for path in gone} - {None}
        for root, unit in tour.dirty(changed, gone):
            self._check()
            for work in plan(root, unit.listings, library.kind):
                if _bears_on(work, changed, hinted) or any(
                    seen.title_id in touched
                    for slot in work.slots()
                    if (seen := tour.before.get(slot.file.path)) is not None
                ):
                    yield work

    def _batches(
        self,
        library: ScannedLibrary,
        works: Iterable[Planned],
        tour: Tour,
        changed: frozenset[str],
    ) -> Iterator[Batch]:
        settings = Settings(library.id, library.region)
        covered: set[str] = set()

        def batch(taken: list[Planned], others: Iterable[FoundFile] = ()) -> Batch:
            return Batch(
                settings=settings,
                works=taken,
                changed=changed,
                is_gone=tour.is_gone,
                others=list(others),
            )

        taken: list[Planned] = []
        films = 0
        for work in works:
            covered.update(_files_of(work))
            taken.append(work)
            films += sum(1 for _ in work.slots())
            if films >= BATCH_FILMS:
                yield batch(taken)
                taken, films = [], 0
        others = (f for f in tour.files() if f.path in changed and f.path not in covered)
        rest = batch(taken, others)
        if rest.works or rest.others:
            yield rest

    def _step(self, folder: str, films: int) -> None:
        self._check()
        self._tell(folder=display(folder), found=films)

    def _tell(self, **values: object) -> None:
        self._progress = self._progress.model_copy(update=values)
        self._report(self._progress)

    def _check(self) -> None:
        if self._is_stopped():
            raise Stopped


def _outermost(roots: Sequence[str]) -> list[str]:
    """Each folder that lies in no other of them, once."""
    distinct = list(dict.fromkeys(roots))
    return [
        root
        for root in distinct
        if not any(Path(other) in Path(root).parents for other in distinct)
    ]


def _bears_on(work: Planned, changed: frozenset[str], hinted: Collection[str]) -> bool:
    if any(path in changed for path in _files_of(work)):
        return True
    return any(slot.file.path.startswith(folder) for folder in hinted for slot in work.slots())


def _files_of(work: Planned) -> Iterator[str]:
    companies = [work.show.company] if work.show is not None else []
    for slot in work.slots():
        yield slot.file.path
        companies.append(slot.company)
        if slot.folder_company is not None:
            companies.append(slot.folder_company)
    for company in companies:
        if company.nfo is not None:
            yield company.nfo.path
        for file in company.art.values():
            yield file.path
        for _, file in company.tracks:
            yield file.path
