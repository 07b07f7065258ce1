"""The stats panel: one line of facts, one sentence with the reason, and what was weighed. Pure.

Its chart is in :mod:`ui.viewmodel.chart`.
"""

from __future__ import annotations

from dataclasses import dataclass

from abr.decision import Considered
from abr.media import Representation
from player.snapshot import PlayerState, Snapshot
from ui.viewmodel import words
from ui.viewmodel.player_menus import describe

MOST_WEIGHED = 7  # rows; of a longer ladder those around the chosen one


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighedView:
    """One representation the last decision looked at, and what spoke for or against it."""

    name: str
    note: str
    chosen: bool = False
    capped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StatsView:
    """The panel. ``well`` is false while something is wrong; ``state`` says it in a word."""

    state: str = ""
    well: bool = True
    facts: str = ""
    throughput: str = "not measured"
    buffer: str = ""
    representation: str = ""
    reason: str = ""
    counters: str = ""


_STATES = {
    PlayerState.IDLE: "Idle",
    PlayerState.OPENING: "Opening",
    PlayerState.PLAYING: "Streaming",
    PlayerState.PAUSED: "Paused",
    PlayerState.SEEKING: "Seeking",
    PlayerState.REBUFFERING: "Rebuffering",
    PlayerState.ENDED: "Ended",
    PlayerState.FAILED: "Failed",
}


def stats_of(snapshot: Snapshot) -> StatsView:
    """The panel of a playback."""
    waiting = snapshot.waiting is not None
    stuck = snapshot.state in {PlayerState.REBUFFERING, PlayerState.FAILED}
    shown = snapshot.shown
    decision = snapshot.decision
    return StatsView(
        state="Network away" if waiting and not stuck else _STATES[snapshot.state],
        well=not waiting and not stuck,
        facts="" if shown is None else describe(shown),
        throughput=_throughput(snapshot),
        buffer=f"{snapshot.buffer_level_s:.1f} s",
        representation="" if shown is None else f"picture {shown.height_px}p",
        reason="" if decision is None else words.one_line(decision.explanation),
        counters=_counters(snapshot),
    )


def weighed_of(snapshot: Snapshot) -> tuple[WeighedView, ...]:
    """A row for every representation the last decision looked at, best first."""
    decision = snapshot.decision
    if decision is None:
        return ()
    entries = {entry.representation_id: entry for entry in decision.considered}
    present = [r for r in snapshot.ladder if r.id in entries]
    chosen = next((n for n, r in enumerate(present) if r.id == decision.representation.id), 0)
    first = max(0, min(chosen - MOST_WEIGHED // 2, len(present) - MOST_WEIGHED))
    return tuple(
        _row(snapshot, rung, entries[rung.id], chosen=rung.id == decision.representation.id)
        for rung in reversed(present[first : first + MOST_WEIGHED])
    )


def _row(
    snapshot: Snapshot, rung: Representation, entry: Considered, *, chosen: bool
) -> WeighedView:
    alone = sum(r.height_px == rung.height_px for r in snapshot.ladder) == 1
    return WeighedView(
        name=f"{rung.height_px}p" if alone else describe(rung),
        note=words.one_line(entry.note),
        chosen=chosen,
        capped=not entry.allowed,
    )


def _throughput(snapshot: Snapshot) -> str:
    estimate = snapshot.estimate
    if estimate is None:
        return "not measured"
    spread_bps = (estimate.high_bps - estimate.low_bps) / 2
    if spread_bps > estimate.throughput_bps / 2:  # too uneven to be told as more or less
        return f"{words.rate(estimate.low_bps)} to {words.rate(estimate.high_bps)}"
    return words.rate_with_spread(estimate.throughput_bps, spread_bps)


def _counters(snapshot: Snapshot) -> str:
    startup = "" if snapshot.startup_s is None else f"startup {snapshot.startup_s:.2f} s"
    return words.joined(
        f"dropped {snapshot.dropped_frames}", startup, f"rebuffers {snapshot.rebuffers}"
    )
