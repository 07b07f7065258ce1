"""The player's own thread: an event loop that owns the session and everything below it."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

_T = TypeVar("_T")


class PlayerLoop:
    """An asyncio loop in a thread of its own.

    Threading: every method may be called from any thread; what is posted runs on the loop, in
    order.
    """

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="player", daemon=True)
        self._thread.start()

    def post(self, action: Callable[[], object]) -> None:
        """Run ``action`` on the loop soon; nothing happens once the loop is closed."""
        with contextlib.suppress(RuntimeError):  # closed, by another thread perhaps just now
            self._loop.call_soon_threadsafe(action)

    def run(self, work: Coroutine[Any, Any, _T]) -> Future[_T]:
        """Run a coroutine on the loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def close(self) -> None:
        """Cancel what runs and end the thread; blocks until it has ended."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
        finally:
            pending = asyncio.all_tasks(self._loop)
            for task in pending:
                task.cancel()
            self._loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()
