"""Seeking: to random places in a film streamed over loopback.

``seek_median_s`` is from the wish to the picture; ``error_frames_max`` the distance between the
position asked for and the frame shown, in frames.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from pathlib import Path

from bench.stage import CLIP, Stage, await_snapshot, finish, playback_stage
from player.snapshot import PlayerState

SEEKS = 50


def measure(stage: Stage, seeks: int) -> tuple[list[float], list[float]]:
    """Seconds until the picture, and distance in seconds, of each seek."""
    chance = random.Random(7)
    session = stage.kit.session
    duration_s = stage.play().duration_s
    session.pause()
    times, errors = [], []
    for _ in range(seeks):
        target_s = chance.uniform(0, duration_s - 0.2)
        with stage.snapshots() as arriving:
            began_s = time.monotonic()
            session.seek(target_s)
            await_snapshot(arriving, lambda now: now.state is PlayerState.SEEKING)
            await_snapshot(arriving, lambda now: now.state is not PlayerState.SEEKING)
            times.append(time.monotonic() - began_s)
        errors.append(abs(float(stage.engine.handle.time_pos) - target_s))
    return times, errors


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path, default=CLIP, help="film to seek in")
    parser.add_argument("--seeks", type=int, default=SEEKS)
    parser.add_argument("--home", type=Path, help="keep the prepared film here")
    parser.add_argument("--json", action="store_true", help="print the closing line alone")
    given = parser.parse_args()
    with playback_stage(given.source.resolve(), given.home) as stage:
        times, errors = measure(stage, given.seeks)
        playback = stage.kit.session.playback
        video = playback.presentation.video if playback else None
        frame_s = 1 / float(video.frame_rate) if video else 1.0
    if not given.json:
        sys.stdout.write(
            f"{given.seeks} seeks: median {statistics.median(times) * 1000:.0f} ms, longest "
            f"{max(times) * 1000:.0f} ms, off by at most {max(errors) / frame_s:.2f} frames\n"
        )
    finish(
        {
            "seek_median_s": statistics.median(times),
            "seek_max_s": max(times),
            "error_frames_max": max(errors) / frame_s,
        }
    )


if __name__ == "__main__":
    main()
