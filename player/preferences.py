"""How a person wants film on this device: a small file that is read once and written on change."""

from __future__ import annotations

import json
from pathlib import Path

import structlog

from abr.profiles import BALANCED, QualityProfile, QualityProfileId, named
from player.files import write_whole

log = structlog.get_logger()

_PROFILE = "quality_profile"


class Preferences:
    """The quality profile, remembered in ``file``; without one for as long as this lives.

    A file that cannot be read counts as none, one that cannot be written is given up on: nobody's
    film fails over a preference. ``profile`` is what to begin with, whatever is remembered.
    Threading: one thread at a time; the player uses it on its loop.
    """

    def __init__(
        self, file: Path | None = None, *, profile: QualityProfileId | None = None
    ) -> None:
        self._file = file
        self._profile = _remembered(file) if profile is None else named(profile)

    @property
    def profile(self) -> QualityProfile:
        """The quality profile in force."""
        return self._profile

    def choose(self, profile_id: QualityProfileId) -> None:
        """Another profile, from now on and next time."""
        self._profile = named(profile_id)
        if self._file is None:
            return
        try:
            write_whole(self._file, json.dumps({_PROFILE: str(profile_id)}))
        except OSError as error:
            log.warning("preferences.not_written", error=str(error))


def _remembered(file: Path | None) -> QualityProfile:
    if file is None or not file.exists():
        return BALANCED
    try:
        return named(json.loads(file.read_text(encoding="utf-8"))[_PROFILE])
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        log.warning("preferences.not_read", error=str(error))
        return BALANCED
