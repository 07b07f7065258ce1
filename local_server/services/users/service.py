"""The household of this server and its profiles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from local_server.contracts import (
    ChangeHousehold,
    Household,
    Profile,
    ProfileSettings,
    ProfileStyle,
    Restrictions,
    Viewer,
)
from local_server.contracts.profiles import PROFILES_MAX
from local_server.errors import Conflict
from local_server.runtime.database import Database
from local_server.runtime.events import Announcer, DeviceRevoked, ProfileDeleted, ViewersChanged
from local_server.services.users import profiles
from local_server.services.users.clock import accept_clock, zone_named, zone_of
from local_server.services.users.requests import allowed_titles
from local_server.services.users.tables import (
    CodeRow,
    DeviceRow,
    HouseholdRow,
    PinRow,
    ProfileRow,
    RequestRow,
    TriesRow,
    UsedRow,
)

FIRST_HOUSEHOLD = "Home"
FIRST_PROFILE = "Everyone"
FIRST_COLOUR = "#7CB8FF"


class Users:
    """The household and its profiles. Any method from any thread.

    ``server_zone`` is the time zone of a household that names none. Every method that takes a
    profile's id raises :class:`~local_server.errors.NotFound` for one that is not there.
    """

    def __init__(
        self,
        database: Database,
        *,
        server_zone: ZoneInfo,
        bus: Announcer,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._database = database
        self._server_zone = server_zone
        self._bus = bus
        self._now = now
        self._new_id = new_id

    def ensure_household(self) -> None:
        """Give a new server its household with one profile."""
        with self._database.write() as session:
            if session.scalars(select(HouseholdRow).limit(1)).first():
                return
            household_id = self._new_id()
            session.add(HouseholdRow(id=household_id, name=FIRST_HOUSEHOLD, created_at=self._now()))
            session.flush()
            style = ProfileStyle(name=FIRST_PROFILE, colour=FIRST_COLOUR)
            self._add(session, ProfileSettings(style=style))

    def household(self) -> Household:
        """The household; profiles in their order."""
        with self._database.read() as session:
            row = profiles.the_household(session)
            return Household(
                id=row.id,
                name=row.name,
                region=row.region,
                time_zone=zone_of(row, self._server_zone).key,
                parental_pin=session.get(PinRow, row.id) is not None,
                profiles=tuple(
                    profiles.profile_of(session, p) for p in profiles.profile_rows(session)
                ),
            )

    def change_household(self, change: ChangeHousehold) -> Household:
        """Name, region and time zone anew.

        A :class:`~local_server.errors.Conflict` for a time zone that this server does not know.
        """
        if change.time_zone is not None and zone_named(change.time_zone) is None:
            raise Conflict(
                "time_zone_unknown",
                "This server does not know that time zone",
                hint="Time zones are named like Europe/Berlin.",
            )
        with self._database.write() as session:
            row = profiles.the_household(session)
            row.name, row.region, row.time_zone = change.name, change.region, change.time_zone
        self._bus.publish(ViewersChanged())
        return self.household()

    def create_profile(self, settings: ProfileSettings) -> Profile:
        """A new profile, last in order; a Conflict when there are too many."""
        with self._database.write() as session:
            if len(profiles.profile_rows(session)) >= PROFILES_MAX:
                raise Conflict(
                    "too_many_profiles",
                    f"A household has at most {PROFILES_MAX} profiles",
                    hint="Delete one that nobody uses.",
                )
            profile = profiles.profile_of(session, self._add(session, settings))
        self._bus.publish(ViewersChanged())
        return profile

    def change_style(self, profile_id: str, style: ProfileStyle) -> Profile:
        """Another look and other languages for a profile."""
        with self._database.write() as session:
            row = profiles.profile_row(session, profile_id)
            profiles.put_style(row, style)
            profile = profiles.profile_of(session, row)
        self._bus.publish(ViewersChanged())
        return profile

    def restrict(self, profile_id: str, restrictions: Restrictions) -> ProfileSettings:
        """Decide anew what a profile may. Whoever does so takes the server's clock to be right."""
        with self._database.write() as session:
            row = profiles.profile_row(session, profile_id)
            profiles.put_restrictions(row, restrictions)
            accept_clock(session, self._now())
            settings = profiles.settings_of(row)
        self._bus.publish(ViewersChanged())
        return settings

    def reorder(self, profile_ids: Sequence[str]) -> Household:
        """Profiles in another order; a Conflict unless exactly all of them are named."""
        with self._database.write() as session:
            rows = {row.id: row for row in profiles.profile_rows(session)}
            if sorted(rows) != sorted(profile_ids):
                raise Conflict(
                    "profiles_not_all_named",
                    "An order names every profile once",
                    hint="The household's profiles may have changed; look again.",
                )
            for position, profile_id in enumerate(profile_ids):
                rows[profile_id].position = position
        return self.household()

    def delete_profile(self, profile_id: str) -> None:
        """Forget a profile and all that is its own; devices kept to it lose their tokens.

        A Conflict for the last one.
        """
        with self._database.write() as session:
            row = profiles.profile_row(session, profile_id)
            if len(profiles.profile_rows(session)) == 1:
                raise Conflict(
                    "last_profile",
                    "A household keeps at least one profile",
                    hint="Make another profile first.",
                )
            devices = _forget(session, profile_id)
            session.delete(row)
        for device_id in devices:
            self._bus.publish(DeviceRevoked(device_id=device_id))
        self._bus.publish(ProfileDeleted(profile_id=profile_id))
        self._bus.publish(ViewersChanged())

    def has_profile(self, profile_id: str) -> bool:
        """Whether there is such a profile."""
        with self._database.read() as session:
            return session.get(ProfileRow, profile_id) is not None

    def viewer(self, profile_id: str) -> Viewer:
        """The profile as other services need it: what it may see just now."""
        with self._database.read() as session:
            return self._viewer(session, profiles.profile_row(session, profile_id))

    def viewers(self) -> tuple[Viewer, ...]:
        """All profiles, as :meth:`viewer`."""
        with self._database.read() as session:
            return tuple(self._viewer(session, row) for row in profiles.profile_rows(session))

    def export_profile(self, profile_id: str) -> ProfileSettings:
        """All settings of a profile, its PIN apart."""
        with self._database.read() as session:
            return profiles.settings_of(profiles.profile_row(session, profile_id))

    def import_profile(self, profile_id: str, settings: ProfileSettings) -> Profile:
        """Put exported settings in the place of a profile's own."""
        self.restrict(profile_id, settings.restrictions)
        return self.change_style(profile_id, settings.style)

    def _viewer(self, session: Session, row: ProfileRow) -> Viewer:
        return profiles.viewer_of(
            row,
            region=profiles.the_household(session).region,
            allowed_titles=allowed_titles(session, row.id, at=self._now()),
        )

    def _add(self, session: Session, settings: ProfileSettings) -> ProfileRow:
        row = ProfileRow(
            id=self._new_id(),
            household_id=profiles.the_household(session).id,
            created_at=self._now(),
            position=profiles.next_position(session),
        )
        profiles.put_style(row, settings.style)
        profiles.put_restrictions(row, settings.restrictions)
        session.add(row)
        session.flush()
        return row


def _forget(session: Session, profile_id: str) -> list[str]:
    """Delete what belongs to a profile; the ids of the devices that were kept to it."""
    theirs = DeviceRow.profile_id == profile_id
    devices = list(session.scalars(select(DeviceRow.id).where(theirs)))
    session.execute(delete(DeviceRow).where(theirs))
    session.execute(delete(CodeRow).where(CodeRow.profile_id == profile_id))
    session.execute(delete(RequestRow).where(RequestRow.profile_id == profile_id))
    session.execute(delete(UsedRow).where(UsedRow.profile_id == profile_id))
    session.execute(delete(PinRow).where(PinRow.subject == profile_id))
    session.execute(delete(TriesRow).where(TriesRow.subject == profile_id))
    return devices
