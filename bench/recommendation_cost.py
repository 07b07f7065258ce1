"""What recommending costs: time and memory to fit, time to score and to make a list."""

from __future__ import annotations

import multiprocessing
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import numpy as np

from bench.recommendation_data import drawn_events, drawn_titles
from local_server.services.recommendation.taste.content import Library
from local_server.services.recommendation.taste.model import TasteModel
from local_server.services.recommendation.taste.values import Viewing

TITLES = 10_000
HOME, CROWD = 4, 2_000  # profiles: of a household, and the most that a model is fitted to
EACH = 60  # viewings
ROUNDS = 400
_MAXRSS_BYTES = 1 if sys.platform == "darwin" else 1024

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Seconds, megabytes of resident memory beyond what the process had, milliseconds."""

    library_s: float
    fit_s: float
    fit_mb: float
    home_fit_ms: float
    score_p99_ms: float
    rank_p99_ms: float


def measured(*, titles: int = TITLES, crowd: int = CROWD, rounds: int = ROUNDS) -> Cost:
    """In a process of its own, so that its memory is that of the fit alone."""
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
    before_mb = _peak_mb()
    library, library_s = _timed(lambda: Library.of(features))
    _, fit_s = _timed(lambda: TasteModel.fit(viewings, library, sharing=everybody))
    fit_mb = _peak_mb() - before_mb
    home = set(sorted(everybody)[:HOME])
    model, home_fit_s = _timed(lambda: TasteModel.fit(viewings, library, sharing=home))
    mine = [viewing for viewing in viewings if viewing.profile_id == min(home)]
    return Cost(
        library_s=library_s,
        fit_s=fit_s,
        fit_mb=fit_mb,
        home_fit_ms=home_fit_s * 1000,
        score_p99_ms=_p99_ms(lambda n: _score(model, mine, n), rounds),
        rank_p99_ms=_p99_ms(lambda n: _rank(model, mine, n), rounds),
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


def _p99_ms(work: Callable[[int], None], rounds: int) -> float:
    for n in range(10):
        work(n)
    took_s = [_timed(partial(work, n))[1] for n in range(rounds)]
    return float(np.percentile(took_s, 99) * 1000)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _MAXRSS_BYTES / 1e6
