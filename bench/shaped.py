"""Real sessions over shaped networks, and the simulator beside them.

    python -m bench.shaped [--source FILM_OR_TITLE] [--traces FOLDER] [--home DIR]
                           [--duration S] [--at-once N] [--reports DIR] [--json]

Every trace is played by ``matinee play --headless --shape TRACE`` against a running server, and
simulated (:mod:`abr.simulated_player`) with the same film, rule and trace, and with what opening a
film and asking for a segment take on this machine, which is measured first. QoE is per
segment, over as many segments as were seen. ``within_5_percent`` counts sessions whose simulated
QoE is within 5 % of the played one in both utilities; percents are of the worse utility. With
``same_decisions`` the simulator takes the decisions that were played: what is left then is the
model's own error, for decisions can turn on a hundredth of a second. ``processors`` is the share of
the machine in use meanwhile: with it near 1 what is played is late, and so is no measure.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from abr.qoe import Utility
from abr.trace import parse
from bench.shaped_compare import EASY_BPS, Comparison, MachineCosts, compare, table
from bench.shaped_sessions import (
    Order,
    film_of,
    film_on_a_server,
    play_all,
    read_report,
    report_of,
)
from bench.stage import finish
from ui.places import Places

_HERE = Path(__file__).parent
FOLDERS = (_HERE / "data" / "traces", _HERE.parent / "tests" / "golden" / "abr" / "traces")
_EASY_SESSIONS = 5
_EASY_FILM_S = 4.0
_CLOSE = 0.05
_EASY = f"1000,{EASY_BPS / 1e3:.0f},0\n"


def measure(
    where: Places, traces: Sequence[Path], order: Order, folder: Path
) -> tuple[list[Comparison], float]:
    """Play and simulate every trace; the processors' share in use comes beside."""
    costs = _costs(where, order, folder / "machine")
    sys.stderr.write(f"{costs}\n")
    busy = play_all(where, traces, order, folder)
    found = []
    for trace in traces:
        report = read_report(report_of(folder, trace))
        network = parse(trace.read_text(encoding="utf-8"))
        found.append(compare(trace.stem, film_of(where, report), network, report, costs))
    return found, busy


def _costs(where: Places, order: Order, folder: Path) -> MachineCosts:
    """Measured as many at once as will be played."""
    folder.mkdir(parents=True, exist_ok=True)
    traces = [folder / f"easy_{number}.csv" for number in range(_EASY_SESSIONS)]
    for trace in traces:
        trace.write_text(_EASY, encoding="ascii")
    short = Order(title_id=order.title_id, duration_s=_EASY_FILM_S, at_once=order.at_once)
    play_all(where, traces, short, folder)
    return MachineCosts.of([read_report(report_of(folder, trace)) for trace in traces])


def figures(found: Sequence[Comparison], busy: float) -> dict[str, float]:
    """What the closing line says."""
    percents = [100 * entry.off for entry in found]
    same = [100 * entry.off_same_decisions for entry in found]
    return {
        "sessions": len(found),
        "within_5_percent": sum(entry.off <= _CLOSE for entry in found),
        "worst_percent": max(percents),
        "median_percent": statistics.median(percents),
        "within_5_percent_same_decisions": sum(e.off_same_decisions <= _CLOSE for e in found),
        "worst_percent_same_decisions": max(same),
        "mean_played": statistics.mean(e.played[Utility.LOG].per_segment for e in found),
        "mean_simulated": statistics.mean(e.simulated[Utility.LOG].per_segment for e in found),
        "mean_played_lin": statistics.mean(e.played[Utility.LIN].per_segment for e in found),
        "mean_simulated_lin": statistics.mean(e.simulated[Utility.LIN].per_segment for e in found),
        "processors": busy,
    }


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", help="a film, or a title of --home; else the clip, repeated")
    parser.add_argument("--traces", type=Path, help="folder of traces")
    parser.add_argument("--home", type=Path, help="keep the prepared film here")
    parser.add_argument("--duration", type=float, help="seconds of film; else all of it")
    parser.add_argument("--at-once", type=int, default=4, help="sessions side by side")
    parser.add_argument("--reports", type=Path, help="keep the playback reports here")
    parser.add_argument("--json", action="store_true", help="print the closing line alone")
    given = parser.parse_args()
    folders = (given.traces,) if given.traces else FOLDERS
    traces = sorted(trace for folder in folders for trace in folder.glob("*.csv"))
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as kept,
        film_on_a_server(given.source, given.home) as (where, title_id),
    ):
        order = Order(title_id=title_id, duration_s=given.duration, at_once=given.at_once)
        found, busy = measure(where, traces, order, given.reports or Path(kept))
    if not given.json:
        sys.stdout.write(table(found))
    finish(figures(found, busy))


if __name__ == "__main__":
    main()
