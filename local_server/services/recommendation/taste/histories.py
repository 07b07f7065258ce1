"""Who watched what in which order: the form in which models read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from local_server.services.recommendation.taste.values import (
    BoolArray,
    FloatArray,
    IntArray,
    Viewing,
)

# A home has a dozen. More than this many at once, and those that watched last are kept.
MOST_HISTORIES = 2048
# With a half-life of five titles, the 100th before the last counts a millionth.
RECENT_TITLES = 100


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class History:
    """Titles of one profile, oldest first, each once; by place in the library."""

    titles: IntArray
    weights: FloatArray
    at_s: FloatArray

    def __len__(self) -> int:
        return len(self.titles)

    @property
    def liked(self) -> History:
        """What the profile wanted to see."""
        return self._where(self.weights > 0)

    def _where(self, kept: BoolArray) -> History:
        return History(titles=self.titles[kept], weights=self.weights[kept], at_s=self.at_s[kept])

    @property
    def disliked(self) -> History:
        """What it did not want."""
        return self._where(self.weights < 0)

    def faded(self, half_life_titles: float) -> tuple[IntArray, FloatArray]:
        """The newest titles with weights that halve every so many titles.

        What was liked and what was not fade apart: a dislike does not make a film seem long ago.
        """
        titles, weights = [], []
        for part in (self.liked, self.disliked):
            recent = part.titles[-RECENT_TITLES:]
            age = np.arange(len(recent))[::-1]
            titles.append(recent)
            weights.append(part.weights[-RECENT_TITLES:] * 0.5 ** (age / half_life_titles))
        return np.concatenate(titles), np.concatenate(weights)


def history_of(viewings: Iterable[Viewing], places: Mapping[str, int]) -> History:
    """The history of one profile. Of a title seen twice the later time counts.

    Viewings of titles that the library no longer has are left out.
    """
    latest: dict[str, Viewing] = {}
    for viewing in sorted(viewings, key=_by_time):
        if viewing.title_id in places:
            latest.pop(viewing.title_id, None)  # so that the later one goes to the end
            latest[viewing.title_id] = viewing
    kept = latest.values()
    return History(
        titles=np.array([places[viewing.title_id] for viewing in kept], dtype=np.int64),
        weights=np.array([viewing.weight for viewing in kept], dtype=np.float64),
        at_s=np.array([viewing.at_s for viewing in kept], dtype=np.float64),
    )


def histories_of(
    viewings: Iterable[Viewing], places: Mapping[str, int], *, sharing: frozenset[str]
) -> tuple[History, ...]:
    """Histories of the profiles that share theirs, by id; what they did not want is left out."""
    by_profile: dict[str, list[Viewing]] = {}
    for viewing in viewings:
        if viewing.profile_id in sharing:
            by_profile.setdefault(viewing.profile_id, []).append(viewing)
    histories = [history_of(by_profile[key], places).liked for key in sorted(by_profile)]
    return _newest([history for history in histories if len(history)])


def _newest(histories: Sequence[History]) -> tuple[History, ...]:
    order = sorted(range(len(histories)), key=lambda n: (-float(histories[n].at_s[-1]), n))
    return tuple(histories[n] for n in sorted(order[:MOST_HISTORIES]))


def _by_time(viewing: Viewing) -> tuple[float, str, float]:
    return viewing.at_s, viewing.title_id, viewing.weight
