"""The rules by name, and the profiles a person chooses between."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType

from abr.qoe import Utility
from abr.rules.bba import BbaRule
from abr.rules.bola import BolaRule
from abr.rules.dynamic import DynamicRule
from abr.rules.plan import PlanRule
from abr.rules.request import Rule
from abr.rules.robust_mpc import RobustMpcRule
from abr.rules.throughput import ThroughputRule

DEFAULT = "plan"

# Those that weigh quality against waiting take the utility; the others know none.
ALGORITHMS: Mapping[str, Callable[[Utility], Rule]] = MappingProxyType(
    {
        "plan": lambda utility: PlanRule(utility=utility),
        "robust_mpc": lambda utility: RobustMpcRule(utility=utility),
        "dynamic": lambda _: DynamicRule(),
        "bola": lambda _: BolaRule(),
        "bba": lambda _: BbaRule(),
        "throughput": lambda _: ThroughputRule(),
    }
)


class Profile(StrEnum):
    """What matters more to a person, as names in a menu."""

    BALANCED = "balanced"
    DATA_SAVER = "data_saver"
    HIGHEST_QUALITY = "highest_quality"


def rule_for(profile: Profile) -> PlanRule:
    """The planning rule with a profile's utility and weights."""
    if profile is Profile.DATA_SAVER:
        return PlanRule(utility=Utility.VMAF, data_price=0.08, switch_weight=1.5)
    if profile is Profile.HIGHEST_QUALITY:
        return PlanRule(utility=Utility.LIN, switch_weight=0.5)
    return PlanRule(utility=Utility.VMAF)
