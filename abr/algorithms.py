"""The rules by name, to be compared with each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from abr.qoe import Utility
from abr.rules.bba import BbaRule
from abr.rules.bola import BolaRule
from abr.rules.dynamic import DynamicRule
from abr.rules.plan import PlanRule
from abr.rules.request import Rule
from abr.rules.robust_mpc import RobustMpcRule
from abr.rules.throughput import ThroughputRule

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
