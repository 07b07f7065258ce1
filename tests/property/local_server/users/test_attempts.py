"""Guesses at a PIN while somebody plays with the clock and the power switch."""

from __future__ import annotations

import tempfile
from collections import deque
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from local_server.errors import TooMany
from local_server.runtime.database import Database, Durability
from local_server.services.users.attempts import FREE_TRIES, WAITS_S, Attempts, wait_s

GUESS, RESTART = "guess", "restart"
steps = st.lists(
    st.tuples(st.sampled_from([GUESS, GUESS, GUESS, RESTART]), st.floats(0, 900)),
    min_size=1,
    max_size=60,
)
# Five at once, then one after each wait that fits into an hour.
PER_HOUR = FREE_TRIES + 4


@settings(max_examples=40, deadline=None)
@given(steps=steps, boots=st.lists(st.floats(0, 1e6), min_size=60, max_size=60))
def test_never_more_guesses_in_an_hour_than_waits_allow(
    steps: list[tuple[str, float]], boots: list[float]
) -> None:
    """The monotonic clock begins anywhere at every start; the wall clock is not even asked."""
    real_s, base_s, begun_s = 0.0, boots[0], 0.0

    def monotonic_s() -> float:
        return base_s + real_s - begun_s

    guesses: deque[float] = deque()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "users.sqlite3"
        database = Database(path, service="users", durability=Durability.CRASH)
        attempts = Attempts(monotonic_s=monotonic_s)
        for number, (step, pause_s) in enumerate(steps):
            real_s += pause_s
            if step == RESTART:
                base_s, begun_s = boots[number], real_s
                attempts = Attempts(monotonic_s=monotonic_s)
                continue
            try:
                with database.write() as session:
                    attempts.charge(session, "somebody")
            except TooMany:
                continue
            guesses.append(real_s)
            while guesses[0] <= real_s - 3600:
                guesses.popleft()
            assert len(guesses) <= PER_HOUR
        database.close()


@given(failures=st.integers(0, 10_000))
def test_waits_grow_and_end(failures: int) -> None:
    assert 0 <= wait_s(failures) <= wait_s(failures + 1) <= WAITS_S[-1] == 3600


@settings(max_examples=25, deadline=None)
@given(failures=st.integers(0, 40), restart=st.booleans())
def test_nobody_is_locked_out_for_ever(failures: int, restart: bool) -> None:
    now_s = 0.0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "users.sqlite3"
        database = Database(path, service="users", durability=Durability.CRASH)
        attempts = Attempts(monotonic_s=lambda: now_s)
        for _ in range(failures):
            with database.write() as session:
                attempts.charge(session, "somebody")
            now_s += WAITS_S[-1]
        if restart:
            attempts = Attempts(monotonic_s=lambda: now_s)
            now_s += WAITS_S[-1]
        with database.write() as session:
            attempts.charge(session, "somebody")
        database.close()
