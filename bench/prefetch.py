"""Prefetching: how often it is right, what it wastes, and what a right one saves.

    python -m bench.prefetch [--json] [--rounds N] [--source FILE] [--record]

Browsing: recordings of scripted viewers (:mod:`bench.browsing` says how they came about) against
the planner, which learns as it goes. The planner was tuned on one set of recordings; the figures
are of the other. ``hit_rate`` is the share of plays whose whole beginning lay ready, of those whose
beginning an earlier playback had not left in the store; ``wasted_share`` that of bytes fetched for
nothing, cut transfers included. Both are of all sequences after a week of each; ``_overall``
includes that week, ``_mobile`` is the same on a train's network, where less arrives in time.

Startup: a real server, player and libmpv without a screen, behind the train's network begun at
different moments: seconds from the wish to the first picture, with the beginning prefetched and
without. Leave to play is asked for past that network either way.
"""

from __future__ import annotations

import argparse
import contextlib
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from abr.likelihood import Signal, SignalKind
from abr.trace import Trace, parse
from bench.browsing import record, recordings
from bench.browsing_replay import Replay, Tally, total
from bench.stage import CLIP, Stage, finish, prepared
from player.mpv_engine import MpvEngine
from player.prefetch_memory import FILE_NAME, PrefetchMemory
from ui.edge import Edge, open_edge
from ui.kit import build_player
from ui.places import Places, places

TRACES = Path(__file__).parents[1] / "tests" / "golden" / "abr" / "traces"
HOME, MOBILE = TRACES / "puffer_601b7e6e.csv", TRACES / "norway_train_5.csv"
ROUNDS = 7
_PATIENCE_S = 60.0
_LAST_TRANSFERS_S = 3.0  # they end before the network is taken down


def replayed(trace: Trace) -> tuple[Tally, Tally]:
    """All held-out recordings: overall, and after the warm-up."""
    results = [Replay(trace).run(lines) for _, lines in recordings("held-out")]
    return total(overall for overall, _ in results), total(warm for _, warm in results)


def startups(source: Path, rounds: int, *, prefetch: bool) -> Iterator[float]:
    """Seconds from the wish to the first picture; each round begins elsewhere on the trace."""
    lines = [line for line in MOBILE.read_text(encoding="utf-8").splitlines() if line]
    with contextlib.ExitStack() as stack:
        where = places(Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-"))))
        edge = stack.enter_context(open_edge(where, starter=False))
        title_id = prepared(edge, source)
        if prefetch:
            _experience(where)
        for number in range(rounds):
            at = number * len(lines) // rounds
            trace = parse("\n".join(lines[at:] + lines[:at]))
            with _stage(edge, where, title_id, source, trace, prefetch=prefetch) as stage:
                if prefetch:
                    _prefetch(stage)
                shown = stage.play()
                assert shown.startup_s is not None
                yield shown.startup_s
                stage.forget_segments()
                time.sleep(_LAST_TRANSFERS_S)


@contextlib.contextmanager
def _stage(
    edge: Edge, where: Places, title_id: str, source: Path, trace: Trace, *, prefetch: bool
) -> Iterator[Stage]:
    """A player of its own behind the trace, with an empty store."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        engine = MpvEngine(video="null", audio="null")
        stack.callback(engine.close)
        kit = build_player(
            edge.client, engine, where, shape=trace, segments=folder, prefetch=prefetch
        )
        stack.callback(kit.close)
        yield Stage(edge=edge, kit=kit, engine=engine, title_id=title_id, source=source)


def _experience(where: Places) -> None:
    """A device whose viewer goes on with what was begun: what is right is a given here."""
    memory = PrefetchMemory(where.player / FILE_NAME)
    signal = Signal(kind=SignalKind.CONTINUE, title_id="any")
    for hour in range(24):
        for _ in range(10):
            memory.likelihood.saw((signal,), hour, 0.0)
            memory.likelihood.played("any", "", hour, 0.0)
    memory.save()


def _prefetch(stage: Stage) -> None:
    prefetcher = stage.kit.prefetcher
    assert prefetcher is not None

    async def is_ready() -> bool:
        return prefetcher.is_ready(stage.title_id)

    prefetcher.show((Signal(kind=SignalKind.CONTINUE, title_id=stage.title_id),))
    deadline_s = time.monotonic() + _PATIENCE_S
    while not stage.kit.loop.run(is_ready()).result():
        if time.monotonic() > deadline_s:
            raise RuntimeError("the beginning was not prefetched in time")
        time.sleep(0.05)


def measure(source: Path, rounds: int) -> dict[str, float]:
    """All figures."""
    overall, warm = replayed(parse(HOME.read_text(encoding="utf-8")))
    _, mobile = replayed(parse(MOBILE.read_text(encoding="utf-8")))
    without_s = statistics.median(startups(source, rounds, prefetch=False))
    with_s = statistics.median(startups(source, rounds, prefetch=True))
    return {
        "hit_rate": warm.hit_rate,
        "wasted_share": warm.wasted_share,
        "startup_ratio": with_s / without_s,
        "startup_with_s": with_s,
        "startup_without_s": without_s,
        "fetched_bytes": warm.fetched_bytes,
        "plays": warm.plays,
        "hit_rate_overall": overall.hit_rate,
        "wasted_share_overall": overall.wasted_share,
        "hit_rate_mobile": mobile.hit_rate,
        "wasted_share_mobile": mobile.wasted_share,
    }


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the closing line alone")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--source", type=Path, default=CLIP, help="film to start")
    parser.add_argument("--record", action="store_true", help="record the browsing anew, and end")
    given = parser.parse_args()
    if given.record:
        record()
        return
    figures = measure(given.source.resolve(), given.rounds)
    if not given.json:
        for name, value in figures.items():
            sys.stdout.write(f"{name:22} {value:.3f}\n")
    finish(figures)


if __name__ == "__main__":
    main()
