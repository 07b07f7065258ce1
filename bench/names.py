"""How many names our reader and guessit alone get right, and how long they take.

    python -m bench.names [--names FOLDER] [--json]

Over the corpus of the tests, or another folder of the same form. guessit is told films from series
as our reader is; it is judged by what it knows of (kind, title, year, season, episodes, day, the
episode's own name), our reader by everything. ``ours_ms`` and ``guessit_ms`` are
milliseconds a name, with nothing remembered from before.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from guessit.api import GuessItApi

from local_server.contracts import LibraryKind
from local_server.services.catalog.naming import read
from local_server.services.catalog.naming.folders import read_folder
from local_server.services.catalog.naming.guessing import guess
from tests.helpers.naming import CORPUS, Case, cases, differences, told

ROUNDS = 3  # the best of them is the one that the machine disturbed least

_FIELDS = {
    "title": "title",
    "year": "year",
    "season": "season",
    "episode": "episodes",
    "date": "air_date",
    "episode_title": "episode_title",
}
_JUDGED = {"kind", *_FIELDS.values()}
_TYPES = {LibraryKind.MOVIES: "movie", LibraryKind.SERIES: "episode"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Shares of names that are right, and milliseconds per name."""

    names: int
    ours_right: float
    guessit_right: float
    ours_ms: float
    guessit_ms: float


def ours(case: Case) -> dict[str, str]:
    """What our reader finds."""
    return told(read(case.path, library=case.library))


def guessed(api: Any, case: Case) -> dict[str, str]:
    """What guessit finds, in our words."""
    options = {"type": _TYPES[case.library]} if case.library in _TYPES else {}
    try:
        found = api.guessit(case.name, options)
    except Exception:  # noqa: BLE001 - a name that it cannot read is a name it gets wrong
        return {}
    texts = {ours: _text(found[theirs]) for theirs, ours in _FIELDS.items() if theirs in found}
    return texts | {"kind": str(found.get("type", ""))}


def guessit_differs(case: Case, found: dict[str, str]) -> bool:
    """Whether guessit is wrong about anything that it knows of."""
    wrong = set(differences(case, found)) & _JUDGED
    if case.library is LibraryKind.HOME_VIDEOS:
        wrong -= {"kind"}  # it has no word for them
    return bool(wrong)


def _text(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def _ms_per_name(reader: Callable[[Case], object], corpus: Iterable[Case]) -> float:
    corpus = list(corpus)
    best_s = float("inf")
    for _ in range(ROUNDS):
        read_folder.cache_clear()
        guess.cache_clear()
        began_s = time.perf_counter()
        for case in corpus:
            reader(case)
        best_s = min(best_s, time.perf_counter() - began_s)
    return best_s / len(corpus) * 1000


def measure(folder: Path, *, quiet: bool = True) -> Figures:
    """Judge both readers over the corpus in ``folder``, then time them."""
    corpus = list(cases(folder))
    api = GuessItApi()
    api.guessit("Warm.Up.2001.mkv", {})
    right: dict[str, Counter[str]] = {"ours": Counter(), "guessit": Counter()}
    for case in corpus:
        right["ours"][case.subject] += not differences(case, ours(case))
        right["guessit"][case.subject] += not guessit_differs(case, guessed(api, case))
    if not quiet:
        _print_subjects(Counter(case.subject for case in corpus), right)
    return Figures(
        names=len(corpus),
        ours_right=right["ours"].total() / len(corpus),
        guessit_right=right["guessit"].total() / len(corpus),
        ours_ms=_ms_per_name(ours, corpus),
        guessit_ms=_ms_per_name(partial(guessed, api), corpus),
    )


def _print_subjects(count: Counter[str], right: dict[str, Counter[str]]) -> None:
    print(f"{'subject':20} {'names':>5} {'ours':>5} {'guessit':>7}")
    for subject, names in sorted(count.items()):
        print(f"{subject:20} {names:5} {right['ours'][subject]:5} {right['guessit'][subject]:7}")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the closing line alone")
    parser.add_argument("--names", type=Path, default=CORPUS, help="folder of the corpus")
    given = parser.parse_args()
    figures = asdict(measure(given.names, quiet=given.json))
    if not given.json:
        for name, value in figures.items():
            print(f"{name:14} {value:.3f}" if isinstance(value, float) else f"{name:14} {value}")
    print(json.dumps({"figures": figures}))


if __name__ == "__main__":
    main()
