"""One frozen state and those who want to know when it changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

StateT = TypeVar("StateT")


class Observable(Generic[StateT]):
    """Holds a state and calls listeners with every new one, on the thread that set it.

    Equal states are not announced, so listeners may redraw without comparing.
    """

    def __init__(self, state: StateT) -> None:
        self._state = state
        self._listeners: list[Callable[[StateT], None]] = []

    @property
    def state(self) -> StateT:
        """The newest state."""
        return self._state

    def listen(self, listener: Callable[[StateT], None]) -> Callable[[], None]:
        """Call ``listener`` with every new state; the answer ends that."""
        self._listeners.append(listener)

        def stop() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return stop

    def _set(self, state: StateT) -> None:
        if state == self._state:
            return
        self._state = state
        for listener in tuple(self._listeners):
            listener(state)
