"""The player's thread: in order, from anywhere, until it is closed."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from player.loop import PlayerLoop


@pytest.fixture
def loop() -> Iterator[PlayerLoop]:
    made = PlayerLoop()
    yield made
    made.close()


def test_what_is_posted_runs_in_order_on_one_thread(loop: PlayerLoop) -> None:
    ran: list[tuple[int, str]] = []
    for n in range(100):
        loop.post(lambda n=n: ran.append((n, threading.current_thread().name)))  # type: ignore[misc]

    async def nothing() -> None:
        pass

    loop.run(nothing()).result(timeout=20)
    assert ran == [(n, "player") for n in range(100)]


def test_a_result_comes_back(loop: PlayerLoop) -> None:
    async def answer() -> int:
        return 42

    assert loop.run(answer()).result(timeout=20) == 42


def test_an_error_comes_back(loop: PlayerLoop) -> None:
    async def fail() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        loop.run(fail()).result(timeout=20)


def test_closing_cancels_what_runs_and_lets_it_clean_up(loop: PlayerLoop) -> None:
    began, cleaned = threading.Event(), threading.Event()

    async def work() -> None:
        try:
            began.set()
            await asyncio.sleep(3600)
        finally:
            await asyncio.sleep(0)
            cleaned.set()

    future = loop.run(work())
    assert began.wait(20)
    loop.close()

    assert cleaned.is_set()
    assert future.cancelled()


def test_after_the_end_nothing_happens_any_more(loop: PlayerLoop) -> None:
    loop.close()
    ran: list[int] = []
    loop.post(lambda: ran.append(1))
    loop.close()

    assert ran == []


def test_posting_while_another_thread_closes_harms_nobody(loop: PlayerLoop) -> None:
    stop, troubles = threading.Event(), list[BaseException]()

    def post() -> None:
        try:
            while not stop.is_set():
                loop.post(lambda: None)
        except RuntimeError as error:
            troubles.append(error)

    threads = [threading.Thread(target=post) for _ in range(3)]
    for thread in threads:
        thread.start()
    loop.close()
    stop.set()
    for thread in threads:
        thread.join()
    assert troubles == []
