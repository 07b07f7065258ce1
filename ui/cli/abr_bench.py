"""``matinee abr bench``: algorithms side by side over folders of traces."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from abr.algorithms import ALGORITHMS
from abr.evaluation import POLL_S, Summary, TraceResult, evaluate, summarise, watchable
from abr.media import AdaptationSet
from abr.movie import MovieError, load
from abr.qoe import Utility
from abr.simulator import Setting
from abr.trace import Trace, TraceError, parse
from ui.cli.words import CommandError, err, out

LONG_OUTAGE_S = 20.0  # longer than most buffers: judged apart, no rule can do much about it


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchWish:
    """What to compare on what."""

    traces: Path
    movie: Path
    utility: Utility
    algorithms: tuple[str, ...]
    segments: int | None
    most_traces: int | None
    max_buffer_s: float
    abandon: bool
    plain: bool
    as_json: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    set_name: str
    trace: Trace


def run_bench(wish: BenchWish) -> None:
    """Compare, with a progress bar on stderr, and print tables or JSON."""
    unknown = [name for name in wish.algorithms if name not in ALGORITHMS]
    if unknown:
        raise CommandError(
            f"There is no algorithm {unknown[0]!r}.", hint=f"Known: {', '.join(ALGORITHMS)}."
        )
    film = _film(wish)
    results = _results(wish, film, _jobs(wish))
    sets = {name: found for name in sorted(results) if (found := results[name])}
    summaries = {name: summarise(good) for name, r in sets.items() if (good := watchable(r))}
    unwatchable = {name: len(r) - len(watchable(r)) for name, r in sets.items()}
    if wish.as_json:
        rows = [
            {"set": name, "utility": str(wish.utility), **asdict(summary)}
            for name, lines in summaries.items()
            for summary in lines
        ]
        out.print_json(json.dumps({"results": rows, "unwatchable": unwatchable}))
        return
    for name, lines in summaries.items():
        _print(name, lines, unwatchable[name])


def _film(wish: BenchWish) -> AdaptationSet:
    try:
        film = load(wish.movie.read_bytes(), segments=wish.segments)
    except OSError as error:
        raise CommandError("The film cannot be read.", detail=str(error)) from error
    except MovieError as error:
        raise CommandError(
            "The film is not understood.", detail=f"{wish.movie.name}: {error}."
        ) from error
    if wish.utility is Utility.VMAF and not all(r.segment_vmaf for r in film.representations):
        raise CommandError("The film has no VMAF.", hint="Use --utility lin or --utility log.")
    return film


def _jobs(wish: BenchWish) -> list[_Job]:
    """Every trace under the folder; the folder a trace lies in names its set."""
    files = sorted(wish.traces.rglob("*.csv"))
    if not files:
        raise CommandError("There are no traces.", detail=f"No .csv under {wish.traces}.")
    jobs: list[_Job] = []
    taken: dict[str, int] = {}
    for file in files:
        folder = file.parent.relative_to(wish.traces).as_posix()
        name = wish.traces.name if folder == "." else folder
        if wish.most_traces is not None and taken.get(name, 0) >= wish.most_traces:
            continue
        try:
            trace = parse(file.read_text(encoding="utf-8"))
        except (TraceError, OSError, UnicodeDecodeError) as error:
            raise CommandError("A trace is not understood.", detail=f"{file}: {error}") from error
        taken[name] = taken.get(name, 0) + 1
        if trace.longest_outage_s() > LONG_OUTAGE_S:
            name = f"{name}, outages over {LONG_OUTAGE_S:.0f} s"
        jobs.append(_Job(set_name=name, trace=trace))
    return jobs


def _results(
    wish: BenchWish, film: AdaptationSet, jobs: Sequence[_Job]
) -> dict[str, list[TraceResult]]:
    setting = Setting(
        max_buffer_s=wish.max_buffer_s, abandon_poll_s=POLL_S if wish.abandon else None
    )
    run = partial(evaluate, plain=wish.plain)
    ordered: list[TraceResult | None] = [None] * len(jobs)
    with (
        ProcessPoolExecutor(max_workers=os.cpu_count()) as pool,
        Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=err,
        ) as bar,
    ):
        task = bar.add_task("traces", total=len(jobs))
        waiting = {
            pool.submit(run, film, job.trace, wish.algorithms, wish.utility, setting): number
            for number, job in enumerate(jobs)
        }
        for done in as_completed(waiting):
            ordered[waiting[done]] = done.result()
            bar.advance(task)
    grouped: dict[str, list[TraceResult]] = {job.set_name: [] for job in jobs}
    for job, result in zip(jobs, ordered, strict=True):
        if result is not None:
            grouped[job.set_name].append(result)
    return grouped


def _print(name: str, lines: Sequence[Summary], unwatchable: int) -> None:
    apart = f", {unwatchable} more that nobody could watch" if unwatchable else ""
    table = Table(
        "Algorithm",
        title=f"{name}: {lines[0].traces} traces{apart}",
        title_justify="left",
        box=None,
        pad_edge=False,
    )
    for column in ("QoE", "of optimum", "median", "p5", "stalls", "switches", "startup"):
        table.add_column(column, justify="right")
    for line in lines:
        table.add_row(
            line.algorithm,
            f"{line.qoe:.3f}",
            f"{line.share:.1%}",
            f"{line.share_median:.1%}",
            f"{line.share_p5:.1%}",
            f"{line.rebuffer_s:.2f} s",
            f"{line.switches:.1f}",
            f"{line.startup_s:.2f} s",
        )
    table.add_row("optimum", f"{lines[0].optimum:.3f}")
    out.print(table)
    out.print()
