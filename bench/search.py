"""How quick search is while somebody types, and how well it forgives typos.

    python -m bench.search [--titles N | --file movies.csv] [--json]

Titles are made up (see bench/search_titles.py) or read from a table as MovieLens has it. Typing is
every beginning of titles and people, asked for one after the other. A typo is one letter inserted,
left out, replaced, or swapped with the next, anywhere, the first letter included; the right title
is found when a title of that very name is first, or among five. Titles are asked for as they are
spread in the catalog, very short ones like "Up" too, where a typo leaves little to go by.

The peer is the same list of names in a plain FTS5 table with the trigram tokenizer, ranked by how
many trigrams are shared (bm25), and ``LIKE`` where it has fewer than three letters to go by.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from bench.search_titles import documents, read, with_typo
from local_server.services.catalog.search import SearchDocument, SearchIndex
from local_server.services.catalog.search.folding import words

TITLES, TYPED, MISTYPED, PEER_MISTYPED, SEED = 100_000, 300, 2_000, 300, 7
PAGE = 20  # hits a screen asks for

Find = Callable[[str, int], Sequence[str]]  # a text and how many; names found


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Milliseconds per keystroke, shares of typos forgiven, seconds to build and to open."""

    titles: int
    p50_ms: float
    p99_ms: float
    worst_ms: float
    p99_processor_ms: float  # the same without waiting for other programs
    child_p99_ms: float  # half of the titles may not be seen
    suggest_p99_ms: float
    hard_worst_ms: float  # the longest, commonest and strangest texts
    typo_top1: float
    typo_top5: float
    short_typo_top1: float  # names of at most five letters
    index_s: float
    open_s: float
    memory_mb: float
    file_mb: float
    peer_p99_ms: float
    peer_typo_top1: float
    peer_typo_top5: float
    peer_p99_ratio: float
    like_p99_ms: float
    like_typo_top1: float


HARD = (
    *(
        "t",
        "th",
        "the",
        "the ",
        "a",
        "of the",
        "man",
        "the man",
        "s",
        "drama",
        "john",
        "?!",
        "the m",
    ),
    *(
        "\N{CLAPPER BOARD}",
        '"the" NEAR(of*',
        "-a:b^c",
        "x\0y",
        "x\ud800y",
        "e" * 200,
        "\u6771\u4eac",
    ),
    " ".join(["the man of the night"] * 20)[:200],
    "lorem ipsum dolor sit amet " * 4_000,
)


def _folded(name: str) -> str:
    return "".join(words(name))


def _typing(found: Sequence[SearchDocument], rng: random.Random) -> list[str]:
    texts = [each.names[0] for each in rng.sample(found, min(TYPED, len(found)))]
    some = rng.sample(found, min(TYPED // 5, len(found)))
    texts += [each.people[0] for each in some if each.people]
    return [text[:end].lower() for text in texts for end in range(1, len(text) + 1)]


def _times_ms(
    texts: Iterable[str],
    ask: Callable[[str], object],
    *,
    clock: Callable[[], float] = time.perf_counter,
) -> np.ndarray:
    times = []
    for text in texts:
        began_s = clock()
        ask(text)
        times.append(1000 * (clock() - began_s))
    return np.array(times)


def _forgiven(found: Sequence[SearchDocument], count: int, find: Find) -> np.ndarray:
    """For each mistyped name its length, and whether it is first and among the first five."""
    rng = random.Random(SEED + 1)
    rows = []
    for each in rng.choices(found, k=count):
        right = _folded(each.names[0])
        got = [_folded(name) for name in find(with_typo(each.names[0], rng), 5)]
        rows.append((len(right), right in got[:1], right in got))
    return np.array(rows)


class _Peer:
    """The names in a plain trigram table."""

    def __init__(self, found: Sequence[SearchDocument]) -> None:
        self._tables = sqlite3.connect(":memory:")
        self._tables.execute("CREATE VIRTUAL TABLE peer USING fts5 (name, tokenize='trigram')")
        self._tables.executemany("INSERT INTO peer VALUES (?)", ((d.names[0],) for d in found))

    def find(self, text: str, count: int) -> list[str]:
        grams = {text[at : at + 3].replace('"', '""') for at in range(len(text) - 2)}
        if not grams:
            return self.like(text, count)
        expression = " OR ".join(f'"{gram}"' for gram in sorted(grams))
        rows = self._tables.execute(
            "SELECT name FROM peer WHERE peer MATCH ? ORDER BY rank LIMIT ?", (expression, count)
        )
        return [row[0] for row in rows]

    def like(self, text: str, count: int) -> list[str]:
        pattern = "%" + text.replace("%", "").replace("_", "") + "%"
        rows = self._tables.execute(
            "SELECT name FROM peer WHERE name LIKE ? ORDER BY length(name) LIMIT ?",
            (pattern, count),
        )
        return [row[0] for row in rows]


def measure(found: Sequence[SearchDocument], folder: Path) -> Figures:
    """Build an index of ``found`` in ``folder`` and ask it, and the peer."""
    path = folder / "search.sqlite3"
    began_s = time.perf_counter()
    index = SearchIndex(path)
    index.put(found)
    index_s = time.perf_counter() - began_s
    index.close()
    index, open_s, memory_mb = _opened(path)
    typing = _typing(found, random.Random(SEED))
    ours = _ask(index, found, typing)
    index.close()
    theirs = _ask_peer(found, typing[:: max(len(typing) // 600, 1)])
    return Figures(
        titles=len(found),
        index_s=index_s,
        open_s=open_s,
        memory_mb=memory_mb,
        file_mb=path.stat().st_size / 1e6,
        peer_p99_ratio=theirs["peer_p99_ms"] / ours["p99_ms"],
        **ours,
        **theirs,
    )


def _ask(
    index: SearchIndex, found: Sequence[SearchDocument], typing: list[str]
) -> dict[str, float]:
    rng = random.Random(SEED)
    names = {each.id: each.names[0] for each in found}
    popularity = {each.id: rng.random() ** 4 for each in found}
    seen = {each.id for each in found if rng.random() < 0.5}

    def find(text: str, count: int) -> list[str]:
        hits = index.query(text, limit=count, popularity=popularity).hits
        return [names[hit.id] for hit in hits]

    def as_child(text: str) -> object:
        return index.query(text, limit=PAGE, popularity=popularity, visible=seen.__contains__)

    find("warm", PAGE)
    times = _times_ms(typing, lambda text: find(text, PAGE))
    processor = _times_ms(typing[::4], lambda text: find(text, PAGE), clock=time.process_time)
    forgiven = _forgiven(found, MISTYPED, find)
    suggest = _times_ms(typing[::4], lambda text: index.suggest(text, limit=8))
    return {
        "p50_ms": _percentile(times, 50),
        "p99_ms": _percentile(times, 99),
        "worst_ms": float(times.max()),
        "p99_processor_ms": _percentile(processor, 99),
        "child_p99_ms": _percentile(_times_ms(typing[::4], as_child), 99),
        "suggest_p99_ms": _percentile(suggest, 99),
        "hard_worst_ms": float(_times_ms(HARD, lambda text: find(text, PAGE)).max()),
        "typo_top1": float(forgiven[:, 1].mean()),
        "typo_top5": float(forgiven[:, 2].mean()),
        "short_typo_top1": _mean(forgiven[forgiven[:, 0] <= 5][:, 1]),
    }


def _ask_peer(found: Sequence[SearchDocument], typing: list[str]) -> dict[str, float]:
    peer = _Peer(found)
    forgiven = _forgiven(found, PEER_MISTYPED, peer.find)
    by_grams = _times_ms(typing, lambda text: peer.find(text, PAGE))
    by_like = _times_ms(typing, lambda text: peer.like(text, PAGE))
    return {
        "peer_p99_ms": _percentile(by_grams, 99),
        "peer_typo_top1": float(forgiven[:, 1].mean()),
        "peer_typo_top5": float(forgiven[:, 2].mean()),
        "like_p99_ms": _percentile(by_like, 99),
        "like_typo_top1": float(_forgiven(found, PEER_MISTYPED, peer.like)[:, 1].mean()),
    }


def _percentile(values: np.ndarray, share: int) -> float:
    return float(np.percentile(values, share))


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else 0.0


def _opened(path: Path) -> tuple[SearchIndex, float, float]:
    """The index opened anew, how long that took, and what it keeps in memory."""
    tracemalloc.start()
    counted = SearchIndex(path)
    memory_mb = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    counted.close()
    began_s = time.perf_counter()
    index = SearchIndex(path)
    return index, time.perf_counter() - began_s, memory_mb


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the closing line alone")
    parser.add_argument("--titles", type=int, default=TITLES, help="how many to make up")
    parser.add_argument("--file", type=Path, help="a table: movieId,title,genres")
    given = parser.parse_args()
    found = read(given.file) if given.file else documents(given.titles, SEED)
    with tempfile.TemporaryDirectory() as folder:
        figures = asdict(measure(found, Path(folder)))
    if not given.json:
        for name, value in figures.items():
            print(f"{name:17} {value:.3f}" if isinstance(value, float) else f"{name:17} {value}")
    print(json.dumps({"figures": figures}))


if __name__ == "__main__":
    main()
