"""Now and then something else than what is thought best, and how likely that was.

Without it nobody ever learns whether the second best would have been the better choice. With the
chance of each choice on record, another policy can be judged on what this one showed (Horvitz &
Thompson, 1952).
"""

from __future__ import annotations

import numpy as np

from local_server.services.recommendation.taste.values import FloatArray


def chances(best: int, weights: FloatArray, *, share: float) -> FloatArray:
    """How likely each of the candidates is to be shown; adds up to one.

    ``share``: how often the place is drawn. Then each comes by its weight, the best included;
    else the best comes.
    """
    drawn = share * weights / weights.sum()
    drawn[best] += 1 - share
    return np.asarray(drawn)


def draw(likely: FloatArray, random: np.random.Generator) -> int:
    """One of the candidates, by its chance."""
    steps = np.cumsum(likely)
    found = int(np.searchsorted(steps, random.random() * steps[-1], side="right"))
    return min(found, int(np.flatnonzero(likely)[-1]))  # a product that was rounded up to the end
