"""Reading one name: where guessit is asked, and what its failures mean."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from local_server.contracts import LibraryKind
from local_server.services.catalog.naming import guessing, read
from local_server.services.catalog.naming.guessing import Guess, guess


class FailingApi:
    """guessit on a name that it cannot read."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def guessit(self, name: str, options: dict[str, str]) -> dict[str, object]:
        self.asked.append(f"{name} as {options['type']}")
        raise KeyError(name)


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> FailingApi:
    api = FailingApi()
    monkeypatch.setattr(guessing, "_api", lambda: api)
    guess.cache_clear()
    return api


def test_guessit_answers_in_our_words() -> None:
    guess.cache_clear()
    assert guess("Harbour.Watch.S02E03E04.Low.Tide.720p.mkv") == Guess(
        title="Harbour Watch", season=2, episodes=(3, 4), episode_title="Low Tide"
    )


def test_a_name_that_ends_in_an_error_inside_guessit_is_read_without_it(
    failing: FailingApi,
) -> None:
    path = PurePosixPath("Harbour Watch/The 3rd Lost Reel.mkv")
    reading = read(path, library=LibraryKind.SERIES)
    assert failing.asked == ["The 3rd Lost Reel.mkv as episode"]
    assert (reading.title, reading.episode_title) == ("Harbour Watch", "The 3rd Lost Reel")


@pytest.mark.parametrize(
    ("name", "library"),
    [
        ("Harbour Watch/Season 1/S01E01.mkv", LibraryKind.SERIES),
        ("Harbour Watch/Season 1/03 - Fog.mkv", LibraryKind.SERIES),
        ("Harbour Watch/Season 1/The Fog.mkv", LibraryKind.SERIES),
        ("Harbour Watch/extras/Take 2.mkv", LibraryKind.SERIES),
        ("Heat.1995.1080p.mkv", LibraryKind.MIXED),
        ("Heat.mkv", LibraryKind.MIXED),
        ("Heat 2.mkv", LibraryKind.MIXED),
        ("Heat.2.mkv", LibraryKind.MOVIES),
        ("Heat.2.mkv", LibraryKind.HOME_VIDEOS),
    ],
)
def test_guessit_is_not_asked_about_names_that_our_rules_settle(
    name: str, library: LibraryKind, failing: FailingApi
) -> None:
    read(PurePosixPath(name), library=library)
    assert failing.asked == []


@pytest.mark.parametrize("library", LibraryKind)
def test_a_byte_that_is_no_text_is_marked(library: LibraryKind) -> None:
    name = b"Caf\xe9 (2001).mkv".decode("utf-8", "surrogateescape")
    assert read(PurePosixPath(name), library=library).title.startswith(
        "Caf\N{REPLACEMENT CHARACTER}"
    )


def test_letters_and_their_accents_are_one_however_the_disk_holds_them() -> None:
    apart = read(
        PurePosixPath("Cafe\N{COMBINING ACUTE ACCENT} (2001).mkv"), library=LibraryKind.MOVIES
    )
    assert apart == read(PurePosixPath("Café (2001).mkv"), library=LibraryKind.MOVIES)


@pytest.mark.parametrize("name", ["....mkv", "---.mkv", "()[]{}.mkv", " .mkv", "\x01\x02.mkv"])
@pytest.mark.parametrize("library", LibraryKind)
def test_a_name_without_letters_has_a_title_all_the_same(name: str, library: LibraryKind) -> None:
    assert read(PurePosixPath(name), library=library).title == "Untitled"
