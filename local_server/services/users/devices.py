"""Devices and their tokens: who it is that asks."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from local_server.contracts import ChangeDevice, Device, DeviceKind, Principal, Role
from local_server.errors import NotFound, Unauthorised
from local_server.runtime.database import Database
from local_server.runtime.events import Announcer, DeviceRevoked
from local_server.services.users import profiles
from local_server.services.users.tables import DeviceRow

OWNER = Principal(device_id="owner", name="This home", role=Role.OWNER)
TOKEN_BYTES = 32
SEEN_EVERY = timedelta(minutes=5)


class Devices:
    """The household's devices. Any method from any thread.

    ``owner_token`` is the home's own; whoever carries it is :data:`OWNER`.
    """

    def __init__(
        self,
        database: Database,
        *,
        owner_token: str,
        bus: Announcer,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._owner_digest = digest_of(owner_token)
        self._bus = bus
        self._now = now

    def authenticate(self, token: str) -> Principal:
        """Whose token this is; :class:`~local_server.errors.Unauthorised` when it is nobody's."""
        digest = digest_of(token)
        if hmac.compare_digest(digest, self._owner_digest):
            return OWNER
        with self._database.read() as session:
            # Found by a digest of 256 random bits: how long that takes tells nothing of a token.
            found = select(DeviceRow).where(DeviceRow.token_digest == digest)
            row = session.scalars(found).first()
            if row is None:
                raise Unauthorised(
                    "token_missing_or_wrong",
                    "This request does not carry the token of a device of this household",
                    hint="Pair the device: `matinee pair` on the server's machine shows a code.",
                )
            principal = Principal(
                device_id=row.id, name=row.name, role=Role(row.role), profile_id=row.profile_id
            )
            seen_at = row.seen_at
        self._note_seen(principal.device_id, seen_at)
        return principal

    def listed(self) -> tuple[Device, ...]:
        """All devices in the order they came."""
        with self._database.read() as session:
            rows = session.scalars(select(DeviceRow).order_by(DeviceRow.created_at, DeviceRow.id))
            return tuple(device_of(row) for row in rows)

    def change(self, device_id: str, change: ChangeDevice) -> Device:
        """Another name, role or profile; NotFound without such a device or profile."""
        with self._database.write() as session:
            row = _row(session, device_id)
            if change.profile_id is not None:
                profiles.profile_row(session, change.profile_id)
            row.name, row.role, row.profile_id = change.name, change.role, change.profile_id
            return device_of(row)

    def revoke(self, device_id: str) -> None:
        """Take a device's token; its next request is refused. NotFound without such a device."""
        with self._database.write() as session:
            session.delete(_row(session, device_id))
        self._bus.publish(DeviceRevoked(device_id=device_id))

    def _note_seen(self, device_id: str, seen_at: datetime | None) -> None:
        now = self._now()
        if seen_at is not None and abs(now - seen_at) < SEEN_EVERY:
            return
        with self._database.write() as session:
            row = session.get(DeviceRow, device_id)
            if row is not None:  # else it was revoked just now
                row.seen_at = now


def digest_of(secret: str) -> str:
    """SHA-256 of a secret: as much as the database knows of it."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def device_of(row: DeviceRow) -> Device:
    """A device as its owner sees it."""
    return Device(
        id=row.id,
        name=row.name,
        kind=DeviceKind(row.kind),
        role=Role(row.role),
        profile_id=row.profile_id,
        created_at=row.created_at,
        seen_at=row.seen_at,
    )


def _row(session: Session, device_id: str) -> DeviceRow:
    row = session.get(DeviceRow, device_id)
    if row is None:
        raise NotFound("device_not_found", "There is no such device")
    return row
