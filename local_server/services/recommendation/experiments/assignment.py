"""Which arm of an experiment a profile is in. Pure: the same question, the same answer."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping


def assign(experiment_id: str, profile_id: str, arms: Mapping[str, float], *, salt: str) -> str:
    """The arm of a profile; an arm of weight w gets w of the sum of all weights.

    Weighted rendezvous hashing (Thaler & Ravishankar 1998, weights as in Schindelhauer & Schomaker
    2005): every arm draws a number of its own and the best one wins. Nothing is drawn jointly, so
    another experiment's arms change nothing, and an arm added to this one takes profiles from the
    others but moves none between them. ``salt`` keeps one experiment's split from being another's.
    Raises ``ValueError`` without arms or when a weight is not positive and finite.
    """
    if not arms or any(not (w > 0 and math.isfinite(w)) for w in arms.values()):
        raise ValueError("an experiment needs arms, each of a positive and finite weight")
    waits = {
        arm: -math.log(_fraction(salt, experiment_id, profile_id, arm)) / weight
        for arm, weight in arms.items()
    }
    return min(waits, key=lambda arm: (waits[arm], arm))


def _fraction(*words: str) -> float:
    """A number in (0, 1), evenly spread over all lists of words."""
    # JSON keeps ("a", "bc") apart from ("ab", "c").
    digest = hashlib.blake2b(json.dumps(words).encode(), digest_size=6).digest()
    return (int.from_bytes(digest) + 0.5) / 2**48
