"""Recorded browsing: the files are what the view models say today, and replays add up."""

from __future__ import annotations

import pytest

from abr.trace import Trace
from bench.browsing import DATA, VIEWERS, record_viewer, recordings
from bench.browsing_replay import Replay


def test_the_view_models_still_say_what_was_recorded() -> None:
    path = DATA / "searcher.tune.jsonl"
    assert record_viewer("searcher", "tune") == path.read_text(encoding="utf-8")


def test_every_viewer_was_recorded_twice() -> None:
    for part in ("tune", "held-out"):
        assert {name for name, _ in recordings(part)} == set(VIEWERS)


@pytest.mark.parametrize("rate_bps", [3e5, 3e7])
def test_a_replay_accounts_for_every_byte_and_play(rate_bps: float) -> None:
    lines = dict(recordings("tune"))["searcher"]
    replay = Replay(Trace([(10.0, rate_bps)]))
    overall, warm = replay.run(lines)

    assert 0 <= warm.hits <= overall.hits <= overall.plays <= sum("play" in x for x in lines)
    assert replay.ledger.held_bytes == 0
    assert overall.fetched_bytes >= warm.fetched_bytes >= 0
