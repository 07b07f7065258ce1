"""Which titles go together, by histories and by content, in closed form.

EASE (Steck, WWW 2019) predicts each title of a history from the others by a linear map whose
diagonal is zero. With ``P = (R'R + λI)⁻¹`` over all titles, the score of a title j outside of a
history x is ``-(xP)_j / P_jj``. There are few histories in a home and many titles, so ``P`` is
never built: by Woodbury's identity ``P = (I - R'KR) / λ`` with ``K = (RR' + λI)⁻¹``, and only a
matrix as large as the number of rows is inverted. The score becomes
``x R'K R_j / (1 - R_j'K R_j)``.

Rows of ``R`` are histories, then coordinates of whatever is known beforehand, content above all:
with few histories it decides, with many it is outvoted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from local_server.services.recommendation.taste.histories import History
from local_server.services.recommendation.taste.sparse import Sparse, frozen
from local_server.services.recommendation.taste.values import FloatArray, IntArray

_BLOCK_TITLES = 1024


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ease:
    """A fitted model. Histories it is asked about need not be among those it was fitted to."""

    seen: Sparse  # a row for each title, a column for each history
    known: FloatArray  # a row for each title, a column for each coordinate known beforehand
    inverse: FloatArray
    rest: FloatArray  # λ P_jj: what of a title the others do not explain

    @classmethod
    def fit(cls, histories: Sequence[History], known: FloatArray, *, regularisation: float) -> Ease:
        """``known`` has a row for each title of the library."""
        seen = _by_title(histories, height=len(known))
        size = seen.width + known.shape[1]
        gram = np.zeros((size, size))
        for block in _blocks(seen, known):
            gram += block.T @ block
        inverse = np.asarray(np.linalg.inv(gram + regularisation * np.eye(size)), dtype=np.float64)
        explained = [((block @ inverse) * block).sum(axis=1) for block in _blocks(seen, known)]
        return cls(
            seen=seen,
            known=known,
            inverse=frozen(inverse),
            rest=frozen(1 - np.concatenate([np.zeros(0), *explained])),
        )

    def scores(self, titles: IntArray, weights: FloatArray) -> FloatArray:
        """Scores of all titles for a history; those of the history itself mean nothing."""
        drive = self.inverse @ (weights @ self._rows(titles))
        split = self.seen.width
        # Not by BLAS: it wakes threads for this, which on a machine that transcodes wait for a core
        # many times longer than the sum takes.
        scores = np.einsum("ij,j->i", self.known, drive[split:])
        if split:
            heard = self.seen.values * drive[self.seen.columns]
            scores = scores + np.bincount(self.seen.rows, weights=heard, minlength=len(scores))
        return np.asarray(scores / self.rest)

    def shares(self, titles: IntArray, weights: FloatArray, wanted: IntArray) -> FloatArray:
        """What each title of a history adds to each wanted score; rows add up to the scores."""
        pull = self._rows(wanted) @ self.inverse @ self._rows(titles).T
        return np.asarray(pull * weights / self.rest[wanted, None])

    def together(self, title: int, other: int) -> bool:
        """Whether one of the histories holds both."""
        mine, theirs = (self.seen.row(one)[0].tolist() for one in (title, other))
        return not set(mine).isdisjoint(theirs)

    def _rows(self, titles: IntArray) -> FloatArray:
        out = np.zeros((len(titles), len(self.inverse)))
        for n, title in enumerate(titles):
            columns, values = self.seen.row(int(title))
            out[n, columns] = values
        out[:, self.seen.width :] = self.known[titles]
        return out


def _by_title(histories: Sequence[History], *, height: int) -> Sparse:
    none = np.zeros(0, dtype=np.int64)
    lengths = [len(history) for history in histories]
    return Sparse.of(
        np.concatenate([none, *(history.titles for history in histories)]),
        np.repeat(np.arange(len(histories)), lengths),
        np.concatenate([np.zeros(0), *(history.weights for history in histories)]),
        height=height,
        width=len(histories),
    )


def _blocks(seen: Sparse, known: FloatArray) -> Iterator[FloatArray]:
    """Titles written out, a thousand at a time, so that memory does not grow with the library."""
    for begin in range(0, seen.height, _BLOCK_TITLES):
        end = min(begin + _BLOCK_TITLES, seen.height)
        yield np.hstack([seen.dense(begin, end), known[begin:end]])
