"""What a person chose on this device outlives the program."""

from __future__ import annotations

from pathlib import Path

import pytest

from abr.profiles import QualityProfileId
from player.preferences import Preferences

SAVER, HIGHEST = QualityProfileId.DATA_SAVER, QualityProfileId.HIGHEST_QUALITY


def test_a_choice_is_there_the_next_time(tmp_path: Path) -> None:
    file = tmp_path / "player" / "preferences.json"
    assert Preferences(file).profile.id is QualityProfileId.BALANCED
    Preferences(file).choose(SAVER)

    assert Preferences(file).profile.id is SAVER
    assert [path.name for path in file.parent.iterdir()] == ["preferences.json"]


def test_what_was_asked_for_once_is_not_remembered_but_a_choice_after_it_is(
    tmp_path: Path,
) -> None:
    file = tmp_path / "preferences.json"
    once = Preferences(file, profile=SAVER)
    assert once.profile.id is SAVER
    assert not file.exists()

    once.choose(HIGHEST)
    assert Preferences(file).profile.id is HIGHEST


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "{}", '{"quality_profile": 3}', '{"quality_profile": "best"}', "\0"],
)
def test_a_damaged_file_means_balanced(tmp_path: Path, text: str) -> None:
    file = tmp_path / "preferences.json"
    file.write_text(text, encoding="utf-8")
    preferences = Preferences(file)

    assert preferences.profile.id is QualityProfileId.BALANCED
    preferences.choose(SAVER)
    assert Preferences(file).profile.id is SAVER


def test_bytes_that_are_no_text_mean_balanced(tmp_path: Path) -> None:
    file = tmp_path / "preferences.json"
    file.write_bytes(b"\xff\xfe\xff")
    assert Preferences(file).profile.id is QualityProfileId.BALANCED


def test_a_folder_that_cannot_be_written_keeps_the_choice_for_now(tmp_path: Path) -> None:
    (tmp_path / "player").write_text("in the way", encoding="utf-8")
    preferences = Preferences(tmp_path / "player" / "preferences.json")
    preferences.choose(SAVER)
    assert preferences.profile.id is SAVER
