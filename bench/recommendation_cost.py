"""What recommending costs: time and memory to fit, time to score and to make a list."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Self, TypeVar

import numpy as np
import psutil

from bench.recommendation_data import drawn_events, drawn_titles
from local_server.services.recommendation.taste.content import Library
from local_server.services.recommendation.taste.model import TasteModel
from local_server.services.recommendation.taste.values import Viewing

TITLES = 10_000
HOME, CROWD = 4, 2_000  # profiles: of a household, and the most that a model is fitted to
EACH = 60  # viewings
ROUNDS = 400
SAMPLE_S = 0.005

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Seconds, megabytes of resident memory beyond what the process had, milliseconds."""

    library_s: float
    fit_s: float
    fit_mb: float
    home_fit_ms: float
    score_p50_ms: float
    score_p99_ms: float
    rank_p50_ms: float
    rank_p99_ms: float


def measured(*, titles: int = TITLES, crowd: int = CROWD, rounds: int = ROUNDS) -> Cost:
    """In a process of its own, so that its memory is that of the fit alone."""
    # A single thread, for time waited for cores that others use is not time it costs. Read by the
    # library at its start, and so by the new process only.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_measure, (titles, crowd, rounds))


def _measure(titles: int, crowd: int, rounds: int) -> Cost:
    features = drawn_titles(titles, seed=1)
    viewings = [
        viewing
        for history in drawn_events(features, crowd, EACH, seed=2).histories(3)
        for viewing in history
    ]
    everybody = {viewing.profile_id for viewing in viewings}
    with _Memory() as memory:
        library, library_s = _timed(lambda: Library.of(features))
        _, fit_s = _timed(lambda: TasteModel.fit(viewings, library, sharing=everybody))
    home = set(sorted(everybody)[:HOME])
    model, home_fit_s = _timed(lambda: TasteModel.fit(viewings, library, sharing=home))
    mine = [viewing for viewing in viewings if viewing.profile_id == min(home)]
    score_ms = _spread_ms(lambda n: _score(model, mine, n), rounds)
    rank_ms = _spread_ms(lambda n: _rank(model, mine, n), rounds)
    return Cost(
        library_s=library_s,
        fit_s=fit_s,
        fit_mb=memory.growth_mb,
        home_fit_ms=home_fit_s * 1000,
        score_p50_ms=score_ms[0],
        score_p99_ms=score_ms[1],
        rank_p50_ms=rank_ms[0],
        rank_p99_ms=rank_ms[1],
    )


def _score(model: TasteModel, mine: list[Viewing], n: int) -> None:
    """As after another event: a history that differs each time."""
    model.scores(mine[: len(mine) // 2 + n % (len(mine) // 2)], shares=True, now_s=0.0)


def _rank(model: TasteModel, mine: list[Viewing], n: int) -> None:
    history = mine[: len(mine) // 2 + n % (len(mine) // 2)]
    model.rank(history, shares=True, now_s=0.0, limit=40, seed=n)


def _timed(work: Callable[[], Result]) -> tuple[Result, float]:
    began_s = time.perf_counter()
    result = work()
    return result, time.perf_counter() - began_s


def _spread_ms(work: Callable[[int], None], rounds: int) -> tuple[float, float]:
    """Half of the rounds took no longer, and 99 of a hundred."""
    for n in range(10):
        work(n)
    took_s = [_timed(partial(work, n))[1] for n in range(rounds)]
    half, most = np.percentile(took_s, (50, 99)) * 1000
    return float(half), float(most)


class _Memory:
    """The most that the process held at any time in between, beyond what it had before."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._before_bytes = self._peak_bytes = self._now_bytes()
        self._done = threading.Event()
        self._watch = threading.Thread(target=self._sample, daemon=True)

    @property
    def growth_mb(self) -> float:
        return (self._peak_bytes - self._before_bytes) / 1e6

    def __enter__(self) -> Self:
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._watch.join()

    def _sample(self) -> None:
        while not self._done.wait(SAMPLE_S):
            self._peak_bytes = max(self._peak_bytes, self._now_bytes())

    def _now_bytes(self) -> int:
        return int(self._process.memory_info().rss)
