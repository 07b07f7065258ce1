"""How much a name is what was typed. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from local_server.services.catalog.search.folding import Forms

Scores = NDArray[np.float32]

POOR = 0.3  # below this nothing is found

# A form that says less than the name as written, and so decides less.
_FORM_COSTS = (0.0, 0.005, 0.01, 0.02)
_FAR = 99
# Whole names, beginnings and words inside, letter by letter; the rest is for typos.
_WHOLE, _BEGINS, _AT_WORD, _ANYWHERE = 1.0, 0.82, 0.74, 0.6
_WHOLE_TYPED, _BEGINS_TYPED = 0.8, 0.74


def likeness(asked: Forms, names: Sequence[Forms]) -> tuple[Scores, NDArray[np.bool_]]:
    """0 to 1 for each of ``names``, the best any of its forms comes to; and whether to the letter.

    What is typed may be the whole name, its beginning, or something inside, each with typos
    (optimal string alignment distance: insertions, deletions, substitutions and transpositions).
    """
    best, literal = np.zeros(len(names), np.float32), np.zeros(len(names), np.bool_)
    if not names:
        return best, literal
    done: set[tuple[str, tuple[str, ...]]] = set()
    for cost, question, spaced in zip(_FORM_COSTS, _parts(asked), _columns(names), strict=True):
        if question and (question, spaced) not in done:
            done.add((question, spaced))
            form = _Compared(question, spaced)
            as_typed = form.literal()
            found = np.maximum(as_typed, form.typed())
            np.maximum(best, found - np.float32(cost), out=best)
            literal |= as_typed > 0
    return best, literal


def edits_allowed(length: int) -> int:
    """Typos forgiven in a text of ``length`` letters."""
    return 1 if length < 5 else 2 if length < 9 else 3


def _parts(spelt: Forms) -> tuple[str, str, str, str]:
    return (spelt.plain, spelt.bare, spelt.counted, spelt.sound)


def _columns(names: Sequence[Forms]) -> list[tuple[str, ...]]:
    return list(zip(*map(_parts, names), strict=True))


class _Compared:
    """One form of the question beside the same form of every name."""

    def __init__(self, question: str, spaced: Sequence[str]) -> None:
        self._question, self._spaced = question, spaced
        self._asked = question.replace(" ", "")
        self._keys = [name.replace(" ", "") for name in spaced]
        self._lengths = np.array([max(len(key), 1) for key in self._keys], np.float32)
        self._filled = np.minimum(len(self._asked) / self._lengths, 1.0)

    def literal(self) -> Scores:
        """How well what was typed lies in the name as it stands."""
        begins = np.array([key.startswith(self._asked) for key in self._keys])
        at_word = np.array([f" {self._question}" in f" {name}" for name in self._spaced])
        anywhere = np.array([self._asked in key for key in self._keys])
        score = np.select(
            [begins, at_word, anywhere],
            [
                _BEGINS + 0.1 * self._filled**2,
                _AT_WORD + 0.06 * self._filled,
                _ANYWHERE + 0.08 * self._filled,
            ],
            0.0,
        )
        return np.where(begins & (self._lengths == len(self._asked)), _WHOLE, score).astype(
            np.float32
        )

    def typed(self) -> Scores:
        """The same with typos; worth less than anything without."""
        found = self._typed_whole()
        if len(self._asked) > 3:
            found = np.maximum(found, np.maximum(self._typed_beginning(), self._typed_inside()))
        return found

    def _typed_whole(self) -> Scores:
        edits, longer = self._distances(self._keys), np.maximum(self._lengths, len(self._asked))
        score = np.where(edits < longer, _WHOLE_TYPED - 0.4 * edits / longer, 0.0)
        return score.astype(np.float32)

    def _typed_beginning(self) -> Scores:
        edits = np.full(len(self._keys), _FAR, np.float32)
        for length in (len(self._asked) - 1, len(self._asked), len(self._asked) + 1):
            edits = np.minimum(edits, self._distances([key[:length] for key in self._keys]))
        score = _BEGINS_TYPED - 0.5 * edits / len(self._asked) + 0.04 * self._filled
        return np.where(edits < _FAR, score, 0.0).astype(np.float32)

    def _typed_inside(self) -> Scores:
        parts = process.cdist(
            [self._asked], self._keys, scorer=fuzz.partial_ratio, dtype=np.float32
        )[0]
        # A short name that lies in a long question is not what was asked for.
        shared = np.minimum(1.0, self._lengths / len(self._asked))
        score = np.where(parts >= 72, (parts / 100 - 0.2) * 0.7 * shared, 0.0)
        return score.astype(np.float32)

    def _distances(self, keys: Sequence[str]) -> Scores:
        allowed = edits_allowed(len(self._asked))
        found = process.cdist(
            [self._asked], keys, scorer=OSA.distance, score_cutoff=allowed, dtype=np.uint16
        )[0]
        return np.where(found > allowed, _FAR, found).astype(np.float32)
