"""Who may see a title, as conditions of SQL; see :class:`~local_server.contracts.Visibility`."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import InstrumentedAttribute

from local_server.contracts import EVERYTHING, Visibility
from local_server.services.catalog.names import fold
from local_server.services.catalog.tables import TitleRow

_SEPARATOR = "|"
# Whoever is allowed a series is allowed its episodes, and with a film its parts and editions.
_FAMILY = (TitleRow.id, TitleRow.series_id, TitleRow.parent_id)


def member(value: str) -> str:
    """The pattern that finds ``value`` in one of the ``shown_`` lists."""
    return f"{_SEPARATOR}{value.replace(_SEPARATOR, ' ')}{_SEPARATOR}"


def folded_tag(tag: str) -> str:
    """A tag for comparing."""
    return fold(tag).replace(_SEPARATOR, " ")


def listed(values: Collection[str]) -> str:
    """Values as a ``shown_`` list."""
    return f"{_SEPARATOR}{_SEPARATOR.join(sorted(values))}{_SEPARATOR}" if values else ""


def seen_by(visibility: Visibility) -> tuple[ColumnElement[bool], ...]:
    """What a row must fulfil; nothing for a viewer who may see everything."""
    return () if visibility == EVERYTHING else tuple(_conditions(visibility))


def _conditions(visibility: Visibility) -> Iterator[ColumnElement[bool]]:
    rated = tuple(_ratings(visibility))
    if rated:
        allowed = (_member_of(c, visibility.allowed_titles) for c in _FAMILY)
        yield or_(and_(*rated), *allowed) if visibility.allowed_titles else and_(*rated)
    if visibility.libraries is not None:
        yield TitleRow.library_id.in_(visibility.libraries)
    if visibility.blocked_titles:
        blocked = visibility.blocked_titles
        yield TitleRow.id.not_in(blocked)
        yield _no_member_of(TitleRow.series_id, blocked)
        yield _no_member_of(TitleRow.parent_id, blocked)
    for tag in visibility.blocked_tags:
        yield TitleRow.shown_tags.not_like(f"%{_escaped(member(folded_tag(tag)))}%", escape="\\")
    if visibility.region is not None:
        here = f"%{member(visibility.region)}%"
        yield and_(
            or_(TitleRow.shown_allowed == "", TitleRow.shown_allowed.like(here)),
            TitleRow.shown_blocked.not_like(here),
        )


def _ratings(visibility: Visibility) -> Iterator[ColumnElement[bool]]:
    if visibility.max_age is not None:
        fits = TitleRow.shown_age <= visibility.max_age
        yield or_(TitleRow.shown_age.is_(None), fits) if visibility.unrated else fits
    elif not visibility.unrated:
        yield TitleRow.shown_age.isnot(None)


def _member_of(
    column: InstrumentedAttribute[str] | InstrumentedAttribute[str | None], ids: tuple[str, ...]
) -> ColumnElement[bool]:
    return and_(column.isnot(None), column.in_(ids))


def _no_member_of(
    column: InstrumentedAttribute[str | None], ids: tuple[str, ...]
) -> ColumnElement[bool]:
    return or_(column.is_(None), column.not_in(ids))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
