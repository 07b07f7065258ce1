"""Which titles follow one another: counts of neighbours in the histories of the house.

A Markov chain over titles with a longer reach: titles up to a few places apart count, less the
further, and backwards less than forwards. As in Rendle et al. (WWW 2010) what is counted is the
next title given the last; here the last few speak, the newest loudest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from local_server.services.recommendation.taste.histories import History
from local_server.services.recommendation.taste.sparse import Sparse
from local_server.services.recommendation.taste.values import (
    FloatArray,
    IntArray,
    TasteSettings,
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Transitions:
    """For each title, what came near it and how often, against how often it was seen at all."""

    follows: Sparse

    @classmethod
    def fit(
        cls, histories: Sequence[History], *, titles: int, settings: TasteSettings
    ) -> Transitions:
        """``titles``: how many the library has."""
        pairs = [
            pair
            for history in histories
            for lag in range(1, min(settings.transition_lags, len(history) - 1) + 1)
            for pair in _pairs(history, lag, settings)
        ]
        sources, targets, counts = (
            np.concatenate([pair[part] for pair in pairs] or [np.zeros(0)]) for part in range(3)
        )
        seen = np.zeros(titles)
        for history in histories:
            seen[history.titles] += history.weights
        sources = sources.astype(np.int64)
        rates = counts / (seen[sources] + settings.transition_pseudo_count)
        return cls(
            follows=Sparse.of(sources, targets.astype(np.int64), rates, height=titles, width=titles)
        )

    def scores(self, titles: IntArray, weights: FloatArray) -> FloatArray:
        """Scores of all titles after a history."""
        out = np.zeros(self.follows.width)
        for title, weight in zip(titles, weights, strict=True):
            columns, values = self.follows.row(int(title))
            out[columns] += weight * values
        return out

    def shares(self, titles: IntArray, weights: FloatArray, wanted: IntArray) -> FloatArray:
        """What each title of a history adds to each wanted score; rows add up to the scores."""
        out = np.zeros((len(wanted), len(titles)))
        for n, (title, weight) in enumerate(zip(titles, weights, strict=True)):
            columns, values = self.follows.row(int(title))
            if len(columns):
                places = np.minimum(np.searchsorted(columns, wanted), len(columns) - 1)
                out[:, n] = np.where(columns[places] == wanted, weight * values[places], 0.0)
        return out


def _pairs(
    history: History, lag: int, settings: TasteSettings
) -> tuple[tuple[IntArray, IntArray, FloatArray], ...]:
    """Sources, targets and weights of titles ``lag`` apart, in both directions."""
    earlier, later = history.titles[:-lag], history.titles[lag:]
    weights = history.weights[:-lag] * history.weights[lag:]
    weights = weights * settings.transition_lag_decay ** (lag - 1)
    return (
        (earlier, later, weights),
        (later, earlier, weights * settings.transition_backward),
    )
