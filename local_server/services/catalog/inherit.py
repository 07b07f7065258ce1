"""What a title inherits of its series, its parent and its library: who may see it.

Worked in when something changes, so that reading needs no join.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from local_server.services.catalog import queries
from local_server.services.catalog.tables import LibraryRow, TitleRow
from local_server.services.catalog.visible import folded_tag, listed


@dataclass(frozen=True, slots=True)
class _Shown:
    age: int | None
    tags: frozenset[str]
    allowed: frozenset[str]
    blocked: frozenset[str]


_NOTHING = _Shown(None, frozenset(), frozenset(), frozenset())


def settle(session: Session, title_ids: Collection[str]) -> None:
    """Work in what ``title_ids``, and all that stands under them, inherit."""
    wanted = dict.fromkeys(title_ids)
    wanted |= dict.fromkeys(queries.under(session, wanted))
    rows = _rows(session, wanted)
    above = {row.series_id for row in rows.values()} | {row.parent_id for row in rows.values()}
    known = rows | _rows(session, {title_id for title_id in above if title_id} - rows.keys())
    libraries = _libraries(session, {row.library_id for row in known.values()})
    shown: dict[str, _Shown] = {}
    for row in rows.values():
        now = _shown(row, known, libraries, shown)
        row.shown_age = now.age
        row.shown_tags = listed(now.tags)
        row.shown_allowed = listed(now.allowed)
        row.shown_blocked = listed(now.blocked)


def _shown(
    row: TitleRow, known: dict[str, TitleRow], libraries: dict[str, _Shown], done: dict[str, _Shown]
) -> _Shown:
    """The title's own, with what is missing from what it stands under.

    Tags and blocked regions add up: what hides a series hides its episodes.
    """
    if row.id in done:
        return done[row.id]
    above_id = row.parent_id or row.series_id
    above = known.get(above_id) if above_id else None
    # What stands under a title is seldom in another library, but may be after a merge.
    over = libraries.get(row.library_id, _NOTHING)
    if above is not None and above is not row:
        over = _over(_shown(above, known, libraries, done), over)
    done[row.id] = result = _Shown(
        row.min_age if row.min_age is not None else over.age,
        over.tags | {folded_tag(tag) for tag in row.tags},
        frozenset(row.allowed_regions) or over.allowed,
        over.blocked | set(row.blocked_regions),
    )
    return result


def _over(above: _Shown, library: _Shown) -> _Shown:
    return _Shown(
        above.age, above.tags, above.allowed or library.allowed, above.blocked | library.blocked
    )


def _libraries(session: Session, ids: Collection[str]) -> dict[str, _Shown]:
    return {
        row.id: _Shown(
            None, frozenset(), frozenset(row.allowed_regions), frozenset(row.blocked_regions)
        )
        for row in session.scalars(select(LibraryRow).where(LibraryRow.id.in_(ids)))
    }


def _rows(session: Session, ids: Iterable[str]) -> dict[str, TitleRow]:
    found: dict[str, TitleRow] = {}
    for part in queries.portions(list(ids)):
        found |= queries.by_ids(session, part)
    return found
