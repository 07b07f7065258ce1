"""``matinee abr replay``: what another algorithm would have done with the network of a report."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from rich.table import Table

from abr.algorithms import ALGORITHMS
from abr.engine import AbrEngine
from abr.media import AdaptationSet, AdaptationSetId, MediaKind, Representation, RepresentationId
from abr.qoe import Qoe, QoeModel, Utility
from abr.simulator import Setting, simulate
from abr.trace import Trace
from ui.cli.abr_report import Arrived, Report, read_report
from ui.cli.words import CommandError, out

_SHORTEST_S = 1e-3  # clocks are no finer
_DEFAULT_BUFFER_S = 60.0


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
    setting = Setting(max_buffer_s=limit_s, abandon_poll_s=0.25)
    table = Table("Algorithm", box=None, pad_edge=False)
    for column in ("quality", "startup", "stalls", "switches", "QoE log", "QoE lin"):
        table.add_column(column, justify="right")
    for name in algorithms:
        log, lin = (_played(name, utility, film, trace, setting) for utility in _UTILITIES)
        table.add_row(
            name,
            f"{lin.quality / lin.segments:.2f} Mbit/s",
            f"{log.startup_s:.2f} s",
            f"{log.rebuffer_s:.1f} s",
            str(log.switches),
            f"{log.per_segment:.2f}",
            f"{lin.per_segment:.2f}",
        )
    out.print(table)
    out.print("Sizes that were not fetched are estimated from those that were.")


_UTILITIES = (Utility.LOG, Utility.LIN)


def _played(
    name: str, utility: Utility, film: AdaptationSet, trace: Trace, setting: Setting
) -> Qoe:
    """The session decided for the logarithm, scored by ``utility``."""
    engine = AbrEngine(ALGORITHMS[name](Utility.LOG))
    return simulate(film, trace, engine, QoeModel.of(film.representations, utility), setting).qoe


def film_of(report: Report) -> AdaptationSet:
    """The segments that were played; each size follows from the one that was fetched.

    Raises :class:`CommandError` for a report without segments.
    """
    whole = {a.index: a for a in report.arrivals if not a.abandoned and a.received_bytes > 0}
    if not whole or not report.segment_s:
        raise CommandError("There is nothing to replay.", detail="The report has no segments.")
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


def trace_of(report: Report) -> Trace:
    """The network as its transfers showed it; between two of them it stays as it was.

    Raises :class:`CommandError` when no transfer was measured.
    """
    measured = [a for a in report.arrivals if not a.from_store and a.throughput_bps > 0]
    if not measured:
        raise CommandError("There is nothing to replay.", detail="No transfer was measured.")
    intervals = [
        (max(after.at_s - before.at_s, _SHORTEST_S), after.throughput_bps)
        for before, after in pairwise(measured)
    ]
    first = measured[0]
    intervals.insert(0, (max(first.at_s, _SHORTEST_S), first.throughput_bps))
    return Trace(intervals, latency_s=_latency_s(measured))


def _latency_s(measured: Sequence[Arrived]) -> float:
    return statistics.median(max(0.0, min(a.ttfb_s, a.duration_s)) for a in measured)
