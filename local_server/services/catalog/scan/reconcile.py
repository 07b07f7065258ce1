"""Works what a scan found into the tables, a few hundred titles at a time.

A file is recognised by its content before its path, so that a title keeps its id, and with it all
that people did with it, when its file is moved, renamed or replaced.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from local_server.contracts import EditableField, Problem, TitleKind
from local_server.services.catalog import queries
from local_server.services.catalog.changes import Change, Changes
from local_server.services.catalog.known import Known, work_in
from local_server.services.catalog.scan.batch import Batch, WantedPicture
from local_server.services.catalog.scan.holdings import Holdings
from local_server.services.catalog.scan.ledger import Ledger
from local_server.services.catalog.scan.plan import Planned, Show, Slot
from local_server.services.catalog.tables import TitleRow


class Reconciler:
    """See the module. For one scan at a time."""

    def __init__(
        self, changes: Changes, *, now: Callable[[], datetime], new_id: Callable[[], str]
    ) -> None:
        self._changes = changes
        self._now = now
        self._new_id = new_id

    def apply(self, batch: Batch) -> list[WantedPicture]:
        """Record a batch in one transaction; the pictures its titles want."""
        with self._changes.write() as change:
            work = _Transaction(change, batch, self._now(), self._new_id)
            for planned in batch.works:
                work.take(planned)
            work.finish()
        return work.ledger.pictures


class _Transaction:
    """One batch under way."""

    def __init__(
        self, change: Change, batch: Batch, now: datetime, new_id: Callable[[], str]
    ) -> None:
        self._change = change
        self._batch = batch
        self.ledger = Ledger(batch)
        self._held = Holdings(change.session, batch, self.ledger, now=now, new_id=new_id)
        self._claimed: dict[str, TitleRow] = {}
        claims = [work.claim for work in batch.works if work.claim]
        self._look_up(queries.claimed(change.session, batch.settings.library_id, claims))
        self._shows: dict[str, TitleRow] = {}
        self._copies: dict[str, int] = {}
        self._left: dict[str, None] = {}  # series that an episode went away from

    def take(self, planned: Planned) -> None:
        """Find or make the rows of one work."""
        show = self._show(planned.show) if planned.show is not None else None
        if not planned.versions:
            self._extras(planned, show)
            return
        main: TitleRow | None = None
        settled = (slot for slot in planned.versions if not self._held.is_restless(slot))
        for slot in sorted(settled, key=self._held.rank):
            known = self._known(planned, slot)
            row, top = self._version(planned, slot, known, show, main)
            if row is not None:
                main = main or top
                for number, part in enumerate(slot.parts, start=2):
                    self._child(part, TitleKind.PART, row, number)
        self._extras(planned, main)

    def finish(self) -> None:
        """Write what is not rows of titles."""
        self._change.session.flush()
        self._held.write()
        self.ledger.write(self._change.session)
        self._change.remove(filter(self._is_empty, self._left))

    def _is_empty(self, series_id: str) -> bool:
        """Whether a series has nothing under it any more, and nobody has worked on it."""
        row = self._held.row(series_id)
        return (
            row is not None
            and not row.locked
            and not queries.under(self._change.session, [series_id])
        )

    def _known(self, planned: Planned, slot: Slot) -> Known:
        if planned.kind is TitleKind.EPISODE:
            return self._batch.known_episode(slot)
        return self._batch.known(slot)

    def _version(
        self,
        planned: Planned,
        slot: Slot,
        known: Known,
        show: TitleRow | None,
        main: TitleRow | None,
    ) -> tuple[TitleRow | None, TitleRow | None]:
        """The row of a version and that of the work: the same, or the first an edition of it."""
        row = self._held.recognised(slot)
        claim = self._claim(planned, show, known, row)
        # Files that go by one name may be of two works all the same, if a person said so.
        owner = main if main is not None and main.claim == claim else self._owner(claim)
        if row is None and self._held.is_new(slot):
            row = self._held.take_over(owner, slot) if main is None and owner else None
            row = row or self._held.make(slot)
        if row is None:
            return None, None
        if EditableField.PARENT in row.locked:
            owner = self._held.row(row.parent_id)
        if owner is not None and owner.id != row.id:
            self._place(row, TitleKind.EDITION, owner, slot.label or row.label or self._copy(owner))
            row.season, row.episode = owner.season, owner.episode
        else:
            row.kind, row.parent_id, row.label, row.position = planned.kind, None, "", 0
            series_id = show.id if show is not None else None
            if row.series_id is not None and row.series_id != series_id:
                self._left[row.series_id] = None
            row.series_id = series_id
            self._set_claim(row, claim)
        self._tell(row, slot, known)
        return row, row if owner is None else owner

    def _claim(
        self, planned: Planned, show: TitleRow | None, known: Known, row: TitleRow | None
    ) -> str:
        """What other files of the same work would claim, too; a person's word goes before names."""
        if row is not None and EditableField.PARENT in row.locked and row.parent_id is None:
            return row.claim
        if show is None:
            return planned.claim
        season, episode = known.season, known.episode
        if row is not None and EditableField.SEASON in row.locked:
            season = row.season
        if row is not None and EditableField.EPISODE in row.locked:
            episode = row.episode
        return f"episode|{show.id}|{season}|{episode}" if episode is not None else ""

    def _owner(self, claim: str) -> TitleRow | None:
        """Who has claimed this work already."""
        return self._claimed.get(claim) if claim else None

    def _look_up(self, rows: Iterable[TitleRow]) -> None:
        """Remember who claims what; all that a batch may ask for is read in a few questions."""
        for row in rows:
            self._held.know([row])
            self._claimed[row.claim] = row

    def _set_claim(self, row: TitleRow, claim: str) -> None:
        if row.claim and self._claimed.get(row.claim) is row:
            del self._claimed[row.claim]
        row.claim = claim
        if claim:
            self._claimed[claim] = row

    def _extras(self, planned: Planned, owner: TitleRow | None) -> None:
        for slot in planned.extras:
            if owner is not None:
                self._child(slot, TitleKind.EXTRA, owner, 0)
            elif not self._held.is_restless(slot):
                self.ledger.refuse(slot.file, _EXTRA_ALONE)

    def _child(self, slot: Slot, kind: TitleKind, parent: TitleRow, position: int) -> None:
        if self._held.is_restless(slot):
            return
        row = self._held.recognised(slot)
        if row is None and self._held.is_new(slot):
            row = self._held.make(slot)
        if row is None or row.id == parent.id:
            return
        self._place(row, kind, parent, slot.label)
        row.position = position
        self._tell(row, slot, self._batch.known(slot))

    def _place(self, row: TitleRow, kind: TitleKind, parent: TitleRow, label: str) -> None:
        row.kind, row.parent_id, row.label = kind, parent.id, label
        self._set_claim(row, "")
        row.series_id = parent.series_id
        self._change.touch(parent.id)

    def _tell(self, row: TitleRow, slot: Slot, known: Known) -> None:
        work_in(row, known, self._batch.settings.region)
        self.ledger.film(row, slot, known)
        self._change.touch(row.id, row.series_id)

    def _show(self, show: Show) -> TitleRow:
        found = self._shows.get(show.claim)
        if found is None:
            library_id = self._batch.settings.library_id
            found = queries.series_claimed(self._change.session, library_id, show.claim)
            if found is None:
                found = self._held.new_row(TitleKind.SERIES, show.name)
                found.claim = show.claim
                # An episode that comes over from another series must find it in the table.
                self._change.session.flush()
            else:
                self._look_up(queries.episodes_of(self._change.session, [found.id])[found.id])
            self._shows[show.claim] = found
            known = self._batch.known_show(show)
            work_in(found, known, self._batch.settings.region)
            self.ledger.show(found, show, known)
            self._change.touch(found.id)
        return found

    def _copy(self, owner: TitleRow) -> str:
        if owner.id not in self._copies:
            children = queries.children_of(self._change.session, owner.id)
            self._copies[owner.id] = 1 + sum(c.label.startswith("Copy ") for c in children)
        self._copies[owner.id] += 1
        return f"Copy {self._copies[owner.id]}"


_EXTRA_ALONE = Problem(
    code="extra_without_film",
    message="This is an extra, but the film or series that it belongs to is not there",
    hint="Put it beside its film, or give it a name that is not that of an extra.",
)
