"""An event loop on which waiting takes no time: the clock jumps to the next timer."""

from __future__ import annotations

import asyncio
import functools
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

_T = TypeVar("_T")


class _JumpingSelector(selectors.DefaultSelector):
    """Instead of waiting for ``timeout``, moves the clock by it."""

    now_s = 0.0

    def select(self, timeout: float | None = None) -> Any:
        ready = super().select(0)
        if not ready and timeout is None:
            raise RuntimeError("everything waits, and nothing will ever happen")
        if not ready and timeout is not None and timeout > 0:
            self.now_s += timeout
        return ready


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """For code that waits on timers alone, not on sockets, threads or processes.

    What nobody would hear of otherwise, an exception in a callback or in a task that nobody
    awaits, is kept in ``troubles``.
    """

    def __init__(self) -> None:
        self.selector = _JumpingSelector()
        super().__init__(self.selector)
        self.troubles: list[dict[str, Any]] = []
        self.set_exception_handler(lambda _, context: self.troubles.append(context))

    def time(self) -> float:
        return self.selector.now_s


def run_virtually(work: Coroutine[Any, Any, _T]) -> _T:
    """Run ``work`` to its end, then see that nothing went wrong behind its back."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        result = runner.run(work)
        loop = runner.get_loop()
        assert isinstance(loop, VirtualTimeLoop)
    assert loop.troubles == []
    return result


def in_virtual_time(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Make a coroutine function a test that waits for nothing."""

    @functools.wraps(test)
    def run(*arguments: Any, **named: Any) -> None:
        run_virtually(test(*arguments, **named))

    return run


def now_s() -> float:
    """The running loop's clock, for everything that wants one."""
    return asyncio.get_running_loop().time()


async def settle() -> None:
    """Let everything happen that happens without time passing."""
    for _ in range(20):
        await asyncio.sleep(0)
