"""Recommenders to compare with. Each gives scores of all titles for the histories it is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from local_server.services.recommendation.taste.content import Library
from local_server.services.recommendation.taste.ease import Ease
from local_server.services.recommendation.taste.histories import history_of
from local_server.services.recommendation.taste.model import TasteModel
from local_server.services.recommendation.taste.values import (
    FloatArray,
    IntArray,
    TasteSettings,
    Viewing,
)

Histories = Sequence[tuple[Viewing, ...]]
Scorer = Callable[[tuple[Viewing, ...]], FloatArray]
Peer = Callable[[Histories, Library], Scorer]

KNN_NEIGHBOURS, KNN_SHRINKAGE, KNN_BLOCK_TITLES = 20, 1.0, 1024
EVER = 1e9  # titles: a history that does not fade


def popularity(fitted: Histories, library: Library) -> Scorer:
    """How many watched it."""
    counts = np.asarray(_dense(fitted, library).sum(axis=0), dtype=np.float64)

    def scores(_: tuple[Viewing, ...]) -> FloatArray:
        return counts

    return scores


def item_knn(fitted: Histories, library: Library) -> Scorer:
    """Cosine similarity to the nearest titles of each, shrunk where few people watched both."""
    near = _neighbours(_dense(fitted, library))

    def scores(history: tuple[Viewing, ...]) -> FloatArray:
        mine = history_of(history, library.places).titles
        titles, similar = (part[mine].ravel() for part in near)
        return np.asarray(np.bincount(titles, weights=similar, minlength=len(library)), float)

    return scores


def _neighbours(seen: FloatArray) -> tuple[IntArray, FloatArray]:
    """For each title the nearest ones and how similar they are."""
    small = seen.astype(np.float32)  # there are many pairs of titles
    lengths = np.sqrt(small.sum(axis=0))
    kept = min(KNN_NEIGHBOURS, seen.shape[1])
    titles, similar = [], []
    for begin in range(0, seen.shape[1], KNN_BLOCK_TITLES):
        part = slice(begin, begin + KNN_BLOCK_TITLES)
        near = small[:, part].T @ small / (np.outer(lengths[part], lengths) + KNN_SHRINKAGE)
        near[np.arange(len(near)), np.arange(begin, begin + len(near))] = 0.0
        best = np.argpartition(near, near.shape[1] - kept, axis=1)[:, -kept:]
        titles.append(best)
        similar.append(np.take_along_axis(near, best, axis=1))
    return np.concatenate(titles), np.concatenate(similar).astype(np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class EasePeer:
    """EASE; with a half-life a history fades, in titles."""

    regularisation: float
    half_life_titles: float = EVER

    def __call__(self, fitted: Histories, library: Library) -> Scorer:
        """Fit."""
        histories = [history_of(viewings, library.places) for viewings in fitted]
        nothing = np.zeros((len(library), 0))
        model = Ease.fit(histories, nothing, regularisation=self.regularisation)

        def scores(history: tuple[Viewing, ...]) -> FloatArray:
            mine = history_of(history, library.places)
            if self.half_life_titles == EVER:
                return model.scores(mine.titles, mine.weights)
            return model.scores(*mine.faded(self.half_life_titles))

        return scores


@dataclass(frozen=True, slots=True, kw_only=True)
class Matinee:
    """The model of this house; ``settings`` as shipped unless told otherwise."""

    settings: TasteSettings = field(default_factory=TasteSettings)

    def __call__(self, fitted: Histories, library: Library) -> Scorer:
        """Fit."""
        model = self.fit(fitted, library)
        return lambda history: model.scores(history, shares=True, now_s=history[-1].at_s)

    def fit(self, fitted: Histories, library: Library) -> TasteModel:
        """The model itself."""
        viewings = [viewing for history in fitted for viewing in history]
        sharing = {viewing.profile_id for viewing in viewings}
        return TasteModel.fit(viewings, library, sharing=sharing, settings=self.settings)

    def listed(self, fitted: Histories, library: Library) -> Scorer:
        """Scores by the place in a list that was arranged; of what is not in it, none."""
        model = self.fit(fitted, library)
        quiet = replace(model.settings, exploration=0.0)
        model = replace(model, settings=quiet)

        def scores(history: tuple[Viewing, ...]) -> FloatArray:
            ranked = model.rank(history, shares=True, now_s=history[-1].at_s, limit=20, seed=0)
            out = np.zeros(len(library))
            for n, one in enumerate(ranked):
                out[library.places[one.title_id]] = 20 - n
            return out

        return scores


def _dense(fitted: Histories, library: Library) -> FloatArray:
    out = np.zeros((len(fitted), len(library)))
    for row, viewings in enumerate(fitted):
        out[row, history_of(viewings, library.places).titles] = 1.0
    return out


# Chosen on the last but one title of each history, as the model's own settings were.
PEERS: dict[str, Peer] = {
    "popularity": popularity,
    "item_knn": item_knn,
    "ease": EasePeer(regularisation=100.0),
    "recency_ease": EasePeer(regularisation=400.0, half_life_titles=5.0),
}
