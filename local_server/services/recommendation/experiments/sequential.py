"""Tests and intervals that hold however often one looks and whenever one stops. Pure.

Both keep *evidence*: the likelihood of what was seen under a mixture of effects, divided by that
under no effect. Without an effect this is a martingale that begins at 1, so that it ever reaches
1/alpha with a chance of at most alpha (Ville 1939). Its inverse, at its lowest so far, is an
always-valid p-value, and the effects that have too little evidence against them are a confidence
sequence: it covers the true effect at all looks at once with a chance of 1 - alpha.

- Means: the mixture SPRT with a normal mixture; Robbins 1970, and Johari, Pekelis & Walsh,
  "Always Valid Inference", 2015 (Operations Research 2022).
- Preferences: a Beta mixture of Bernoulli likelihoods, exact at any size; Ville 1939, and Howard,
  Ramdas, McAuliffe & Sekhon, "Time-uniform, nonparametric, nonasymptotic confidence sequences",
  Annals of Statistics 2021.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

# Of the Beta mixture: most of it between 0.3 and 0.7, where two rankings worth comparing lie.
PREFERENCE_PRIOR = 6.0
# Halvings of the search for an interval's end: below the last bit that is ever shown.
_HALVINGS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """From ``low`` to ``high``."""

    low: float
    high: float


def p_value(log_evidence: float, *, lowest_before: float = 1.0) -> float:
    """The always-valid p-value: the lowest so far."""
    return min(lowest_before, 1.0, math.exp(min(0.0, -log_evidence)))


def log_evidence_of_mean(
    effect: float, *, variance: float, mixing_sd: float, freedom: float = math.inf
) -> float:
    """Evidence that an effect measured with this variance is not 0.

    ``mixing_sd`` is how large effects are expected to be, in the effect's unit. Any choice is
    valid that is made before anything is seen; a fitting one decides sooner. A variance that is
    estimated has ``freedom`` degrees of freedom, and ``mixing_sd`` is then a fixed multiple of the
    same estimate: the Student version, Lindon, Ham, Tingley & Bojinov, "Anytime-Valid Linear
    Models and Regression Adjusted Causal Inference in Randomized Experiments", 2022.
    """
    ratio = variance / (variance + mixing_sd**2)
    square = effect**2 / variance
    if math.isinf(freedom):
        gain = square * (1.0 - ratio) / 2.0
    else:
        gain = (math.log1p(square / freedom) - math.log1p(ratio * square / freedom)) * (
            (freedom + 1.0) / 2.0
        )
    return 0.5 * math.log(ratio) + gain


def mean_interval(
    effect: float, *, variance: float, mixing_sd: float, alpha: float, freedom: float = math.inf
) -> Interval:
    """The effects whose evidence against them is below 1/alpha; all of them for little freedom."""
    ratio = variance / (variance + mixing_sd**2)
    needed = -math.log(alpha) - 0.5 * math.log(ratio)
    if math.isinf(freedom):
        square = 2.0 * needed / (1.0 - ratio)
    else:
        # No effect, however large, has more evidence than this.
        most = -math.log(ratio) * (freedom + 1.0) / 2.0
        if needed >= most:
            return Interval(low=-math.inf, high=math.inf)
        grown = math.exp(2.0 * needed / (freedom + 1.0))
        square = freedom * (grown - 1.0) / (1.0 - grown * ratio)
    half = math.sqrt(variance * square)
    return Interval(low=effect - half, high=effect + half)


def log_evidence_of_preference(wins: int, losses: int, *, share: float = 0.5) -> float:
    """Evidence that the chance of a win is not ``share``, which lies between 0 and 1."""
    mixture = _log_beta(PREFERENCE_PRIOR + wins, PREFERENCE_PRIOR + losses) - _log_beta(
        PREFERENCE_PRIOR, PREFERENCE_PRIOR
    )
    return mixture - wins * math.log(share) - losses * math.log1p(-share)


def preference_interval(wins: int, losses: int, *, alpha: float) -> Interval:
    """The chances of a win whose evidence against them is below 1/alpha."""

    def is_out(share: float) -> bool:
        return log_evidence_of_preference(wins, losses, share=share) >= -math.log(alpha)

    total = wins + losses
    best = wins / total if total else 0.5  # no mixture is likelier than this: it is never out
    return Interval(
        low=_edge(is_out, outer=0.0, inner=best) if wins else 0.0,
        high=_edge(is_out, outer=1.0, inner=best) if losses else 1.0,
    )


def _edge(is_out: Callable[[float], bool], *, outer: float, inner: float) -> float:
    """Where the answer changes, from its outer side: the interval is never too short."""
    for _ in range(_HALVINGS):
        middle = (outer + inner) / 2.0
        if is_out(middle):
            outer = middle
        else:
            inner = middle
    return outer


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
