"""Python's garbage collector, set for a server."""

from __future__ import annotations

import gc

# A library of ten thousand titles is a million objects that stay. Looking through all of them takes
# a fifth of a second, during which nobody is answered: it is done a hundred times less often.
THRESHOLDS = (50_000, 20, 100)


def calm() -> None:
    """Let the collector look at young objects less often, and at all of them seldom."""
    gc.set_threshold(*THRESHOLDS)
