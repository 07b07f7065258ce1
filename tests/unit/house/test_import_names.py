"""The six import names are plain words; another distribution might provide one of them."""

from __future__ import annotations

from importlib.metadata import Distribution, distributions

from tests.helpers.project import PACKAGES


def top_level_names(distribution: Distribution) -> set[str]:
    """What can be imported once the distribution is installed."""
    declared = (distribution.read_text("top_level.txt") or "").split()
    installed = {file.parts[0].split(".")[0] for file in distribution.files or ()}
    return {*declared, *installed}


def test_no_other_distribution_provides_one_of_our_names() -> None:
    theirs = {
        name: distribution.name
        for distribution in distributions()
        if distribution.name != "matinee"
        for name in top_level_names(distribution)
    }
    assert theirs["httpx"] == "httpx"
    ours = (*PACKAGES, "tests", "bench", "bootstrap")
    assert {name: theirs[name] for name in ours if name in theirs} == {}
