"""The model of a house's taste: fit it, rank with it, find titles like another."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

import numpy as np

from local_server.services.recommendation.taste.arrange import Pool, arranged
from local_server.services.recommendation.taste.content import Library
from local_server.services.recommendation.taste.ensemble import Ensemble, Opinion
from local_server.services.recommendation.taste.histories import (
    History,
    histories_of,
    history_of,
)
from local_server.services.recommendation.taste.reasons import Explainer, common_features
from local_server.services.recommendation.taste.values import (
    BoolArray,
    FloatArray,
    IntArray,
    Prior,
    Ranked,
    Reason,
    ReasonKind,
    TasteSettings,
    Viewing,
)

POOL_TITLES = 200  # a list is arranged from so many; the screen shows forty
_LEAST_LIKENESS = 0.05  # of the most alike: a chain of others connects nearly all titles somehow
_GENRE_HALF_LIFE_TITLES = (
    30.0  # what a profile likes changes slower than what it is in the mood for
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TasteModel:
    """What the house's viewings say. Reading it changes nothing; any thread may.

    ``house`` was fitted to the profiles that share what they watch, ``alone`` to no viewing at
    all: who does not share gets nothing of the others, as they get nothing of theirs.
    """

    library: Library
    settings: TasteSettings
    prior: Prior | None
    house: Ensemble
    alone: Ensemble

    @classmethod
    def fit(
        cls,
        viewings: Iterable[Viewing],
        library: Library,
        *,
        sharing: Collection[str],
        prior: Prior | None = None,
        settings: TasteSettings | None = None,
    ) -> TasteModel:
        """Learn from the profiles of ``sharing``; viewings of others are not looked at.

        The order of the viewings does not matter. The same arguments give the same model to the
        bit, so a model fitted after something was deleted is one that never knew it.
        """
        settings = settings or TasteSettings()
        alone = Ensemble.fit((), library, prior=prior, settings=settings)
        empty = cls(library=library, settings=settings, prior=prior, house=alone, alone=alone)
        return empty.refitted(viewings, sharing=sharing)

    def refitted(self, viewings: Iterable[Viewing], *, sharing: Collection[str]) -> TasteModel:
        """The same as :meth:`fit` to other viewings, in less time: nothing else has changed."""
        histories = histories_of(viewings, self.library.places, sharing=frozenset(sharing))
        house = Ensemble.fit(histories, self.library, prior=self.prior, settings=self.settings)
        return replace(self, house=house)

    def mask(self, title_ids: Iterable[str]) -> BoolArray:
        """The titles as :meth:`rank` takes them; ids the library does not have are left out."""
        places = self.library.places
        allowed = np.zeros(len(self.library), dtype=bool)
        allowed[[places[title_id] for title_id in title_ids if title_id in places]] = True
        return allowed

    def scores(self, history: Iterable[Viewing], *, shares: bool, now_s: float) -> FloatArray:
        """What ranks the titles, in the library's order; those of the history mean nothing."""
        return self._opinion(self.history(history), shares=shares, now_s=now_s).total

    def rank(
        self,
        history: Iterable[Viewing],
        *,
        shares: bool,
        now_s: float,
        limit: int,
        seed: int,
        allowed: BoolArray | None = None,
        exclude: Collection[str] = (),
    ) -> tuple[Ranked, ...]:
        """A list for the profile whose viewings these are; all of them, whether it shares or not.

        ``allowed``: see :meth:`mask`; ``None`` allows all. What is in the history is never in the
        list, and what is not allowed is in no reason either, watched though it may have been. The
        same seed, 0 or more, gives the same list. :class:`ValueError` for viewings of two profiles.
        """
        seen = self.history(history)
        opinion = self._opinion(seen, shares=shares, now_s=now_s)
        open_ = self._open(seen, allowed, exclude)
        random = np.random.default_rng(seed)
        total = opinion.total
        places = _best(total, open_, POOL_TITLES, random)
        pool = Pool(
            scores=total[places],
            points=self.library.points[places],
            genres=self.library.genres[places],
            wanted_genres=self._wanted_genres(seen),
        )
        choices = arranged(pool, limit=limit, settings=self.settings, random=random)
        wanted = places[[choice.candidate for choice in choices]]
        ensemble = self.house if shares else self.alone
        explainer = Explainer(ensemble=ensemble, opinion=opinion, citable=allowed)
        return tuple(
            Ranked(
                title_id=self.library.titles[place].title_id,
                score=float(total[place]),
                reason=reason,
                propensity=choice.propensity,
            )
            for place, choice, reason in zip(
                wanted, choices, explainer.reasons(wanted, now_s=now_s), strict=True
            )
        )

    def similar(
        self,
        title_id: str,
        *,
        shares: bool,
        limit: int,
        allowed: BoolArray | None = None,
        exclude: Collection[str] = (),
    ) -> tuple[Ranked, ...]:
        """Titles like another, by content and by what is watched together; best first.

        ``shares``: of the profile that asks. :class:`KeyError` for a title the library has not.
        """
        place = self.library.places[title_id]
        one = History(titles=np.array([place]), weights=np.ones(1), at_s=np.zeros(1))
        ensemble = self.house if shares else self.alone
        evidence = ensemble.opinion(one, now_s=0.0).evidence
        everything = self._open(one, None, ())
        least = _LEAST_LIKENESS * evidence[everything].max(initial=0.0)
        close = (evidence > 0) & (evidence >= least)
        places = np.flatnonzero(close & self._open(one, allowed, exclude))
        order = places[np.argsort(-evidence[places], kind="stable")][:limit]
        return tuple(
            Ranked(
                title_id=self.library.titles[other].title_id,
                score=float(evidence[other]),
                reason=_likeness(ensemble, int(other), place),
                propensity=1.0,
            )
            for other in order
        )

    def popular(
        self,
        *,
        shares: bool,
        now_s: float,
        limit: int,
        allowed: BoolArray | None = None,
        exclude: Collection[str] = (),
    ) -> tuple[Ranked, ...]:
        """What the house watches most of late; nothing for a profile that does not share."""
        half_life_s = self.settings.popularity_half_life_s
        counts = (self.house if shares else self.alone).popularity.scores(
            now_s, half_life_s=half_life_s
        )
        return self._in_the_house(counts, self._open(None, allowed, exclude), limit)

    def trending(
        self,
        *,
        shares: bool,
        now_s: float,
        limit: int,
        allowed: BoolArray | None = None,
        exclude: Collection[str] = (),
    ) -> tuple[Ranked, ...]:
        """What the house watches more than before; nothing for a profile that does not share."""
        rising = (self.house if shares else self.alone).popularity.trending(now_s)
        return self._in_the_house(rising, self._open(None, allowed, exclude), limit)

    def _in_the_house(self, scores: FloatArray, open_: BoolArray, limit: int) -> tuple[Ranked, ...]:
        places = np.flatnonzero(open_ & (scores > 0))
        order = places[np.argsort(-scores[places], kind="stable")][:limit]
        return tuple(
            Ranked(
                title_id=self.library.titles[place].title_id,
                score=float(scores[place]),
                reason=Reason(kind=ReasonKind.HOUSE),
                propensity=1.0,
            )
            for place in order
        )

    def history(self, viewings: Iterable[Viewing]) -> History:
        """Viewings of one profile as the models read them; :class:`ValueError` for two."""
        viewings = tuple(viewings)
        if len({viewing.profile_id for viewing in viewings}) > 1:
            raise ValueError("a list is made for one profile")
        return history_of(viewings, self.library.places)

    def _opinion(self, history: History, *, shares: bool, now_s: float) -> Opinion:
        return (self.house if shares else self.alone).opinion(history, now_s=now_s)

    def _open(
        self, history: History | None, allowed: BoolArray | None, exclude: Collection[str]
    ) -> BoolArray:
        open_ = np.ones(len(self.library), dtype=bool) if allowed is None else allowed.copy()
        if history is not None:
            open_[history.titles] = False
        return np.asarray(open_ & ~self.mask(exclude))

    def _wanted_genres(self, history: History) -> FloatArray:
        titles, weights = history.liked.faded(_GENRE_HALF_LIFE_TITLES)
        wanted = weights @ self.library.genres[titles]
        return np.asarray(wanted / (wanted.sum() or 1.0))


def _likeness(ensemble: Ensemble, title: int, other: int) -> Reason:
    features = common_features(ensemble.library, title, [other])
    if features:
        return Reason(kind=ReasonKind.SHARED, features=features)
    together = ensemble.together(title, other)
    return Reason(kind=ReasonKind.TOGETHER if together else ReasonKind.UNSEEN)


def _best(
    scores: FloatArray, open_: BoolArray, count: int, random: np.random.Generator
) -> IntArray:
    """Places of the highest scores, best first; a draw decides between equal ones."""
    places = np.flatnonzero(open_)
    found = scores[places]
    if len(found) > count:
        least = np.partition(found, len(found) - count)[len(found) - count]
        places, found = places[found >= least], found[found >= least]
    order = np.lexsort((random.random(len(places)), -found))
    return np.asarray(places[order[:count]])
