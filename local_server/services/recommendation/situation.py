"""What a home screen depends on, and the screen while it is being filled. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from local_server.contracts import ContinueItem, Viewer
from local_server.services.recommendation.shelf import Shelf
from local_server.services.recommendation.taste.model import TasteModel
from local_server.services.recommendation.taste.values import BoolArray, FloatArray, Viewing


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Situation:
    """Everything a home screen depends on.

    ``open``: of the model's titles, those that may be shown and can be played; ``visible``: ids of
    all works that may be shown. ``set_aside``: works nobody wants to be reminded of, and those
    watched to the end are not recommended either. ``deal`` may put another order in the place of
    the top picks, for an experiment.
    """

    viewer: Viewer
    shelf: Shelf
    model: TasteModel
    history: tuple[Viewing, ...]
    others: tuple[Viewing, ...]  # of profiles that share, never of this one
    visible: frozenset[str]
    open: BoolArray
    begun: frozenset[str]
    finished: frozenset[str]
    set_aside: frozenset[str]
    continuing: tuple[ContinueItem, ...]
    watchlist: tuple[str, ...]
    now_s: float
    seed: int
    deal: Callable[[Mapping[str, Callable[[], Sequence[str]]]], Sequence[str] | None]

    def name(self, title_id: str) -> str:
        """How a title is called, also one that is gone."""
        title = self.shelf.facts.get(title_id)
        return title.name if title else "what you watched"

    @property
    def shares(self) -> bool:
        """Whether what the house watches may shape this screen."""
        return self.viewer.shares_taste and not self.viewer.kids


@dataclass(slots=True, kw_only=True)
class Screen:
    """A screen being filled. ``taken``: works that a row recommends. One thread."""

    situation: Situation
    taken: set[str] = field(default_factory=set)
    scores: FloatArray = field(init=False)

    def __post_init__(self) -> None:
        s = self.situation
        self.scores = s.model.scores(s.history, shares=s.shares, now_s=s.now_s)

    def fresh(self, work_ids: Iterable[str]) -> Iterator[str]:
        """Those that may be recommended and are not yet, and from now on are."""
        s = self.situation
        for work_id in work_ids:
            if (
                work_id in s.visible
                and work_id not in self.taken
                and work_id not in s.finished
                and work_id not in s.begun
                and work_id not in s.set_aside
            ):
                self.taken.add(work_id)
                yield work_id

    def best(self, work_ids: Collection[str]) -> list[str]:
        """These works, the most promising for the profile first; unknown to the model last."""
        places = self.situation.model.library.places
        return sorted(
            work_ids,
            key=lambda work: (-self.scores[places[work]] if work in places else np.inf, work),
        )

    def tentative(self, work_ids: Iterable[str], *, limit: int) -> list[str]:
        """Works that could be recommended, without taking them: the row may be too short."""
        taken = set(self.taken)
        found = list(itertools.islice(self.fresh(work_ids), limit))
        self.taken = taken
        return found

    def ordered(self, scores: FloatArray, *, limit: int) -> list[str]:
        """The titles that may be recommended, by these scores of the model's titles."""
        s = self.situation
        titles = s.model.library.titles
        order = np.argsort(-np.where(s.open, scores, -np.inf), kind="stable")
        return self.tentative((titles[n].title_id for n in order if s.open[n]), limit=limit)
