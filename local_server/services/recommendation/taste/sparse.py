"""Rows of which most entries are zero. Only what the model needs of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from local_server.services.recommendation.taste.values import FloatArray, IntArray

Array = TypeVar("Array", bound=NDArray[Any])

_BLOCK_ENTRIES = 1 << 15  # a product gathers so many rows at once: 20 MB for 80 columns


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sparse:
    """Compressed rows: entries of row ``i`` lie from ``starts[i]`` to ``starts[i + 1]``."""

    starts: IntArray
    columns: IntArray
    values: FloatArray
    width: int

    @classmethod
    def of(
        cls, rows: IntArray, columns: IntArray, values: FloatArray, *, height: int, width: int
    ) -> Sparse:
        """From entries in any order; entries of the same place are added."""
        places, inverse = np.unique(rows * width + columns, return_inverse=True)
        counts = np.bincount(places // width, minlength=height)
        starts: IntArray = np.concatenate(([0], np.cumsum(counts)))
        summed: FloatArray = np.asarray(
            np.bincount(inverse, weights=values, minlength=len(places)), dtype=np.float64
        )
        return cls(
            starts=frozen(starts),
            columns=frozen(places % width),
            values=frozen(summed),
            width=width,
        )

    @property
    def height(self) -> int:
        """Number of rows."""
        return len(self.starts) - 1

    @property
    def rows(self) -> IntArray:
        """The row of each entry."""
        return np.repeat(np.arange(self.height), np.diff(self.starts))

    def row(self, index: int) -> tuple[IntArray, FloatArray]:
        """Columns, ascending, and values of a row."""
        part = slice(self.starts[index], self.starts[index + 1])
        return self.columns[part], self.values[part]

    def transposed(self) -> Sparse:
        """Columns as rows."""
        return Sparse.of(self.columns, self.rows, self.values, height=self.width, width=self.height)

    def dense(self, begin: int, end: int) -> FloatArray:
        """Rows ``begin`` to ``end`` written out."""
        part = slice(self.starts[begin], self.starts[end])
        rows = np.repeat(np.arange(end - begin), np.diff(self.starts[begin : end + 1]))
        out = np.zeros((end - begin, self.width))
        out[rows, self.columns[part]] = self.values[part]
        return out

    def times(self, dense: FloatArray) -> FloatArray:
        """The product with a matrix of ``width`` rows, in blocks of bounded size."""
        out = np.zeros((self.height, dense.shape[1]))
        begin = 0
        while begin < self.height:
            reach = self.starts[begin] + _BLOCK_ENTRIES
            end = max(begin + 1, int(np.searchsorted(self.starts, reach, side="right")) - 1)
            self._times_block(dense, out, begin, end)
            begin = end
        return out

    def _times_block(self, dense: FloatArray, out: FloatArray, begin: int, end: int) -> None:
        starts = self.starts[begin : end + 1]
        filled = np.flatnonzero(np.diff(starts))  # reduceat would repeat a neighbour for the empty
        if len(filled):
            part = slice(starts[0], starts[-1])
            products = dense[self.columns[part]] * self.values[part, None]
            out[begin + filled] = np.add.reduceat(products, starts[filled] - starts[0], axis=0)


def frozen(array: Array) -> Array:
    """The same array, which can no longer be written to."""
    array.flags.writeable = False
    return array
