"""Why a title is in a list, from the exact parts of its score."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from local_server.services.recommendation.taste.content import Library
from local_server.services.recommendation.taste.ensemble import Ensemble, Opinion
from local_server.services.recommendation.taste.values import (
    BoolArray,
    Feature,
    FloatArray,
    IntArray,
    Reason,
    ReasonKind,
)

MOST_CITED = 2  # titles: nobody reads a third
_CITED_SHARE = 0.5  # of what the strongest title adds, for a second to be named beside it
MOST_FEATURES = 3
_NEW_ABOVE = 0.25  # of novelty: two half-lives


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Explainer:
    """Gives reasons for titles that one opinion ranked. ``citable``: what they may name."""

    ensemble: Ensemble
    opinion: Opinion
    citable: BoolArray | None

    def reasons(self, wanted: IntArray, *, now_s: float) -> tuple[Reason, ...]:
        """A reason for each title, from whatever speaks most for it."""
        history, shares = self.opinion.shares.of(wanted)
        shares[:, np.isin(history, self.opinion.shares.disliked)] = 0.0
        if self.citable is not None:
            shares[:, ~self.citable[history]] = 0.0
        new = self.ensemble.novelty(now_s)[wanted] >= _NEW_ABOVE
        return tuple(
            self._reason(int(title), history, shares[n], new=bool(new[n]))
            for n, title in enumerate(wanted)
        )

    def _reason(self, title: int, history: IntArray, shares: FloatArray, *, new: bool) -> Reason:
        taste = self.opinion.taste[title] if shares.max(initial=0.0) > 0 else 0.0
        popularity, novelty = self.opinion.popularity[title], self.opinion.novelty[title]
        if taste > 0 and taste >= max(popularity, novelty):
            return self._personal(title, history, shares)
        if popularity > 0 and popularity >= novelty:
            return Reason(kind=ReasonKind.HOUSE)
        return Reason(kind=ReasonKind.NEW if new else ReasonKind.UNSEEN)

    def _personal(self, title: int, history: IntArray, shares: FloatArray) -> Reason:
        strongest = np.argsort(-shares, kind="stable")[:MOST_CITED]
        least = _CITED_SHARE * shares[strongest[0]]
        cited = [int(history[n]) for n in strongest if shares[n] >= least]
        features = common_features(self.ensemble.library, title, cited)
        watched_together = any(self.ensemble.together(one, title) for one in cited)
        by_content = features and not watched_together
        return Reason(
            kind=ReasonKind.SHARED if by_content else ReasonKind.WATCHED,
            title_ids=tuple(self.ensemble.library.titles[one].title_id for one in cited),
            features=features,
        )


def common_features(library: Library, title: int, others: Iterable[int]) -> tuple[Feature, ...]:
    """What a title has in common with any of the others, the most telling first."""
    theirs = [library.names[other] for other in others]
    found = [
        Feature(kind=kind, name=name)
        for kind, names in library.names[title].items()
        for key, name in names.items()
        if any(key in other[kind] for other in theirs)
    ]
    return tuple(found[:MOST_FEATURES])
