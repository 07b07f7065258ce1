"""Subtitles and sound in folders of their own."""

from __future__ import annotations

import pytest

from local_server.services.catalog.naming import Sidecar, SidecarKind, read_sidecar


@pytest.mark.parametrize(
    "name", ["Subs/English.srt", "Subs/2_English.srt", "subtitles/en.srt", "Sub/02. English.srt"]
)
def test_beside_a_single_film_a_folder_of_subtitles_is_its_own(name: str) -> None:
    assert read_sidecar(name, ["Heat (1995)"]) == Sidecar(
        kind=SidecarKind.SUBTITLE, owner="Heat (1995)", language="en"
    )


def test_beside_several_films_such_a_file_belongs_to_none() -> None:
    assert read_sidecar("Subs/English.srt", ["Heat (1995)", "Ronin (1998)"]) is None


def test_in_another_folder_it_belongs_to_none() -> None:
    assert read_sidecar("other/English.srt", ["Heat (1995)"]) is None


def test_the_longest_name_owns_the_track() -> None:
    stems = ["Heat", "Heat.Extended", "Heat.Extended.Cut"]
    sidecar = read_sidecar("Heat.Extended.en.srt", stems)
    assert sidecar is not None
    assert (sidecar.owner, sidecar.title) == ("Heat.Extended", "")


def test_a_theme_song_is_no_track() -> None:
    assert read_sidecar("theme.mp3", ["theme"]) is None
