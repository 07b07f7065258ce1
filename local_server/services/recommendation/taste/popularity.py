"""What the house watches: of late, and more than before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from local_server.services.recommendation.taste.histories import History
from local_server.services.recommendation.taste.sparse import frozen
from local_server.services.recommendation.taste.values import DAY_S, FloatArray, IntArray

TRENDING_S = 14 * DAY_S
_EVER = 0.5  # viewings added to each side of the comparison: one viewing alone is no trend


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Popularity:
    """Viewings of the house, by title, weight and time."""

    titles: IntArray
    weights: FloatArray
    at_s: FloatArray
    count: int

    @classmethod
    def fit(cls, histories: Sequence[History], *, titles: int) -> Popularity:
        """``titles``: how many the library has."""
        none = np.zeros(0, dtype=np.int64)
        return cls(
            titles=frozen(np.concatenate([none, *(h.titles for h in histories)])),
            weights=frozen(np.concatenate([np.zeros(0), *(h.weights for h in histories)])),
            at_s=frozen(np.concatenate([np.zeros(0), *(h.at_s for h in histories)])),
            count=titles,
        )

    def scores(self, now_s: float, *, half_life_s: float) -> FloatArray:
        """Viewings of each title, halved for every half-life they are old."""
        age_s = np.maximum(now_s - self.at_s, 0.0)
        return self._summed(self.weights * 0.5 ** (age_s / half_life_s))

    def trending(self, now_s: float) -> FloatArray:
        """Viewings of the last two weeks beyond what the two before make one expect.

        In standard deviations of a Poisson count; above zero means rising.
        """
        age_s = now_s - self.at_s
        recent = self._summed(self.weights * ((age_s >= 0) & (age_s < TRENDING_S)))
        before = self._summed(self.weights * ((age_s >= TRENDING_S) & (age_s < 2 * TRENDING_S)))
        return np.asarray((recent - before) / np.sqrt(recent + before + 2 * _EVER))

    def _summed(self, weights: FloatArray) -> FloatArray:
        return np.asarray(np.bincount(self.titles, weights=weights, minlength=self.count), float)
