"""Guesses at something short: a few are free, then each costs a wait that grows.

Waits are counted by the monotonic clock of this run alone, so that nobody shortens or lengthens
one by setting the clock. Of a wait only the number of failures outlives the process: after a
restart it begins anew in full, which is at most :data:`WAITS_S`'s last. A try is counted before
it is looked at: neither many at once nor a process killed in between gets one for nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from local_server.errors import TooMany
from local_server.services.users.tables import TriesRow

FREE_TRIES = 5
WAITS_S = (30.0, 60.0, 300.0, 900.0, 3600.0)


def wait_s(failures: int) -> float:
    """How long nobody may guess after so many failures, seconds."""
    return 0.0 if failures < FREE_TRIES else WAITS_S[min(failures - FREE_TRIES, len(WAITS_S) - 1)]


class Attempts:
    """Lets guesses through. Threading: within the service's one writing transaction."""

    def __init__(self, *, monotonic_s: Callable[[], float]) -> None:
        self._monotonic_s = monotonic_s
        self._started_s = monotonic_s()
        self._last_s: dict[str, float] = {}

    def charge(self, session: Session, subject: str) -> None:
        """Count one more try; :class:`~local_server.errors.TooMany` while there is a wait."""
        row = session.get(TriesRow, subject)
        if row is None:
            row = TriesRow(subject=subject, failures=0)
            session.add(row)
        now_s = self._monotonic_s()
        left_s = self._last_s.get(subject, self._started_s) + wait_s(row.failures) - now_s
        if left_s > 0:
            raise _too_many(left_s)
        row.failures += 1
        self._last_s[subject] = now_s

    def forgive(self, session: Session, subject: str) -> None:
        """The last guess was right, or what it was about is no more."""
        row = session.get(TriesRow, subject)
        if row is not None:
            session.delete(row)
        self._last_s.pop(subject, None)


def _too_many(left_s: float) -> TooMany:
    return TooMany(
        "too_many_tries",
        "There were too many wrong tries",
        hint=f"Try again in {_words(left_s)}.",
        retryable=True,
    )


def _words(left_s: float) -> str:
    seconds = int(left_s) + 1
    if seconds <= 90:
        return f"{seconds} seconds"
    return f"{-(-seconds // 60)} minutes"
