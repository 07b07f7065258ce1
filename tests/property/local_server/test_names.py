"""File names: whatever they are, a title comes of them that a screen can show."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath

from hypothesis import given
from hypothesis import strategies as st

from local_server.services.catalog.names import NAME_MAX, EpisodeName, FilmName, fold, parse

PARTS = st.text(
    st.characters(exclude_characters="/\0", categories=["L", "M", "N", "P", "S", "Z", "C"]),
    min_size=1,
    max_size=260,
)
PLAIN = st.from_regex(r"[A-Z][a-z]{1,9}( [A-Z][a-z]{1,9}){0,3}", fullmatch=True)


def words(name: FilmName | EpisodeName) -> list[str]:
    return [name.name, name.series] if isinstance(name, EpisodeName) else [name.name]


@given(st.lists(PARTS, min_size=1, max_size=4))
def test_any_name_gives_a_title_that_can_be_shown(parts: list[str]) -> None:
    for text in words(parse(PurePosixPath("/", *parts))):
        assert 0 < len(text) <= NAME_MAX
        assert text == text.strip()
        assert not [c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn")]
        text.encode()


@given(PLAIN, st.integers(1880, 2099))
def test_name_and_year(name: str, year: int) -> None:
    expected = FilmName(name=name, year=year)
    assert parse(PurePosixPath(f"/films/{name} ({year}).mkv")) == expected
    dotted = name.replace(" ", ".")
    assert parse(PurePosixPath(f"/films/{dotted}.{year}.1080p.BluRay.x264-GRP.mkv")) == expected


@given(PLAIN, st.integers(0, 99), st.integers(0, 999), PLAIN)
def test_episodes(series: str, season: int, episode: int, own: str) -> None:
    expected = EpisodeName(
        series=series, series_year=None, season=season, episode=episode, name=own
    )
    number = f"S{season:02}E{episode:02}"
    for name in (f"{series} - {number} - {own}.mkv", f"{series} {number.lower()} {own}.mp4"):
        assert parse(PurePosixPath("/tv", name)) == expected
    assert (
        parse(PurePosixPath("/tv", series, f"Season {season}", f"{number} {own}.mkv")) == expected
    )


@given(st.text(max_size=40))
def test_folding_is_settled_after_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold(text.upper().lower()) == fold(text.lower().upper().lower())
