"""What can be set about a server, and where its files lie."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

# Not assigned by IANA and in no range that systems hand out by themselves.
DEFAULT_PORT = 8470


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """Settings of one server.

    ``port`` 0 picks a free one. ``starter`` puts the starter library into a new home.
    ``studio_threads`` caps how many threads an encoder uses; ``None`` leaves it to the studio.
    ``isolate`` runs every service as a process of its own.
    Films shorter than ``shortest_resumable_s`` are not gone on with but begun anew.
    """

    home: Path
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    starter: bool = True
    studio_threads: int | None = None
    isolate: bool = False
    shortest_resumable_s: float = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerPaths:
    """Every path a server uses, all under its home."""

    home: Path
    server: Path  # databases and secrets: never served
    backups: Path  # copies of the databases
    search: Path  # the search index; made anew when it is gone
    media: Path  # finished titles: the only folder that is served
    studio: Path  # unfinished work
    token: Path
    media_key: Path
    lock: Path

    @classmethod
    def under(cls, home: Path) -> Self:
        """The layout of ``home``."""
        home = home.absolute()
        server = home / "server"
        return cls(
            home=home,
            server=server,
            backups=server / "backups",
            search=server / "search.sqlite3",
            media=home / "media",
            studio=home / "studio",
            token=server / "token",
            media_key=server / "media-key",
            lock=home / "run" / "server.lock",
        )

    def database(self, service: str) -> Path:
        """The database file of a service."""
        return self.server / f"{service}.sqlite3"
