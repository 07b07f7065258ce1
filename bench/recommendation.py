"""How well recommendations foresee what somebody watches next, beside simpler ways to guess.

    python -m bench.recommendation [--ratings FILE [--movies FILE]] [--seeds N] [--json]
    python -m bench.recommendation --ratings FILE --validate

The last title of each history is hidden. Every title its owner has not watched is ranked by a model
fitted to all the rest, and two figures say where the hidden one came: NDCG at 10 and recall at 20,
averaged over people and over several draws of the order of events that bear the same time. Ratings
do not count, only that there is one. With ``--validate`` the last is set aside altogether and the
one before it is hidden: numbers of a model are chosen by that alone.

``household_N``: the model is fitted to N other histories, as in a home, and asked about people it
does not know. Without ``--ratings`` a small set is drawn; it shows that everything runs and says
nothing about people. Files: MovieLens "ml-latest-small" (ratings.csv, movies.csv), which must be
fetched from its makers and is not for commercial use.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from bench.recommendation_cost import measured
from bench.recommendation_data import (
    Events,
    drawn_events,
    drawn_titles,
    read_movies,
    read_ratings,
)
from bench.recommendation_home import measured_home
from bench.recommendation_peers import PEERS, Histories, Matinee, Peer, Scorer
from local_server.services.recommendation.taste.content import Library
from local_server.services.recommendation.taste.values import FloatArray, TitleFeatures

SEEDS = 5
HOUSEHOLDS = (1, 4, 16)
HOUSEHOLD_DRAWS, HOUSEHOLD_GUESTS = 10, 240
SHORTEST = 5  # events: less is no history to hide something of


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """NDCG at 10 and recall at 20, each with its standard error."""

    ndcg: float
    ndcg_error: float
    recall: float
    recall_error: float

    @classmethod
    def of(cls, ranks: FloatArray) -> Quality:
        """From ranks, 0 the best: a row for each draw, a column for each person."""
        ndcg = np.where(ranks < 10, 1 / np.log2(ranks + 2), 0.0).mean(axis=0)
        recall = (ranks < 20).mean(axis=0)
        root = np.sqrt(len(ndcg))
        return cls(
            ndcg=float(ndcg.mean()),
            ndcg_error=float(ndcg.std(ddof=1) / root),
            recall=float(recall.mean()),
            recall_error=float(recall.std(ddof=1) / root),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Histories up to a moment, and the title that came then."""

    library: Library
    histories: list[Histories]  # for each draw of the order of events that bear the same time
    hidden: list[list[str]]

    @classmethod
    def of(cls, events: Events, library: Library, *, seeds: int, back: int) -> Task:
        """``back``: 1 hides the last title, 2 the one before and takes no notice of the last."""
        histories: list[Histories] = []
        hidden = []
        for seed in range(seeds):
            whole = [one for one in events.histories(seed) if len(one) >= SHORTEST]
            histories.append([one[:-back] for one in whole])
            hidden.append([one[-back].title_id for one in whole])
        return cls(library=library, histories=histories, hidden=hidden)

    def quality(self, peer: Peer) -> Quality:
        """Fitted and asked about the same people."""
        everybody = range(len(self.hidden[0]))
        return Quality.of(
            np.array(
                [
                    self._ranks(draw, peer(histories, self.library), everybody)
                    for draw, histories in enumerate(self.histories)
                ]
            )
        )

    def in_household(self, peer: Peer, size: int, *, draws: int = HOUSEHOLD_DRAWS) -> Quality:
        """Fitted to ``size`` people and asked about others; people are drawn anew each time."""
        ranks = []
        for n in range(draws):
            draw = n % len(self.histories)
            order = random.Random(n).sample(range(len(self.hidden[draw])), len(self.hidden[draw]))
            home = [self.histories[draw][person] for person in order[:size]]
            guests = order[size : size + HOUSEHOLD_GUESTS]
            ranks.append(self._ranks(draw, peer(home, self.library), guests))
        return Quality.of(np.array([np.concatenate(ranks)]))

    def _ranks(self, draw: int, scorer: Scorer, people: Sequence[int]) -> list[int]:
        tie = random.Random(draw)
        return [
            _rank(
                self.library,
                scorer(self.histories[draw][person]),
                {viewing.title_id for viewing in self.histories[draw][person]},
                self.hidden[draw][person],
                tie,
            )
            for person in people
        ]


def _rank(
    library: Library, scores: FloatArray, seen: set[str], hidden: str, tie: random.Random
) -> int:
    """Place of the hidden title among all not seen; equal scores come in any order."""
    others = np.ones(len(library), dtype=bool)
    others[[library.places[title_id] for title_id in (*seen, hidden)]] = False
    score = scores[library.places[hidden]]
    better, equal = (int(np.sum(others & found)) for found in (scores > score, scores == score))
    return better + tie.randint(0, equal)


def _data(ratings: Path | None, movies: Path | None) -> tuple[Events, Library]:
    if ratings is None:
        titles = drawn_titles(400, seed=5)
        return drawn_events(titles, 60, 30, seed=6), Library.of(titles)
    events = read_ratings(ratings)
    known = read_movies(movies) if movies else {}
    bare = {title_id: TitleFeatures(title_id=title_id, name="") for title_id in events.titles()}
    return events, Library.of((bare | known)[title_id] for title_id in bare)


def _figures(task: Task, tell: Callable[[str, Quality], None]) -> dict[str, float]:
    ours = Matinee()
    figures: dict[str, float] = {}
    peers: dict[str, Peer] = {**PEERS, "matinee": ours, "matinee_listed": ours.listed}
    for name, peer in peers.items():
        quality = task.quality(peer)
        tell(name, quality)
        prefix = "" if name == "matinee" else f"{name.removeprefix('matinee_')}_"
        figures[f"{prefix}ndcg_at_10"] = quality.ndcg
        figures[f"{prefix}recall_at_20"] = quality.recall
        if name == "matinee":
            figures["ndcg_at_10_error"] = quality.ndcg_error
            figures["recall_at_20_error"] = quality.recall_error
    for size in HOUSEHOLDS:
        for name in ("popularity", "matinee"):
            quality = task.in_household(peers[name], size)
            tell(f"{name}, household of {size}", quality)
            prefix = f"household_{size}" + ("" if name == "matinee" else f"_{name}")
            figures[f"{prefix}_ndcg_at_10"] = quality.ndcg
            figures[f"{prefix}_recall_at_20"] = quality.recall
    return figures


def _printed(name: str, quality: Quality) -> None:
    print(
        f"{name:30} {quality.ndcg:.4f} ±{quality.ndcg_error:.4f}   "
        f"{quality.recall:.4f} ±{quality.recall_error:.4f}",
        flush=True,
    )


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the closing line alone")
    parser.add_argument("--ratings", type=Path, help="CSV: userId, movieId, rating, timestamp")
    parser.add_argument("--movies", type=Path, help="CSV: movieId, title, genres")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="draws of the order of ties")
    parser.add_argument("--validate", action="store_true", help="hide the last but one title")
    given = parser.parse_args()
    events, library = _data(given.ratings, given.movies)
    task = Task.of(events, library, seeds=given.seeds, back=2 if given.validate else 1)
    if not given.json:
        data = given.ratings.name if given.ratings else "a drawn set"
        print(f"{data}: {len(task.hidden[0])} people, {len(library)} titles")
        print(f"{'':30} {'NDCG@10':16} Recall@20")
    figures = _figures(task, (lambda *_: None) if given.json else _printed)
    costs = asdict(measured()) | asdict(measured_home())
    if not given.json:
        for name, value in costs.items():
            print(f"{name:30} {value:.3f}")
    print(json.dumps({"figures": figures | costs}))


if __name__ == "__main__":
    main()
