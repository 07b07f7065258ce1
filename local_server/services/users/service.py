"""The household of this server."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select

from local_server.contracts import Household, Profile
from local_server.runtime.database import Database
from local_server.services.users.tables import HouseholdRow, ProfileRow

FIRST_HOUSEHOLD = "Home"
FIRST_PROFILE = "Everyone"
FIRST_COLOUR = "#7CB8FF"


class Users:
    """The household and its profiles. Any method from any thread."""

    def __init__(
        self, database: Database, *, now: Callable[[], datetime], new_id: Callable[[], str]
    ) -> None:
        self._database = database
        self._now = now
        self._new_id = new_id

    def ensure_household(self) -> None:
        """Give a new server its household with one profile."""
        with self._database.write() as session:
            if session.scalars(select(HouseholdRow).limit(1)).first():
                return
            now, household_id = self._now(), self._new_id()
            session.add(HouseholdRow(id=household_id, name=FIRST_HOUSEHOLD, created_at=now))
            session.flush()
            session.add(
                ProfileRow(
                    id=self._new_id(),
                    household_id=household_id,
                    name=FIRST_PROFILE,
                    colour=FIRST_COLOUR,
                    created_at=now,
                )
            )

    def household(self) -> Household:
        """The household; profiles in the order they were made."""
        with self._database.read() as session:
            row = session.scalars(select(HouseholdRow)).one()
            profiles = session.scalars(
                select(ProfileRow)
                .where(ProfileRow.household_id == row.id)
                .order_by(ProfileRow.created_at, ProfileRow.id)
            )
            return Household(
                id=row.id,
                name=row.name,
                profiles=tuple(Profile(id=p.id, name=p.name, colour=p.colour) for p in profiles),
            )

    def has_profile(self, profile_id: str) -> bool:
        """Whether there is such a profile."""
        with self._database.read() as session:
            return session.get(ProfileRow, profile_id) is not None
