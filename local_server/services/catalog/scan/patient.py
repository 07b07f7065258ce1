"""File access that may hang, kept where it holds up nobody else.

A share on a network may not answer for hours, and no system call on it can be interrupted. Such
calls run on a thread of their own; whoever waits for them gives up when nothing happens for too
long, and leaves the thread to its fate.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

ResultT = TypeVar("ResultT")

Beat = Callable[[], None]
"""Called by work under way whenever it has come a step further."""


class FolderSilent(Exception):
    """A file or folder did not answer in time."""


class Stopped(Exception):
    """Nobody wants the answer any more."""


@dataclass(slots=True)
class _Task(Generic[ResultT]):
    work: Callable[[Beat], ResultT]
    done: threading.Event = field(default_factory=threading.Event)
    beats: int = 0
    result: ResultT | None = None
    error: BaseException | None = None

    def beat(self) -> None:
        self.beats += 1

    def run(self) -> None:
        try:
            self.result = self.work(self.beat)
        except BaseException as error:  # noqa: BLE001 - raised again where it was asked for
            self.error = error
        self.done.set()


class PatientReader:
    """Runs work on a thread of its own. For one caller at a time; :meth:`close` it in the end.

    ``deadline_s`` is how long work may go without a beat; ``is_stopped`` is asked in between.
    """

    def __init__(
        self, *, deadline_s: float, is_stopped: Callable[[], bool] = lambda: False
    ) -> None:
        self._deadline_s = deadline_s
        self._is_stopped = is_stopped
        self._tasks: queue.SimpleQueue[_Task[object] | None] = queue.SimpleQueue()
        # A daemon: one that hangs must not keep the server from ending.
        self._thread = threading.Thread(target=self._run, name="catalog-files", daemon=True)
        self._thread.start()

    def call(self, work: Callable[[Beat], ResultT]) -> ResultT:
        """The result of ``work``, or what it raised; :class:`FolderSilent`, :class:`Stopped`."""
        task: _Task[ResultT] = _Task(work)
        self._tasks.put(task)  # type: ignore[arg-type]
        step_s = min(self._deadline_s, 0.5)
        waited_s, beats = 0.0, 0
        while not task.done.wait(step_s):
            if self._is_stopped():
                raise Stopped
            waited_s = waited_s + step_s if task.beats == beats else 0.0
            beats = task.beats
            if waited_s >= self._deadline_s:
                raise FolderSilent
        if task.error is not None:
            raise task.error
        return task.result  # type: ignore[return-value]

    def close(self) -> None:
        """Let the thread end as soon as it can."""
        self._tasks.put(None)

    def _run(self) -> None:
        while (task := self._tasks.get()) is not None:
            task.run()
