"""Where Matinee keeps its files: one home folder, and below it a place for each part."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

HOME_VARIABLE = "MATINEE_HOME"


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Paths of the player's side; the server lays out its own below the same home."""

    home: Path
    player: Path  # what must not be lost: outbox, device id
    segments: Path  # what can be fetched again
    logs: Path


def places(home: Path | None = None) -> Places:
    """The folders for ``home``, else for ``MATINEE_HOME``, else for this user."""
    chosen = home or (Path(named) if (named := os.environ.get(HOME_VARIABLE)) else None)
    if chosen is not None:
        root = chosen.expanduser().absolute()
        return Places(
            home=root, player=root / "player", segments=root / "cache", logs=root / "logs"
        )
    data = Path(platformdirs.user_data_dir("matinee", appauthor=False))
    return Places(
        home=data,
        player=data / "player",
        segments=Path(platformdirs.user_cache_dir("matinee", appauthor=False)) / "segments",
        logs=Path(platformdirs.user_log_dir("matinee", appauthor=False)),
    )
