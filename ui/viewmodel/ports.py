"""What view models need from outside, as protocols: fakes in tests, the real thing in compose."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from abr.likelihood import Signal
from local_server.contracts import (
    AddedPath,
    Home,
    Household,
    Job,
    SearchPage,
    TitleDetail,
    TitleKind,
    TitlePage,
)

Cancel = Callable[[], None]


class Catalog(Protocol):
    """The part of :class:`local_server.client.EdgeClient` that screens use.

    Methods block and may be called from any thread; failures carry title, detail and hint.
    """

    def search(self, query: str, *, profile_id: str | None = None, limit: int = 50) -> SearchPage:
        """What a text leads to, however it is spelt."""

    def titles(
        self,
        query: str | None = None,
        kind: TitleKind | None = None,
        *,
        limit: int = 100,
        offset: int = 0,
        profile_id: str | None = None,
    ) -> TitlePage:
        """Titles by name; without a kind, films and series."""

    def title(self, title_id: str, *, profile_id: str | None = None) -> TitleDetail:
        """Everything about one title."""

    def home(self, profile_id: str) -> Home:
        """The home screen of a profile."""

    def household(self) -> Household:
        """The household and its profiles."""

    def add_paths(self, paths: Iterable[str | Path]) -> tuple[AddedPath, ...]:
        """Take files or folders into the library."""

    def jobs(self) -> tuple[Job, ...]:
        """Work of the studio, newest first."""

    def absolute(self, url: str) -> str:
        """A URL of the wire types, made absolute."""


class Prefetcher(Protocol):
    """Fetches the beginning of what may be played soon."""

    def show(self, signals: tuple[Signal, ...]) -> None:
        """These hold from now on, those not among them no longer. Any thread; returns at once."""


class Scheduler(Protocol):
    """Calls back later on the screen's thread."""

    def after(self, delay_s: float, callback: Callable[[], None]) -> Cancel:
        """Call ``callback`` once, ``delay_s`` from now, unless cancelled before."""


class ServerPhase(StrEnum):
    """Where the edge server behind the screens stands."""

    STARTING = "starting"
    RUNNING = "running"
    RESTARTING = "restarting"  # it ended by itself and is being brought back
    FAILED = "failed"  # it will not come back by itself


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerStatus:
    """The phase, and with ``FAILED`` what a person should know."""

    phase: ServerPhase
    title: str = ""
    detail: str = ""
    hint: str = ""


class ServerWatch(Protocol):
    """Tells how the edge server is. Listeners may be called on any thread."""

    @property
    def status(self) -> ServerStatus:
        """How it is now."""

    def listen(self, listener: Callable[[ServerStatus], None]) -> Cancel:
        """Deliver every change to ``listener``; the answer ends that."""
