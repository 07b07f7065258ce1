"""The rules by name, to be compared with each other: ours first, then published ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from abr.qoe import Utility
from abr.rules.bba import BbaRule
from abr.rules.bola import BolaRule
from abr.rules.bola_e import BolaERule
from abr.rules.dynamic import DynamicRule
from abr.rules.hls_js import HlsJsRule
from abr.rules.media3 import Media3Rule
from abr.rules.plan import PlanRule
from abr.rules.request import Rule
from abr.rules.robust_mpc import RobustMpcRule
from abr.rules.shaka import ShakaRule
from abr.rules.throughput import ThroughputRule

# Those that weigh quality against waiting take the utility; the others know none.
ALGORITHMS: Mapping[str, Callable[[Utility], Rule]] = MappingProxyType(
    {
        "plan": lambda utility: PlanRule(utility=utility),
        "robust_mpc": lambda utility: RobustMpcRule(utility=utility),
        "bba": lambda _: BbaRule(),
        "bola": lambda _: BolaRule(),
        "bola_e": lambda _: BolaERule(),
        "dynamic": lambda _: DynamicRule(),
        "throughput": lambda _: ThroughputRule(),
        "media3": lambda _: Media3Rule(),
        "hls_js": lambda _: HlsJsRule(),
        # Its interval as evaluations count it, in transfer time alone.
        "shaka": lambda _: ShakaRule(idle_counts=False),
    }
)
