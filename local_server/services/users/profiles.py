"""Profiles as rows, and what they mean: how settings become what a viewer may see."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from local_server.contracts import (
    Profile,
    ProfileSettings,
    ProfileStyle,
    Restrictions,
    Viewer,
    Visibility,
)
from local_server.errors import NotFound
from local_server.services.users.tables import HouseholdRow, PinRow, ProfileRow

# Films "from 12" are the last that rating boards of most countries still call children's.
KIDS_MAX_AGE = 12


def the_household(session: Session) -> HouseholdRow:
    """The one there is."""
    return session.scalars(select(HouseholdRow)).one()


def profile_row(session: Session, profile_id: str) -> ProfileRow:
    """A profile; :class:`~local_server.errors.NotFound`."""
    row = session.get(ProfileRow, profile_id)
    if row is None:
        raise NotFound(
            "profile_not_found",
            "There is no such profile",
            hint="Choose one of the household's profiles.",
        )
    return row


def profile_rows(session: Session) -> Sequence[ProfileRow]:
    """All profiles in their order."""
    order = (ProfileRow.position, ProfileRow.created_at, ProfileRow.id)
    return session.scalars(select(ProfileRow).order_by(*order)).all()


def next_position(session: Session) -> int:
    """Where a new profile goes."""
    last = session.scalar(select(func.max(ProfileRow.position)))
    return 0 if last is None else last + 1


def style_of(row: ProfileRow) -> ProfileStyle:
    """How a profile looks and reads."""
    # Name and colour have columns of their own, from before there were styles.
    known: dict[str, Any] = json.loads(row.style)
    return ProfileStyle.model_validate({**known, "name": row.name, "colour": row.colour})


def restrictions_of(row: ProfileRow) -> Restrictions:
    """What is decided for a profile."""
    return Restrictions.model_validate_json(row.restrictions)


def settings_of(row: ProfileRow) -> ProfileSettings:
    """Everything of a profile but its PIN."""
    return ProfileSettings(style=style_of(row), restrictions=restrictions_of(row))


def put_style(row: ProfileRow, style: ProfileStyle) -> None:
    """Give a profile another style."""
    row.name, row.colour, row.style = style.name, style.colour, style.model_dump_json()


def put_restrictions(row: ProfileRow, restrictions: Restrictions) -> None:
    """Decide anew what a profile may."""
    row.restrictions = restrictions.model_dump_json()


def profile_of(session: Session, row: ProfileRow) -> Profile:
    """A profile as everyone in the house may know it."""
    return Profile(
        **style_of(row).model_dump(),
        id=row.id,
        kids=restrictions_of(row).kids,
        locked=session.get(PinRow, row.id) is not None,
    )


def viewer_of(
    row: ProfileRow, *, region: str | None, allowed_titles: tuple[str, ...] = ()
) -> Viewer:
    """A profile as the other services need it."""
    style, restrictions = style_of(row), restrictions_of(row)
    return Viewer(
        profile_id=row.id,
        visibility=visibility_of(restrictions, region=region, allowed_titles=allowed_titles),
        kids=restrictions.kids,
        shares_taste=style.shares_taste,
        language=style.language,
        created_at=row.created_at,
    )


def visibility_of(
    restrictions: Restrictions, *, region: str | None, allowed_titles: tuple[str, ...] = ()
) -> Visibility:
    """Which titles a profile may be shown. What is blocked stays so, whatever else is allowed."""
    max_age = restrictions.max_age
    if max_age is None and restrictions.kids:
        max_age = KIDS_MAX_AGE
    return Visibility(
        max_age=max_age,
        unrated=restrictions.unrated and not restrictions.kids,
        libraries=restrictions.libraries,
        blocked_titles=restrictions.blocked_titles,
        blocked_tags=restrictions.blocked_tags,
        allowed_titles=tuple(t for t in allowed_titles if t not in restrictions.blocked_titles),
        region=region,
    )
