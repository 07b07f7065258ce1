"""Startup: from the click to the first decoded frame, beside mpv opening the source file itself.

Both use the same libmpv in the same process, warm, without an output, in turn. Ours asks the edge
server for leave, reads the manifest and streams the first segments over loopback, with an empty
segment store each time.
"""

from __future__ import annotations

import argparse
import queue
import statistics
import sys
import time
from pathlib import Path

from bench.stage import CLIP, Stage, finish, playback_stage
from player.engine import EngineEvent, EngineStarted

ROUNDS = 15
_PAUSE_S = 0.3


def measure(stage: Stage, rounds: int) -> tuple[list[float], list[float]]:
    """Seconds to the first frame: ours, and mpv on the file; the first round of each is warm-up."""
    ours: list[float] = []
    direct: list[float] = []
    for _ in range(rounds + 1):
        stage.forget_segments()
        direct.append(_direct(stage))
        time.sleep(_PAUSE_S)  # the last playback's farewell is not part of this one's start
        shown = stage.play()
        assert shown.startup_s is not None
        ours.append(shown.startup_s)
    return ours[1:], direct[1:]


def _direct(stage: Stage) -> float:
    """One opening of the source by the same engine, past the session."""
    events: queue.SimpleQueue[EngineEvent] = queue.SimpleQueue()
    engine = stage.engine
    session_listener = engine.listener
    engine.listen(events.put)
    began_s = time.monotonic()
    engine.load(
        str(stage.source),
        start_s=0.0,
        paused=False,
        subtitles=(),
        audio_index=None,
        subtitle_id=None,
    )
    while not isinstance(events.get(timeout=30), EngineStarted):
        pass
    took_s = time.monotonic() - began_s
    engine.stop()
    time.sleep(_PAUSE_S)
    engine.listen(session_listener)
    return took_s


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path, default=CLIP, help="film to open")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--home", type=Path, help="keep the prepared film here")
    parser.add_argument("--json", action="store_true", help="print the closing line alone")
    given = parser.parse_args()
    with playback_stage(given.source.resolve(), given.home) as stage:
        ours, direct = measure(stage, given.rounds)
    ours_s, direct_s = statistics.median(ours), statistics.median(direct)
    if not given.json:
        sys.stdout.write(
            f"first frame, median of {given.rounds}: streamed {ours_s * 1000:.1f} ms, "
            f"file {direct_s * 1000:.1f} ms, ratio {ours_s / direct_s:.2f}\n"
        )
    finish({"startup_ratio": ours_s / direct_s, "startup_s": ours_s, "direct_s": direct_s})


if __name__ == "__main__":
    main()
