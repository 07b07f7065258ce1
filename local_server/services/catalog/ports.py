"""What the catalog needs of others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from local_server.contracts import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A title made ready. Paths of pictures are relative to the presentation's folder."""

    presentation_id: str
    duration_s: float
    max_height_px: int
    audio_languages: tuple[str, ...]
    subtitle_languages: tuple[str, ...]
    size_bytes: int
    poster_path: str | None
    still_path: str | None
    average_colour: str


class Preparation(Protocol):
    """Makes titles playable; tells the library through its ``ready``, ``failed`` and so on."""

    def prepare(self, *, title_id: str, name: str, source: Path | str, background: bool) -> None:
        """Take the work on; returns at once.

        ``source`` is a file, or the name of a recipe. ``background`` work waits for all other.
        """

    def requested(self) -> Mapping[str, datetime]:
        """When each title's work was last taken on, by title id; how it ended will be told."""

    def withdraw(self, title_ids: Sequence[str]) -> None:
        """Nobody wants these any more: what has not ended of their work is given up."""

    def discard(self, presentation_id: str) -> None:
        """Delete what a title was made into."""


class MediaFolder(Protocol):
    """Where prepared titles lie and how clients reach them."""

    def url(self, presentation_id: str, path: str) -> str:
        """A URL, relative to the server's root, that carries its own token."""

    def exists(self, presentation_id: str) -> bool:
        """Whether the presentation's files are there."""


class PictureRole(StrEnum):
    """What a picture beside a film is for."""

    POSTER = "poster"
    BACKDROP = "backdrop"
    LOGO = "logo"
    BANNER = "banner"
    THUMB = "thumb"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture in a file of a stranger's."""

    path: Path
    role: PictureRole


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenPicture:
    """A picture of our own made from it: ``<folder>/<file>`` under the media, or what was wrong.

    ``colour`` is its average, ``#RRGGBB``.
    """

    reference: str = ""
    colour: str = ""
    problem: Problem | None = None


class Pictures(Protocol):
    """Makes pictures of our own from files of strangers, where they can do no harm."""

    def take(
        self, pictures: Sequence[Picture], taken: Callable[[Picture, TakenPicture], None]
    ) -> None:
        """Tell ``taken`` what became of each, in order. Blocks; raises nothing of its own."""

    def stop(self) -> None:
        """Give up what is under way, and whatever is asked from now on."""
