"""PINs of profiles and of parents, and what a device has unlocked with them.

A PIN of four digits is a courtesy among people who share a sofa: hashing (argon2id, RFC 9106) and
waits keep it from being guessed through the API, not from whoever owns the disk.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy.orm import Session

from local_server.contracts import Unlocked
from local_server.errors import Conflict, Forbidden
from local_server.runtime.database import Database
from local_server.runtime.events import DeviceRevoked, ProfileDeleted
from local_server.services.users import profiles
from local_server.services.users.attempts import Attempts
from local_server.services.users.tables import PinRow

PROFILE_FOR_S = 12 * 3600.0
PARENT_FOR_S = 15 * 60.0


def pin_hasher() -> PasswordHasher:
    """argon2id that takes some tens of milliseconds: a pass more than the least OWASP asks for."""
    return PasswordHasher(time_cost=3, memory_cost=19 * 1024, parallelism=1)


class Locks:
    """PINs and what they open. Any method from any thread.

    What a device unlocked ends with this process, by the monotonic clock, and when the PIN
    changes. ``None`` for a profile means the household: its parental PIN. A profile without a PIN
    is open, and so are a parent's doors without a parental PIN.
    """

    def __init__(
        self,
        database: Database,
        *,
        hasher: PasswordHasher,
        monotonic_s: Callable[[], float],
    ) -> None:
        self._database = database
        self._hasher = hasher
        self._monotonic_s = monotonic_s
        self._attempts = Attempts(monotonic_s=monotonic_s)
        self._lock = threading.Lock()
        # One at a time: each takes its tens of megabytes, and nobody types faster than that.
        self._hashing = threading.Lock()
        self._open_until_s: dict[tuple[str, str], float] = {}  # by subject and device

    def profile_deleted(self, gone: ProfileDeleted) -> None:
        """Nobody has it open any more."""
        self._close(subject=gone.profile_id)

    def device_revoked(self, gone: DeviceRevoked) -> None:
        """It has nothing open any more."""
        self._close(device_id=gone.device_id)

    def set_pin(self, profile_id: str | None, pin: str) -> None:
        """A new PIN; whatever the old one opened is closed."""
        with self._hashing:
            digest = self._hasher.hash(pin)
        with self._database.write() as session:
            subject = _subject(session, profile_id)
            session.merge(PinRow(subject=subject, digest=digest))
            self._attempts.forgive(session, subject)
        self._close(subject=subject)

    def remove_pin(self, profile_id: str | None) -> None:
        """No PIN any more; harmless when there is none."""
        with self._database.write() as session:
            subject = _subject(session, profile_id)
            row = session.get(PinRow, subject)
            if row is not None:
                session.delete(row)
            self._attempts.forgive(session, subject)
        self._close(subject=subject)

    def unlock(self, device_id: str, profile_id: str | None, pin: str) -> Unlocked:
        """Open on this device, a profile for half a day, a parent's doors for a quarter of an hour.

        Raises :class:`~local_server.errors.Forbidden` for a wrong PIN,
        :class:`~local_server.errors.TooMany` after too many of them, a Conflict without a PIN.
        """
        with self._database.write() as session:
            subject = _subject(session, profile_id)
            row = session.get(PinRow, subject)
            if row is None:
                raise Conflict("no_pin", "There is no PIN to unlock with")
            digest = row.digest
            self._attempts.charge(session, subject)
        # Outside of the transaction: a check takes long, and the try is counted already.
        if not self._fits(digest, pin):
            raise Forbidden("pin_wrong", "This is not the PIN", hint="Try again, or ask a parent.")
        for_s = PARENT_FOR_S if profile_id is None else PROFILE_FOR_S
        with self._database.write() as session:
            if not self._confirm(session, subject, digest, pin):
                raise Conflict("pin_changed", "The PIN was changed just now", retryable=True)
            with self._lock:
                self._open_until_s[subject, device_id] = self._monotonic_s() + for_s
        return Unlocked(for_s=for_s)

    def lock(self, device_id: str, profile_id: str | None) -> None:
        """Close on this device; harmless when it is closed."""
        with self._database.read() as session:
            subject = _subject(session, profile_id)
        with self._lock:
            self._open_until_s.pop((subject, device_id), None)

    def require_open(self, device_id: str, profile_id: str) -> None:
        """:class:`~local_server.errors.Forbidden` while the profile is locked on this device."""
        if not self._is_open(device_id, profile_id):
            raise Forbidden(
                "profile_locked",
                "This profile is locked",
                hint="Unlock it with its PIN on this device.",
            )

    def require_parent(self, device_id: str) -> None:
        """Forbidden while a parental PIN is set and was not entered on this device just now."""
        if not self._is_open(device_id, None):
            raise Forbidden(
                "parent_pin_required",
                "This needs the parental PIN",
                hint="Enter the parental PIN on this device; it holds for 15 minutes.",
            )

    def _is_open(self, device_id: str, profile_id: str | None) -> bool:
        with self._database.read() as session:
            subject = _subject(session, profile_id)
            if session.get(PinRow, subject) is None:
                return True
        with self._lock:
            until_s = self._open_until_s.get((subject, device_id))
        return until_s is not None and self._monotonic_s() < until_s

    def _confirm(self, session: Session, subject: str, digest: str, pin: str) -> bool:
        """Whether the PIN is still that one; forgives, and hashes as it is done today."""
        row = session.get(PinRow, subject)
        if row is None or row.digest != digest:
            return False
        self._attempts.forgive(session, subject)
        if self._hasher.check_needs_rehash(digest):
            row.digest = self._hasher.hash(pin)
        return True

    def _fits(self, digest: str, pin: str) -> bool:
        with self._hashing:
            try:
                return self._hasher.verify(digest, pin)
            except VerificationError:
                return False

    def _close(self, *, subject: str | None = None, device_id: str | None = None) -> None:
        with self._lock:
            for key in [k for k in self._open_until_s if subject == k[0] or device_id == k[1]]:
                del self._open_until_s[key]


def _subject(session: Session, profile_id: str | None) -> str:
    if profile_id is None:
        return profiles.the_household(session).id
    return profiles.profile_row(session, profile_id).id
