"""When a device is said to be too slow for a representation."""

from __future__ import annotations

import pytest

from abr.dropped_frames import FrameTally, too_heavy
from abr.media import RepresentationId
from tests.helpers.films import steady_film

LADDER = steady_film().representations
V240, V720, V1080 = (RepresentationId(name) for name in ("v240", "v720", "v1080"))


@pytest.mark.parametrize(
    ("due", "dropped", "heavy"),
    [
        (375, 57, True),
        (375, 56, False),  # not more than 15 %
        (374, 374, False),  # not enough to tell
        (10_000, 1_501, True),
        (0, 0, False),
    ],
)
def test_more_than_fifteen_percent_of_fifteen_seconds_is_too_much(
    due: float, dropped: float, *, heavy: bool
) -> None:
    tally = FrameTally().and_also(due=due, dropped=dropped)
    assert too_heavy({V720: tally}, LADDER) == (V720 if heavy else None)


def test_the_lowest_of_those_that_are_too_heavy_counts() -> None:
    bad = FrameTally(due=1000, dropped=900)
    assert too_heavy({V1080: bad, V720: bad}, LADDER) == V720


def test_below_the_lowest_there_is_nothing_to_go_to() -> None:
    bad = FrameTally(due=1000, dropped=900)
    assert too_heavy({V240: bad}, LADDER) is None
    assert too_heavy({}, LADDER) is None
