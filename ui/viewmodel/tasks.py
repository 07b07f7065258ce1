"""A user action is a value: it runs off the screen's thread and says which topics it changed."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

import structlog

from ui.viewmodel.problems import Trouble, trouble_of

ResultT = TypeVar("ResultT")

_log = structlog.get_logger()


class Topic(StrEnum):
    """What a screen may show and an action may change."""

    HOME = "home"
    LIBRARY = "library"
    TITLE = "title"


Changed = frozenset[Topic]
Post = Callable[[Callable[[], None]], None]
"""Runs a callable: ``submit`` elsewhere, ``post`` on the screen's thread."""


class Ticket:
    """A task that was asked for; dropping it makes its result unwanted, not unmade."""

    def __init__(self) -> None:
        self.wanted = True

    def drop(self) -> None:
        """Neither ``done`` nor ``failed`` will be called any more."""
        self.wanted = False


class Tasks:
    """Runs what takes time and brings results home.

    Threading: :meth:`load`, :meth:`perform` and :meth:`subscribe` on the screen's thread, where
    all callbacks arrive too; operations run wherever ``submit`` takes them.
    """

    def __init__(self, *, submit: Post, post: Post) -> None:
        self._submit = submit
        self._post = post
        self._subscribers: list[tuple[Changed, Callable[[], None]]] = []

    def load(
        self,
        operation: Callable[[], ResultT],
        done: Callable[[ResultT], None],
        failed: Callable[[Trouble], None],
    ) -> Ticket:
        """Run ``operation`` elsewhere, then exactly one of the callbacks here."""
        ticket = Ticket()

        def deliver(callback: Callable[[], None]) -> None:
            self._post(lambda: callback() if ticket.wanted else None)

        def run() -> None:
            try:
                result = operation()
            except Exception as error:  # noqa: BLE001 - whatever fails, a person is told
                trouble = trouble_of(error)
                _log.info("ui.task_failed", code=trouble.code, error=repr(error))
                deliver(lambda: failed(trouble))
            else:
                deliver(lambda: done(result))

        self._submit(run)
        return ticket

    def perform(
        self, operation: Callable[[], Changed], failed: Callable[[Trouble], None]
    ) -> Ticket:
        """Run an action elsewhere and refresh whoever shows a topic it changed."""
        return self.load(operation, self.announce, failed)

    def subscribe(self, topics: Changed, refresh: Callable[[], None]) -> Callable[[], None]:
        """Call ``refresh`` whenever one of ``topics`` changed; the answer ends that."""
        entry = (topics, refresh)
        self._subscribers.append(entry)
        return lambda: self._subscribers.remove(entry) if entry in self._subscribers else None

    def announce(self, changed: Changed) -> None:
        """Say that topics changed by other means than an action."""
        for topics, refresh in tuple(self._subscribers):
            if topics & changed:
                refresh()
