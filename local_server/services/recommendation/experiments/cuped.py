"""Less noise from what was known before: CUPED. Pure.

Deng, Xu, Kohavi & Walker, "Improving the Sensitivity of Online Controlled Experiments by Utilizing
Pre-Experiment Data", WSDM 2013. Who watched much before watches much now; taking out what the time
before foretells leaves the arm's effect as it is, because the arm could not change that time.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjusted:
    """``values`` without what the covariate foretells.

    ``theta`` is the covariate's share in them. ``variance_ratio`` is the variance within arms that
    is left, of that before: 1 - rho^2 for a correlation of rho; 1 when nothing could be taken out.
    """

    values: tuple[float, ...]
    theta: float
    variance_ratio: float


def adjusted(
    values: Sequence[float], covariates: Sequence[float | None], arms: Sequence[Hashable]
) -> Adjusted:
    """One value, one covariate and one arm per unit.

    A unit without covariate (``None``) is left as it is. Theta comes from differences within arms,
    so that an effect of the arm is not mistaken for one of the covariate. Without two units in an
    arm or without differences between the covariates, nothing changes. Raises ``ValueError`` for
    lists of different lengths.
    """
    if not len(values) == len(covariates) == len(arms):
        raise ValueError("values, covariates and arms must be of the same length")
    unchanged = Adjusted(values=tuple(values), theta=0.0, variance_ratio=1.0)
    known = [x for x in covariates if x is not None]
    if not known:
        return unchanged
    centre = float(np.mean(known))
    y = np.asarray(values, dtype=float)
    x = np.array([0.0 if c is None else c - centre for c in covariates])
    y_within, x_within = _within(y, arms), _within(x, arms)
    x_square, y_square = float(x_within @ x_within), float(y_within @ y_within)
    # Equal covariates differ by rounding, which must not pass for information.
    if x_square <= len(known) * (np.finfo(float).eps * max(map(abs, known))) ** 2:
        return unchanged
    theta = float(x_within @ y_within) / x_square
    left = y_within - theta * x_within
    return Adjusted(
        values=tuple(float(v) for v in y - theta * x),
        theta=theta,
        variance_ratio=float(left @ left) / y_square if y_square > 0 else 1.0,
    )


def _within(numbers: NDArray[np.float64], arms: Sequence[Hashable]) -> NDArray[np.float64]:
    """Differences to the mean of the own arm."""
    result = numbers.copy()
    for arm in set(arms):
        own = np.array([a == arm for a in arms])
        result[own] -= numbers[own].mean()
    return result
