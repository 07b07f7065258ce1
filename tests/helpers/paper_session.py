"""What a session under test stands on: a sink of watch events, and a loop without a thread."""

from __future__ import annotations

import asyncio
import concurrent.futures
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

from player.errors import PlayerError
from player.events import WatchEvent
from player.loop import PlayerLoop

_T = TypeVar("_T")


@dataclass(slots=True)
class Events:
    """A sink of watch events; with ``full`` the disk takes none."""

    items: list[WatchEvent] = field(default_factory=list)
    full: bool = False

    def put(self, item: WatchEvent) -> None:
        if self.full:
            raise PlayerError("No space left.")
        self.items.append(item)

    @property
    def kinds(self) -> list[str]:
        """What happened, in order."""
        return [str(item.kind) for item in self.items]


class LoopHere(PlayerLoop):
    """The player's loop, when that is the one already running: no thread."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()

    def post(self, action: Callable[[], object]) -> None:
        self._loop.call_soon(action)

    def run(self, work: Coroutine[Any, Any, _T]) -> concurrent.futures.Future[_T]:
        future: concurrent.futures.Future[_T] = concurrent.futures.Future()
        task = self._loop.create_task(work)
        task.add_done_callback(lambda done: future.set_result(done.result()))
        return future
