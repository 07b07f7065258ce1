"""Recommenders to compare with. Each gives scores of all titles for the histories it is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from local_server.services.recommendation.taste.content import Library
from local_server.services.recommendation.taste.ease import Ease
from local_server.services.recommendation.taste.histories import history_of
from local_server.services.recommendation.taste.model import TasteModel
from local_server.services.recommendation.taste.values import FloatArray, TasteSettings, Viewing

Histories = Sequence[tuple[Viewing, ...]]
Scorer = Callable[[tuple[Viewing, ...]], FloatArray]
Peer = Callable[[Histories, Library], Scorer]

KNN_DAMPING = 10.0  # histories
EVER = 1e9  # titles: a history that does not fade


def popularity(fitted: Histories, library: Library) -> Scorer:
    """How many watched it."""
    counts = np.asarray(_dense(fitted, library).sum(axis=0), dtype=np.float64)

    def scores(_: tuple[Viewing, ...]) -> FloatArray:
        return counts

    return scores


def item_knn(fitted: Histories, library: Library) -> Scorer:
    """Cosine similarity of titles, of all neighbours, damped for titles that few watched."""
    seen = _dense(fitted, library)
    seen /= np.sqrt(seen.sum(axis=0) + KNN_DAMPING)

    def scores(history: tuple[Viewing, ...]) -> FloatArray:
        mine = history_of(history, library.places).titles
        return np.asarray(seen[:, mine].sum(axis=1) @ seen)

    return scores


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
