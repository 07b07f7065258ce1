"""How a new device joins: a code that somebody who may already is shown, and reads to it."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from local_server.contracts import MakeCode, Redeem, Redeemed, SetupCode, SetupState
from local_server.errors import Forbidden
from local_server.runtime.database import Database
from local_server.services.users import profiles
from local_server.services.users.attempts import Attempts
from local_server.services.users.devices import TOKEN_BYTES, device_of, digest_of
from local_server.services.users.service import Users
from local_server.services.users.tables import CodeRow, DeviceRow

# Without 0 and O, 1, I and L. Eight of them are 39 bits; there are few tries in ten minutes.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8
CODE_FOR = timedelta(minutes=10)
CODES_MAX = 10  # that wait at one time

_TRIES = "setup"


class Setup:
    """Codes for new devices. Any method from any thread."""

    def __init__(
        self,
        database: Database,
        *,
        users: Users,
        random_bytes: Callable[[int], bytes],
        monotonic_s: Callable[[], float],
        now: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._database = database
        self._users = users
        self._random_bytes = random_bytes
        self._now = now
        self._new_id = new_id
        self._attempts = Attempts(monotonic_s=monotonic_s)

    def state(self) -> SetupState:
        """Whether any device was let in, and the household's name."""
        with self._database.read() as session:
            done = session.scalars(select(DeviceRow.id).limit(1)).first() is not None
            return SetupState(done=done, name=profiles.the_household(session).name)

    def make_code(self, wish: MakeCode) -> SetupCode:
        """A code for one device, good for ten minutes; NotFound without the profile it names.

        Ends a wait after wrong codes: what was guessed before is of no use against this one.
        """
        now, code = self._now(), "".join(self._letters(CODE_LENGTH))
        with self._database.write() as session:
            if wish.profile_id is not None:
                profiles.profile_row(session, wish.profile_id)
            _clear(session, now)
            row = CodeRow(
                digest=digest_of(code),
                name=wish.name,
                role=wish.role,
                profile_id=wish.profile_id,
                created_at=now,
                expires_at=now + CODE_FOR,
            )
            session.add(row)
            self._attempts.forgive(session, _TRIES)
        return SetupCode(code=code, expires_at=now + CODE_FOR)

    def redeem(self, request: Redeem) -> Redeemed:
        """A token for a code, which works once.

        Raises :class:`~local_server.errors.Forbidden` for a code that is not one, or not any
        more, and :class:`~local_server.errors.TooMany` after several of those.
        """
        now, token = self._now(), self._random_bytes(TOKEN_BYTES).hex()
        with self._database.write() as session:
            self._attempts.charge(session, _TRIES)
        with self._database.write() as session:
            code = _matching(session, digest_of(_plain(request.code)), now)
            if code is None:
                raise Forbidden(
                    "code_wrong",
                    "This is not a code of this server, or it is no longer one",
                    hint="Codes hold for ten minutes and for one device. Ask for a new one.",
                )
            row = DeviceRow(
                id=self._new_id(),
                name=code.name or request.device_name,
                kind=request.kind,
                role=code.role,
                profile_id=code.profile_id,
                token_digest=digest_of(token),
                created_at=now,
            )
            session.add(row)
            session.delete(code)
            session.flush()
            self._attempts.forgive(session, _TRIES)
            device = device_of(row)
        household = self._users.household().seen_by(device.profile_id)
        return Redeemed(token=token, device=device, household=household)

    def _letters(self, count: int) -> Iterator[str]:
        """So many letters, each as likely as the other."""
        fair = 256 - 256 % len(ALPHABET)
        while count:
            for byte in self._random_bytes(count):
                if byte < fair:
                    count -= 1
                    yield ALPHABET[byte % len(ALPHABET)]


def _plain(code: str) -> str:
    """As it was made, however somebody wrote it down."""
    return "".join(c for c in code.upper() if c not in " -")


def _clear(session: Session, now: datetime) -> None:
    """Forget codes that are over, and the oldest of too many."""
    session.execute(delete(CodeRow).where((CodeRow.expires_at <= now) | (CodeRow.created_at > now)))
    newest_first = select(CodeRow).order_by(CodeRow.created_at.desc(), CodeRow.digest)
    for row in session.scalars(newest_first.offset(CODES_MAX - 1)).all():
        session.delete(row)


def _matching(session: Session, digest: str, now: datetime) -> CodeRow | None:
    """The code of that digest; all are compared, each in the same time."""
    found = None
    for row in session.scalars(select(CodeRow)):
        # A code from the future was made before the clock was set back: how old is it?
        fits = hmac.compare_digest(row.digest, digest) and row.created_at <= now < row.expires_at
        found = row if fits else found
    return found
