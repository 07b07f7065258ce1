"""``matinee abr bench``: algorithms side by side over folders of traces."""

from __future__ import annotations

import json
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from rich.table import Table

from abr.algorithms import ALGORITHMS
from abr.evaluation import POLL_S, Summary, evaluate, summarise, watchable
from abr.media import AdaptationSet
from abr.movie import MovieError, load
from abr.qoe import Utility
from abr.simulator import Setting
from abr.trace import TraceError, parse
from ui.cli.abr_jobs import Job, run_all
from ui.cli.words import CommandError, out

LONG_OUTAGE_S = 20.0  # longer than most buffers: judged apart, no rule can do much about it
APART = f", outages over {LONG_OUTAGE_S:.0f} s"  # ends the name of a set of such traces


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
class Macro:
    """An algorithm over several sets, each counting the same, however many traces it has."""

    algorithm: str
    sets: int
    share: float
    rebuffer_s: float
    stalls: float
    switches: float


def run_bench(wish: BenchWish) -> None:
    """Compare, with a progress bar on stderr, and print tables or JSON."""
    unknown = [name for name in wish.algorithms if name not in ALGORITHMS]
    if unknown:
        raise CommandError(
            f"There is no algorithm {unknown[0]!r}.", hint=f"Known: {', '.join(ALGORITHMS)}."
        )
    film = _film(wish)
    setting = Setting(
        max_buffer_s=wish.max_buffer_s, abandon_poll_s=POLL_S if wish.abandon else None
    )
    run = partial(
        evaluate,
        film,
        algorithms=wish.algorithms,
        utility=wish.utility,
        setting=setting,
        plain=wish.plain,
    )
    results = run_all(_jobs(wish), run)
    sets = {name: found for name in sorted(results) if (found := results[name])}
    summaries = {name: summarise(good) for name, r in sets.items() if (good := watchable(r))}
    unwatchable = {name: len(r) - len(watchable(r)) for name, r in sets.items()}
    if not summaries:
        raise CommandError(
            "No trace carries this film.",
            detail="Waiting costs more than there is to see, whatever is chosen.",
            hint="Use faster traces, a film of lower rates, or more of its segments.",
        )
    macro = macro_of(summaries)
    if wish.as_json:
        rows = [
            {"set": name, "utility": str(wish.utility), **asdict(summary)}
            for name, lines in summaries.items()
            for summary in lines
        ]
        document = {
            "results": rows,
            "unwatchable": unwatchable,
            "macro": [asdict(line) for line in macro],
        }
        out.print_json(json.dumps(document))
        return
    for name, lines in summaries.items():
        _print(name, lines, unwatchable[name])
    if macro:
        _print_macro(macro)


def _film(wish: BenchWish) -> AdaptationSet:
    try:
        film = load(wish.movie.read_bytes(), segments=wish.segments)
    except OSError as error:
        raise CommandError(
            "The film cannot be read.", detail=str(error), hint="Name its file with --movie."
        ) from error
    except MovieError as error:
        raise CommandError(
            "The film is not understood.",
            detail=f"{wish.movie.name}: {error}.",
            hint="It takes the manifest.json of a title, or segment sizes as simulators have them.",
        ) from error
    if wish.utility is Utility.VMAF and not all(r.segment_vmaf for r in film.representations):
        raise CommandError(
            "The film has no VMAF.",
            detail=f"{wish.movie.name} does not say how its segments look.",
            hint="Use --utility lin or --utility log.",
        )
    return film


def _jobs(wish: BenchWish) -> list[Job]:
    """Every trace under the folder; the folder a trace lies in names its set."""
    files = sorted(wish.traces.rglob("*.csv"))
    if not files:
        raise CommandError(
            "There are no traces.",
            detail=f"No .csv under {wish.traces}.",
            hint="A trace is a .csv file with lines of duration_ms,kbps.",
        )
    jobs: list[Job] = []
    taken: Counter[str] = Counter()
    for file in files:
        folder = file.parent.relative_to(wish.traces).as_posix()
        name = wish.traces.name if folder == "." else folder
        if wish.most_traces is not None and taken[name] >= wish.most_traces:
            continue
        try:
            trace = parse(file.read_text(encoding="utf-8"))
        except (TraceError, OSError, UnicodeDecodeError) as error:
            raise CommandError(
                "A trace is not understood.",
                detail=f"{file}: {error}",
                hint="Its lines are duration_ms,kbps and perhaps a latency in ms.",
            ) from error
        taken[name] += 1
        apart = trace.longest_outage_s() > LONG_OUTAGE_S
        jobs.append(Job(set_name=f"{name}{APART}" if apart else name, file=file))
    return jobs


def macro_of(summaries: Mapping[str, Sequence[Summary]]) -> list[Macro]:
    """Every algorithm's mean over the sets; those with outages apart do not count."""
    counted = [lines for name, lines in summaries.items() if not name.endswith(APART)]
    by_algorithm = [list(lines) for lines in zip(*counted, strict=True)]
    return [
        Macro(
            algorithm=lines[0].algorithm,
            sets=len(lines),
            share=statistics.fmean(line.share for line in lines),
            rebuffer_s=statistics.fmean(line.rebuffer_s for line in lines),
            stalls=statistics.fmean(line.stalls for line in lines),
            switches=statistics.fmean(line.switches for line in lines),
        )
        for lines in by_algorithm
    ]


def _print(name: str, lines: Sequence[Summary], unwatchable: int) -> None:
    apart = f", {unwatchable} more that nobody could watch" if unwatchable else ""
    table = _table(
        f"{name}: {lines[0].traces} traces{apart}",
        ("QoE", "share", "median", "p5", "stalls", "stood", "switches", "startup"),
    )
    for line in lines:
        table.add_row(
            line.algorithm,
            f"{line.qoe:.3f}",
            f"{line.share:.1%}",
            f"{line.share_median:.0%}",
            f"{line.share_p5:.0%}",
            f"{line.stalls:.2f}",
            f"{line.rebuffer_s:.1f} s",
            f"{line.switches:.1f}",
            f"{line.startup_s:.1f} s",
        )
    table.add_row("optimum", f"{lines[0].optimum:.3f}")
    out.print(table)
    out.print()


def _print_macro(lines: Sequence[Macro]) -> None:
    sets = f"{lines[0].sets} set{'s' if lines[0].sets != 1 else ''}"
    table = _table(f"macro average over sets: {sets}", ("share", "stalls", "stood", "switches"))
    for line in lines:
        table.add_row(
            line.algorithm,
            f"{line.share:.1%}",
            f"{line.stalls:.2f}",
            f"{line.rebuffer_s:.1f} s",
            f"{line.switches:.1f}",
        )
    out.print(table)
    out.print()


def _table(title: str, columns: Sequence[str]) -> Table:
    table = Table("Algorithm", title=title, title_justify="left", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, justify="right")
    return table
