"""Quality profiles: what a person wants most of the picture, as parameters of the plan and caps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from abr.rules.plan import PlanRule


class QualityProfileId(StrEnum):
    """The profiles by name, as they are remembered and given on a command line."""

    BALANCED = "balanced"
    DATA_SAVER = "data-saver"
    HIGHEST_QUALITY = "highest-quality"


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityProfile:
    """A named way to decide: the rule of ``new_rule`` weighs, the rest are caps.

    ``max_bandwidth_bps`` is that of a representation, ``None``: no cap; ``fits_screen``: nothing
    finer is fetched than the screen shows.
    """

    id: QualityProfileId
    name: str
    new_rule: Callable[[], PlanRule]  # a session's own, for it remembers its last question
    note: str = ""
    max_bandwidth_bps: int | None = None
    fits_screen: bool = True


# The cap is half a gigabyte an hour. The price is so low that it seldom moves a choice (a megabit
# is worth more nearly everywhere below the cap), but it keeps buffered film from being paid twice.
_SAVING = partial(PlanRule, data_price=0.05)

# Spends more of the buffer on quality and takes a switch for it: over all golden traces more is
# shown, and none of them stalls longer.
_BOLD = partial(PlanRule, switch_weight=0.6, rest_share=0.5, empty_cost=0.8)

BALANCED = QualityProfile(id=QualityProfileId.BALANCED, name="Balanced", new_rule=PlanRule)
PROFILES = (
    BALANCED,
    QualityProfile(
        id=QualityProfileId.DATA_SAVER,
        name="Data saver",
        note="0.5 GB an hour",
        new_rule=_SAVING,
        max_bandwidth_bps=1_200_000,
    ),
    QualityProfile(
        id=QualityProfileId.HIGHEST_QUALITY,
        name="Highest quality",
        new_rule=_BOLD,
        fits_screen=False,
    ),
)


def named(name: str) -> QualityProfile:
    """The profile of that name; ``KeyError`` when there is none."""
    for entry in PROFILES:
        if entry.id == name:
            return entry
    raise KeyError(name)
