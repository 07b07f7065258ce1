"""``matinee abr replay``: what another algorithm would have done with the network of a report."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from rich.table import Table

from abr.algorithms import ALGORITHMS
from abr.demand import nominal_bps
from abr.engine import AbrEngine
from abr.evaluation import POLL_S
from abr.explain import name_in
from abr.media import AdaptationSet, AdaptationSetId, MediaKind, Representation, RepresentationId
from abr.qoe import PlayedSegment, Qoe, QoeModel, Utility
from abr.rules.request import Planner
from abr.simulator import Setting, Simulation, simulate
from abr.trace import Trace
from ui.cli.abr_report import Arrived, Report, read_report
from ui.cli.words import CommandError, out

_SHORTEST_S = 1e-3  # clocks are no finer
_DEFAULT_BUFFER_S = 60.0
_NOTABLE_S = 0.05
_MOST_SEGMENTS = 50_000  # more than two days of film


def replay(file: Path, algorithms: Sequence[str]) -> None:
    """Simulate the session with each algorithm and print them side by side."""
    unknown = [name for name in algorithms if name not in ALGORITHMS]
    if unknown:
        raise CommandError(
            f"There is no algorithm {unknown[0]!r}.", hint=f"Known: {', '.join(ALGORITHMS)}."
        )
    report = read_report(file)
    film, trace = film_of(report), trace_of(report)
    limit_s = max((d.max_buffer_s for d in report.decisions), default=_DEFAULT_BUFFER_S)
    table = Table("Algorithm", box=None, pad_edge=False)
    for column in ("quality", "startup", "stalls", "switches", "again", "QoE log", "QoE lin"):
        table.add_column(column, justify="right")
    table.add_row("as played", *_as_played(report, film))
    told = []
    for name in algorithms:
        session = _session(name, film, trace, limit_s)
        table.add_row(name, *_cells(film, session))
        told.append(f"{name}: {difference(report, film, session)}")
    out.print(table)
    for line in told:
        out.print(line, markup=False)
    out.print("Sizes that were not fetched are estimated from those that were.")


def _session(name: str, film: AdaptationSet, trace: Trace, limit_s: float) -> Simulation:
    """The session decided for the logarithm, a planner with all it can do."""
    rule = ALGORITHMS[name](Utility.LOG)
    setting = Setting(
        max_buffer_s=limit_s, abandon_poll_s=POLL_S, replacing=isinstance(rule, Planner)
    )
    return simulate(film, trace, AbrEngine(rule), QoeModel.of(film.representations), setting)


def _cells(film: AdaptationSet, session: Simulation) -> list[str]:
    lin, log = session.qoe, _scored(film, session, Utility.LOG)
    return [
        f"{lin.quality / lin.segments:.2f} Mbit/s",
        f"{lin.startup_s:.2f} s",
        f"{lin.stalls} x, {lin.rebuffer_s:.1f} s",
        str(lin.switches),
        str(sum(bool(s.replaced) for s in session.segments)),
        f"{log.per_segment:.2f}",
        f"{lin.per_segment:.2f}",
    ]


def _scored(film: AdaptationSet, session: Simulation, utility: Utility) -> Qoe:
    played = [
        PlayedSegment(
            representation=s.decision.representation,
            index=s.index,
            stall_s=s.stall_s if s.index else 0.0,
        )
        for s in session.segments
    ]
    model = QoeModel.of(film.representations, utility)
    return model.score(played, startup_s=session.qoe.startup_s)


def _as_played(report: Report, film: AdaptationSet) -> list[str]:
    rates = [nominal_bps(film.representation(i)) for i in _played(report).values()]
    stood_s = sum(stall.length_s for stall in report.stalls)
    return [
        f"{statistics.fmean(rates) / 1e6:.2f} Mbit/s",
        "-" if report.startup_s is None else f"{report.startup_s:.2f} s",
        f"{len(report.stalls)} x, {stood_s:.1f} s",
        str(report.switches),
        str(len(report.fetched_again)),
        *(f"{report.qoe[name]:.2f}" if name in report.qoe else "-" for name in ("log", "lin")),
    ]


def _played(report: Report) -> dict[int, RepresentationId]:
    """What every segment was shown as, counted from the first that was fetched."""
    whole = {a.index: RepresentationId(a.representation) for a in report.arrivals if _whole(a)}
    return {index - min(whole): whole[index] for index in sorted(whole)}


def difference(report: Report, film: AdaptationSet, session: Simulation) -> str:
    """In a sentence, what another algorithm would have done differently."""
    played = _played(report)
    order = [r.id for r in film.representations]
    steps = [
        (s, order.index(s.decision.representation.id) - order.index(played[s.index]))
        for s in session.segments
        if s.index in played
    ]
    apart = [(segment, step) for segment, step in steps if step]
    stood_s = session.qoe.rebuffer_s - sum(stall.length_s for stall in report.stalls)
    waits = (
        f"{abs(stood_s):.1f} s {'more' if stood_s > 0 else 'less'} of stalls"
        if abs(stood_s) >= _NOTABLE_S
        else "stalls alike"
    )
    if not apart:
        return f"the same representations, {waits}."
    first = apart[0][0]
    here = film.representation(played[first.index])
    better = sum(step > 0 for _, step in apart)
    return (
        f"{better} of {len(steps)} segments better and {len(apart) - better} worse, {waits}; "
        f"the first difference is segment {min(_indexes(report)) + first.index + 1}, at "
        f"{name_in(film, first.decision.representation)} where {name_in(film, here)} was shown."
    )


def _indexes(report: Report) -> list[int]:
    return [a.index for a in report.arrivals if _whole(a)]


def _whole(arrival: Arrived) -> bool:
    return not arrival.abandoned and arrival.received_bytes > 0


def film_of(report: Report) -> AdaptationSet:
    """The segments that were played; each size follows from the one that was fetched.

    Raises :class:`CommandError` for a report without segments.
    """
    whole = {a.index: a for a in report.arrivals if _whole(a)}
    if not whole or report.segment_s <= 0:
        raise _nothing("The report has no segments.")
    if max(whole) - min(whole) >= _MOST_SEGMENTS:
        raise CommandError("The report is not understood.", detail="Its segments are too many.")
    mean_bps = {rung.id: rung.average_bandwidth_bps for rung in report.ladder}
    # How much larger than the average of its representation each segment was.
    swings = {
        index: a.received_bytes * 8 / (mean_bps[a.representation] * report.segment_s)
        for index, a in whole.items()
    }
    indexes = range(min(whole), max(whole) + 1)
    usual = statistics.median(swings.values())
    return AdaptationSet(
        id=AdaptationSetId("video"),
        kind=MediaKind.VIDEO,
        segment_durations_s=(report.segment_s,) * len(indexes),
        representations=tuple(
            Representation(
                id=RepresentationId(rung.id),
                codecs="",
                bandwidth_bps=rung.bandwidth_bps,
                average_bandwidth_bps=rung.average_bandwidth_bps,
                segment_path="",
                segment_bytes=tuple(
                    max(
                        1,
                        round(
                            swings.get(n, usual) * rung.average_bandwidth_bps * report.segment_s / 8
                        ),
                    )
                    for n in indexes
                ),
                height_px=rung.height_px,
            )
            for rung in report.ladder
        ),
    )


def _nothing(detail: str) -> CommandError:
    return CommandError(
        "There is nothing to replay.",
        detail=detail,
        hint="Record another: matinee play TITLE --headless --shape TRACE --report FILE",
    )


def trace_of(report: Report) -> Trace:
    """The network as its transfers showed it; between two of them it stays as it was.

    Raises :class:`CommandError` when no transfer was measured.
    """
    measured = [a for a in report.arrivals if not a.from_store and a.throughput_bps > 0]
    if not measured:
        raise _nothing("No transfer was measured.")
    intervals = [
        (max(after.at_s - before.at_s, _SHORTEST_S), after.throughput_bps)
        for before, after in pairwise(measured)
    ]
    first = measured[0]
    intervals.insert(0, (max(first.at_s, _SHORTEST_S), first.throughput_bps))
    return Trace(intervals, latency_s=_latency_s(measured))


def _latency_s(measured: Sequence[Arrived]) -> float:
    return statistics.median(max(0.0, min(a.ttfb_s, a.duration_s)) for a in measured)
