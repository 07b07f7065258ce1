"""What people set by hand, and keep from scans."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from local_server.contracts import EditableField, TitleEdit, TitleKind
from local_server.errors import Conflict, NotFound
from local_server.services.catalog import queries
from local_server.services.catalog.changes import Changes
from local_server.services.catalog.known import derive
from local_server.services.catalog.tables import FileRow, LibraryRow, TitleRow

_LISTS = ("genres", "tags", "studios", "collections")
_NUMBERS = (EditableField.SEASON, EditableField.EPISODE)


class Editing:
    """Edits titles. Threading: any method from any thread."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes

    def edit(self, title_id: str, edit: TitleEdit) -> str | None:
        """Set fields and locks; the library to be scanned for fields given back, if there is one.

        Raises :class:`~local_server.errors.NotFound`, or :class:`~local_server.errors.Conflict`
        for numbers of what is no episode.
        """
        with self._changes.write() as change:
            row = _existing(change.session, title_id)
            given = _given(edit)
            if row.kind != TitleKind.EPISODE and not given.isdisjoint(_NUMBERS):
                raise Conflict("not_an_episode", "Only an episode has a season and a number")
            _set(row, edit, given)
            kept = (set(row.locked) | given | set(edit.lock)) - set(edit.unlock)
            row.locked = sorted(kept)
            region = change.session.scalar(
                select(LibraryRow.region).where(LibraryRow.id == row.library_id)
            )
            derive(row, region)
            change.touch(title_id, row.series_id, row.parent_id)
            if not edit.unlock:
                return None
            _have_read_again(change.session, row)
            return row.library_id

    def merge(self, title_id: str, edition_id: str) -> None:
        """Make one title an edition of another, whatever its name says."""
        with self._changes.write() as change:
            row = _existing(change.session, title_id)
            edition = _existing(change.session, edition_id)
            if edition_id in (title_id, row.parent_id):
                raise Conflict("cannot_merge", "A title cannot be an edition of itself")
            if TitleKind.SERIES in (row.kind, edition.kind) or row.kind in queries.UNDER:
                raise Conflict(
                    "cannot_merge",
                    "These two cannot be one title",
                    hint="Films, episodes and home videos can be editions of one another.",
                )
            for child in queries.children_of(change.session, edition_id):
                if child.kind != TitleKind.PART:
                    child.parent_id = title_id
                    change.touch(child.id)
            label = edition.label or edition.name
            _become(edition, TitleKind.EDITION, parent_id=title_id, label=label, claim="")
            edition.series_id = row.series_id
            change.touch(title_id, edition_id, row.series_id)

    def split(self, title_id: str) -> None:
        """Make an edition a title of its own."""
        with self._changes.write() as change:
            row = _existing(change.session, title_id)
            parent = change.session.get(TitleRow, row.parent_id) if row.parent_id else None
            if row.kind != TitleKind.EDITION or parent is None:
                raise Conflict("not_an_edition", f"“{row.name}” is not an edition of another title")
            claim = f"split|{row.id}"
            _become(row, TitleKind(parent.kind), parent_id=None, label="", claim=claim)
            change.touch(row.id, parent.id, row.series_id)


def _given(edit: TitleEdit) -> set[str]:
    return {str(each) for each in EditableField if getattr(edit, each, None) is not None}


def _set(row: TitleRow, edit: TitleEdit, given: set[str]) -> None:
    values: dict[str, Any] = edit.model_dump(include=given - {"regions", "people"}, mode="json")
    for name, value in values.items():
        setattr(row, name, list(dict.fromkeys(value)) if name in _LISTS else value)
    if edit.people is not None:
        row.people = [
            {"name": each.name, "role": str(each.role), "character": each.character}
            for each in edit.people
        ]
    if edit.regions is not None:
        row.allowed_regions = list(edit.regions.allowed)
        row.blocked_regions = list(edit.regions.blocked)
    if not given.isdisjoint(_NUMBERS):
        row.episode_end = None
        row.claim = f"episode|{row.series_id}|{row.season}|{row.episode}"


def _become(
    row: TitleRow, kind: TitleKind, *, parent_id: str | None, label: str, claim: str
) -> None:
    row.kind, row.parent_id, row.label, row.claim = kind, parent_id, label[:512], claim
    row.locked = sorted({*row.locked, EditableField.PARENT})


def _have_read_again(session: Session, row: TitleRow) -> None:
    """The next scan takes the files that tell of a title for changed."""
    episode = select(TitleRow.id).where(TitleRow.series_id == row.id).limit(1).scalar_subquery()
    session.execute(
        update(FileRow)
        .where(or_(FileRow.title_id == row.id, FileRow.title_id == episode))
        .values(mtime_ns=-1)
    )


def _existing(session: Session, title_id: str) -> TitleRow:
    row = session.get(TitleRow, title_id)
    if row is None:
        raise NotFound("title_not_found", "There is no such title in the library")
    return row
