"""What the catalog needs of others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol


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


class MediaFolder(Protocol):
    """Where prepared titles lie and how clients reach them."""

    def url(self, presentation_id: str, path: str) -> str:
        """A URL, relative to the server's root, that carries its own token."""

    def exists(self, presentation_id: str) -> bool:
        """Whether the presentation's files are there."""
