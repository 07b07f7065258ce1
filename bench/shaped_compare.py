"""A played session beside the same one simulated: film, network, rule and machine alike."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

from abr.context import Limits
from abr.engine import AbrEngine
from abr.media import Presentation
from abr.profiles import BALANCED
from abr.qoe import Qoe, QoeModel, Utility
from abr.simulated_player import PlayerSetting, SimulatedPlayback, simulate_player
from abr.trace import Trace
from bench.shaped_script import Script
from player.load_control import LoadControl
from player.shaper import PACKET_BYTES

HEAD_BYTES = 250  # of the edge's answers: 240 for an init segment to 252 for a segment
UTILITIES = (Utility.LIN, Utility.LOG)


EASY_BPS = 10e6  # a network without latency that leaves the machine alone as what takes time


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineCosts:
    """What this machine takes besides what its network takes, as :class:`PlayerSetting` has it."""

    asks_after_s: float
    reads_after_s: float
    shows_after_s: float
    decides_after_s: float
    answers_after_s: float

    @classmethod
    def of(cls, reports: Sequence[Mapping[str, Any]]) -> MachineCosts:
        """From reports of sessions over a network of :data:`EASY_BPS`; medians."""
        openings = [_opening_s(report) for report in reports]
        asks, reads, shows = (statistics.median(part) for part in zip(*openings, strict=True))
        pairs = [pair for report in reports for pair in pairwise(report["segments"])]
        return cls(
            asks_after_s=asks,
            reads_after_s=reads,
            shows_after_s=shows,
            decides_after_s=max(0.0, statistics.median(_gaps_s(pairs))),
            answers_after_s=max(0.0, statistics.median(_waits_s(pairs))),
        )


def _opening_s(report: Mapping[str, Any]) -> tuple[float, float, float]:
    """First request, the media engine's first after it, and first picture after its film."""
    first = {s["set"]: s for s in reversed(report["segments"]) if not s["index"]}
    asked = {name: s["at_s"] - s["duration_s"] for name, s in first.items()}
    begins_s, picture_s = min(asked.values()), asked["video"]
    complete_s = max(s["at_s"] for s in first.values())
    return begins_s, max(0.0, picture_s - begins_s), max(0.0, report["startup_s"] - complete_s)


_Pairs = Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]


def _gaps_s(pairs: _Pairs) -> list[float]:
    """From the end of a transfer to the next request, where that is for the picture."""
    return [
        after["at_s"] - after["duration_s"] - before["at_s"]
        for before, after in pairs
        if after["set"] == "video" and after["index"]
    ]


def _waits_s(pairs: _Pairs) -> list[float]:
    """How much longer answers took than their bytes do, where they came one at a time."""
    return [
        after["duration_s"] - (after["bytes"] + HEAD_BYTES) * 8 / EASY_BPS
        for _, after in pairs
        if after["index"] and not after["abandoned"]
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One trace: as played, as simulated, and simulated with the decisions that were played."""

    trace: str
    played: Mapping[Utility, Qoe]
    simulated: Mapping[Utility, Qoe]
    followed: Mapping[Utility, Qoe]

    @property
    def off(self) -> float:
        """How far the simulator is from what was played, of the worse utility: 0.05 is 5 %."""
        return max(_apart(self.played[u], self.simulated[u]) for u in UTILITIES)

    @property
    def off_same_decisions(self) -> float:
        """The same with the decisions that were played."""
        return max(_apart(self.played[u], self.followed[u]) for u in UTILITIES)


def _apart(played: Qoe, simulated: Qoe) -> float:
    return abs(simulated.per_segment - played.per_segment) / abs(played.per_segment)


def compare(
    name: str,
    film: tuple[Presentation, int],
    trace: Trace,
    report: Mapping[str, Any],
    costs: MachineCosts,
) -> Comparison:
    """``film`` comes with the size of its manifest; the report says what was played of it."""
    video = film[0].video
    assert video is not None
    setting = _setting(film, report, costs)
    records = report["segments"]
    free = simulate_player(setting, trace, AbrEngine(BALANCED.new_rule()))
    led = simulate_player(setting, trace, Script(video, records))
    models = {u: QoeModel.of(video.representations, u) for u in UTILITIES}
    return Comparison(
        trace=name,
        played={u: _played(report, u) for u in UTILITIES},
        simulated={u: _scored(free, models[u], report) for u in UTILITIES},
        followed={u: _scored(led, models[u], report) for u in UTILITIES},
    )


def _setting(
    film: tuple[Presentation, int], report: Mapping[str, Any], costs: MachineCosts
) -> PlayerSetting:
    presentation, manifest_bytes = film
    assert presentation.video is not None
    load = LoadControl()
    limits = report["decisions"][0]["context"]["limits"]
    return PlayerSetting(
        video=presentation.video,
        sound=presentation.default_audio,
        manifest_bytes=manifest_bytes,
        head_bytes=HEAD_BYTES,
        packet_bytes=PACKET_BYTES,
        max_buffer_s=load.max_buffer_s,
        after_rebuffer_s=load.after_rebuffer_s,
        steady_again_s=load.steady_again_s,
        replace_above_s=load.replace_above_s,
        **asdict(costs),
        limits=Limits(**limits),
    )


def _scored(session: SimulatedPlayback, model: QoeModel, report: Mapping[str, Any]) -> Qoe:
    return session.score(model, report["qoe"]["log"]["segments"])


def _played(report: Mapping[str, Any], utility: Utility) -> Qoe:
    """The report's own figures."""
    scored = report["qoe"][utility]
    return Qoe(
        segments=scored["segments"],
        quality=scored["quality"],
        startup_penalty=scored["startup_penalty"],
        rebuffer_penalty=scored["rebuffer_penalty"],
        switch_penalty=scored["switch_penalty"],
        startup_s=report["startup_s"],
        rebuffer_s=scored["rebuffer_s"],
        switches=scored["switches"],
        stalls=len(report["rebuffers"]),
    )


def table(comparisons: Sequence[Comparison]) -> str:
    """One line a session, for a person to read."""
    heads = [f"{u}: played    sim   diff    same" for u in ("log", "lin")]
    first = " ".join([f"{'trace':24}", *heads, "   startup       stalls      switches"])
    return "\n".join([first, *(_line(entry) for entry in comparisons)]) + "\n"


def _line(entry: Comparison) -> str:
    cells = [f"{entry.trace:24}"]
    for utility in (Utility.LOG, Utility.LIN):
        played, simulated = entry.played[utility], entry.simulated[utility]
        followed = entry.followed[utility]
        cells.append(
            f"{played.per_segment:10.3f} {simulated.per_segment:6.3f}"
            f" {_signed(played, simulated):>6} {_signed(played, followed):>7}"
        )
    played, simulated = entry.played[Utility.LOG], entry.simulated[Utility.LOG]
    cells.append(f" {played.startup_s:5.2f} {simulated.startup_s:5.2f}")
    cells.append(f" {played.rebuffer_s:5.2f} s {simulated.rebuffer_s:5.2f} s")
    cells.append(f"{played.switches:4} {simulated.switches:3}")
    return " ".join(cells)


def _signed(played: Qoe, other: Qoe) -> str:
    return f"{100 * (other.per_segment - played.per_segment) / abs(played.per_segment):+.1f}%"
