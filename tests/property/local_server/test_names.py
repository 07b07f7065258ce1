"""Names of files that are added: whatever they are, each file gets a place that can be shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from local_server.services.catalog.names import fold
from local_server.services.catalog.placing import Place, places

PIECES = st.sampled_from(
    ["Film", "Show", " S01E02", " (1999)", "-trailer", " cd1", " cd2", " - 1080p", " 03", "[x] "]
)
MADE = st.lists(PIECES, min_size=1, max_size=4).map(lambda pieces: "".join(pieces) + ".mkv")
ANY = st.text(
    st.characters(exclude_characters="/\0", categories=["L", "M", "N", "P", "S", "Z", "C"]),
    min_size=1,
    max_size=60,
).filter(lambda name: name not in {".", ".."})
FOLDERS = st.sampled_from(["Show (2001)", "Season 1", "extras", "Film (1999)", "CD1", "VIDEO_TS"])
PATHS = st.builds(
    lambda folders, name: Path("/", *folders, name),
    st.lists(FOLDERS, max_size=3),
    st.one_of(MADE, ANY),
)


def owners(path: Path, found: dict[Path, Place]) -> Iterator[Path]:
    owner = found[path].owner
    while owner is not None:
        yield owner
        owner = found[owner].owner


@given(st.lists(PATHS, min_size=1, max_size=8, unique=True))
def test_every_file_gets_a_place_and_owners_are_among_the_files(paths: list[Path]) -> None:
    found = places(paths)
    assert found.keys() == set(paths)
    for path, place in found.items():
        assert place.known.name
        assert place.series is None or place.series.name
        assert len(list(owners(path, found))) <= 2  # a part, of an edition, of a title


@given(st.text(max_size=40))
def test_folding_is_settled_after_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold(text.upper().lower()) == fold(text.lower().upper().lower())
