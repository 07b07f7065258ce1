"""A film begins in the languages its viewer prefers, where it has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.player_fakes import PaperGrants
from tests.helpers.stage import staged, until
from tests.helpers.virtual_time import in_virtual_time


@pytest.mark.parametrize(
    ("language", "index"),
    [(None, 0), ("de", 1), ("DE-at", 1), ("fr", 0), ("en", 0)],
)
def test_the_sound_begins_in_the_preferred_language(
    tmp_path: Path, language: str | None, index: int
) -> None:
    @in_virtual_time
    async def check() -> None:
        grants = PaperGrants(audio_language=language)
        async with staged(tmp_path, grants=grants) as stage:
            await stage.play()
            assert stage.engine.last("load")["audio_index"] == index
            await until(lambda: stage.source.segments)
            assert stage.source.segments[0] == f"a-{('en', 'de')[index]}/1.m4s"

    check()


@pytest.mark.parametrize(
    ("shown", "language", "begins"),
    [(None, "en", False), (False, "en", False), (True, "en", True), (True, "fr", False)],
)
def test_subtitles_begin_as_preferred(
    tmp_path: Path, shown: bool | None, language: str, begins: bool
) -> None:
    @in_virtual_time
    async def check() -> None:
        grants = PaperGrants(subtitles_shown=shown, subtitle_language=language)
        async with staged(tmp_path, grants=grants) as stage:
            await stage.play()
            (track,) = stage.now.subtitle_tracks
            assert stage.engine.last("load")["subtitle_id"] == (track.id if begins else None)

    check()
