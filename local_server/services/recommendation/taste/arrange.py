"""From the best titles to a good list: not all alike, and true to all that a profile likes.

Diversity is maximal marginal relevance (Carbonell & Goldstein, SIGIR 1998), calibration the
divergence of the list's genres from those of the history (Steck, RecSys 2018). Both choose one
title after the other. A share of the places is drawn instead, see :mod:`.explore`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from local_server.services.recommendation.taste.explore import chances, draw
from local_server.services.recommendation.taste.values import (
    FloatArray,
    IntArray,
    TasteSettings,
)

_SMOOTHING = 0.01  # of the wanted genres mixed into the list's, as Steck does
_WORST_DIVERGENCE = -math.log(_SMOOTHING)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pool:
    """Candidates for a list, a row for each."""

    scores: FloatArray
    points: FloatArray  # of length one or zero
    genres: FloatArray
    wanted_genres: FloatArray  # shares that add up to one, or zeros


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A candidate that was chosen, and how likely that was given those before it."""

    candidate: int
    propensity: float


def arranged(
    pool: Pool, *, limit: int, settings: TasteSettings, random: np.random.Generator
) -> tuple[Choice, ...]:
    """The list, best first, each candidate at most once."""
    state = _State(pool, settings)
    even = np.ones(len(pool.scores))
    chosen = []
    for _ in range(min(limit, len(pool.scores))):
        left = state.left
        likely = chances(
            int(np.argmax(state.worth()[left])), even[left], share=settings.exploration
        )
        place = draw(likely, random)
        chosen.append(Choice(candidate=int(left[place]), propensity=float(likely[place])))
        state.take(int(left[place]))
    return tuple(chosen)


class _State:
    """What a list looks like so far."""

    def __init__(self, pool: Pool, settings: TasteSettings) -> None:
        self._pool = pool
        self._settings = settings
        span = float(np.ptp(pool.scores)) if len(pool.scores) else 0.0
        self._relevance = (pool.scores - pool.scores.min(initial=0.0)) / (span or 1.0)
        self._taken = np.zeros(len(pool.scores), dtype=bool)
        self._closest = np.zeros(len(pool.scores))
        self._genres = np.zeros(pool.genres.shape[1])

    @property
    def left(self) -> IntArray:
        """Candidates not yet in the list."""
        return np.flatnonzero(~self._taken)

    def worth(self) -> FloatArray:
        """What each candidate would be worth as the next one."""
        diversity, calibration = self._settings.diversity, self._settings.calibration
        return np.asarray(
            (1 - diversity - calibration) * self._relevance
            - diversity * self._closest
            - calibration * self._divergence() / _WORST_DIVERGENCE
        )

    def take(self, candidate: int) -> None:
        """Put a candidate at the end of the list."""
        self._taken[candidate] = True
        points = self._pool.points
        # Not by BLAS, whose threads would take longer to wake: see the scores of EASE.
        near = np.einsum("ij,j->i", points, points[candidate])
        self._closest = np.maximum(self._closest, near)
        self._genres = self._genres + self._pool.genres[candidate]

    def _divergence(self) -> FloatArray:
        """Kullback-Leibler, of the list with each candidate from what is wanted."""
        wanted = self._pool.wanted_genres
        kept = wanted > 0
        genres = self._genres[kept] + self._pool.genres[:, kept]
        shares = genres / (int(self._taken.sum()) + 1)
        mixed = (1 - _SMOOTHING) * shares + _SMOOTHING * wanted[kept]
        return np.asarray((wanted[kept] * np.log(wanted[kept] / mixed)).sum(axis=1))
