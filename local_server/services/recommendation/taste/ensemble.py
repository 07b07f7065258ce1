"""All that speaks for a title, added up so that each part can be named afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from local_server.services.recommendation.taste.content import Library
from local_server.services.recommendation.taste.ease import Ease
from local_server.services.recommendation.taste.histories import History
from local_server.services.recommendation.taste.popularity import Popularity
from local_server.services.recommendation.taste.transitions import Transitions
from local_server.services.recommendation.taste.values import (
    BoolArray,
    FloatArray,
    IntArray,
    Prior,
    TasteSettings,
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Opinion:
    """Scores of all titles for one history, by what they come from; their sum ranks.

    In standard deviations of what histories and content say over the titles not in the history.
    """

    taste: FloatArray
    evidence: FloatArray  # taste before its mean is taken off: 0 where nothing is heard of a title
    popularity: FloatArray
    novelty: FloatArray
    shares: Shares

    @property
    def total(self) -> FloatArray:
        """What the titles are ranked by."""
        return np.asarray(self.taste + self.popularity + self.novelty)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shares:
    """Takes the taste apart by the titles of the history it comes from.

    All parts are linear in the history, so what a title adds is exact and no estimate.
    """

    ensemble: Ensemble
    together: tuple[IntArray, FloatArray]
    next: tuple[IntArray, FloatArray]

    @property
    def disliked(self) -> IntArray:
        """Titles of the history that the profile did not want; nothing is explained by them."""
        titles, weights = self.together
        return titles[weights < 0]

    def of(self, wanted: IntArray) -> tuple[IntArray, FloatArray]:
        """Titles of the history, and what each adds to each wanted title (rows)."""
        titles = np.union1d(self.together[0], self.next[0])
        out = np.zeros((len(wanted), len(titles)))
        ease, transitions = self.ensemble.ease, self.ensemble.transitions
        out[:, np.searchsorted(titles, self.together[0])] += ease.shares(*self.together, wanted)
        out[:, np.searchsorted(titles, self.next[0])] += transitions.shares(*self.next, wanted)
        return titles, out


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ensemble:
    """The models of one circle of histories; of none at all for who keeps to themselves."""

    library: Library
    settings: TasteSettings
    ease: Ease
    transitions: Transitions
    popularity: Popularity

    @classmethod
    def fit(
        cls,
        histories: Sequence[History],
        library: Library,
        *,
        prior: Prior | None,
        settings: TasteSettings,
    ) -> Ensemble:
        """A model that is the same to the bit for the same arguments."""
        known = _known(library, prior, settings)
        return cls(
            library=library,
            settings=settings,
            ease=Ease.fit(histories, known, regularisation=settings.regularisation),
            transitions=Transitions.fit(histories, titles=len(library), settings=settings),
            popularity=Popularity.fit(histories, titles=len(library)),
        )

    def opinion(self, history: History, *, now_s: float) -> Opinion:
        """What to think of every title after this history."""
        settings = self.settings
        titles, weights = history.faded(settings.history_half_life_titles)
        recent, loud = history.liked.faded(settings.transition_half_life_titles)
        others = np.ones(len(self.library), dtype=bool)
        others[history.titles] = False
        together, following = (
            self.ease.scores(titles, weights),
            self.transitions.scores(recent, loud),
        )
        scale = _per_deviation(together[others])
        next_scale = self._transition_weight * _per_deviation(following[others])
        evidence = scale * together + next_scale * following
        popular = self.popularity.scores(now_s, half_life_s=settings.popularity_half_life_s)
        return Opinion(
            evidence=evidence,
            taste=_centred(evidence, others),
            popularity=settings.popularity_weight * _standard(np.log1p(popular), others),
            novelty=settings.novelty_weight * _standard(self.novelty(now_s), others),
            shares=Shares(
                ensemble=self,
                together=(titles, weights * scale),
                next=(recent, loud * next_scale),
            ),
        )

    @property
    def _transition_weight(self) -> float:
        histories = self.ease.seen.width
        trust = histories / (histories + self.settings.transition_trust_histories)
        return self.settings.transition_weight * trust

    def together(self, title: int, other: int) -> bool:
        """Whether a history holds both. Histories are all that transitions are made of, too."""
        return self.ease.together(title, other)

    def novelty(self, now_s: float) -> FloatArray:
        """One for a title added now, half after each half-life."""
        age_s = np.maximum(now_s - self.library.added_at_s, 0.0)
        return np.asarray(0.5 ** (age_s / self.settings.novelty_half_life_s))


def _known(library: Library, prior: Prior | None, settings: TasteSettings) -> FloatArray:
    """What is known beforehand: content, and what the owner adds."""
    columns = [library.points * np.sqrt(settings.content_weight)]
    if prior is not None:
        kept = [n for n, title_id in enumerate(prior.title_ids) if title_id in library.places]
        rows = np.zeros((len(library), len(prior.rows)))
        places = [library.places[prior.title_ids[n]] for n in kept]
        rows[places] = prior.rows.T[kept] * np.sqrt(prior.weight)
        columns.append(rows)
    return np.hstack(columns)


def _standard(scores: FloatArray, others: BoolArray) -> FloatArray:
    """Scores about their mean, in standard deviations."""
    return _centred(scores * _per_deviation(scores[others]), others)


def _centred(scores: FloatArray, others: BoolArray) -> FloatArray:
    return np.asarray(scores - scores[others].mean()) if others.any() else scores


def _per_deviation(scores: FloatArray) -> float:
    """What to multiply by so that the standard deviation is one; 0 where all are the same."""
    spread = float(scores.std()) if len(scores) else 0.0
    return 1 / spread if spread > 1e-12 else 0.0
