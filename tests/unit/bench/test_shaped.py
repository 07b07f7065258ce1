"""A played session and the same one simulated: what was done is done again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from abr.engine import AbrEngine
from abr.qoe import Qoe, Utility
from abr.simulated_player import PlayerSetting, simulate_player
from abr.trace import Trace, parse
from bench.shaped import FOLDERS, figures
from bench.shaped_compare import HEAD_BYTES, Comparison, MachineCosts
from bench.shaped_script import Script
from tests.helpers.films import steady_film

FILM = steady_film(16)
UNEVEN = Trace([(9.0, 3e6), (14.0, 500_000.0), (20.0, 9e6)], latency_s=0.05)
SETTING = PlayerSetting(video=FILM, max_buffer_s=30.0)


class Noting(AbrEngine):
    """Our engine, and a report's ``segments`` of what it did."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[dict[str, Any]] = []
        self._held: dict[int, str] = {}

    def observe(self, sample: Any) -> None:
        super().observe(sample)
        former = self._held.get(sample.segment_index)
        self.records.append(
            {
                "set": "video",
                "index": sample.segment_index,
                "representation": sample.representation_id,
                "duration_s": sample.duration_s,
                "abandoned": sample.given_up,
                "replaces": former,
            }
        )
        if not sample.given_up:
            self._held[sample.segment_index] = sample.representation_id


def test_a_script_repeats_a_session_to_the_segment() -> None:
    noting = Noting()
    played = simulate_player(SETTING, UNEVEN, noting)
    again = simulate_player(SETTING, UNEVEN, Script(FILM, noting.records))

    assert any(record["abandoned"] for record in noting.records)
    assert any(record["replaces"] for record in noting.records)
    assert [s.representation.id for s in again.segments] == [
        s.representation.id for s in played.segments
    ]
    assert again.startup_s == pytest.approx(played.startup_s)
    assert sum(s.stall_s for s in again.segments) == pytest.approx(
        sum(s.stall_s for s in played.segments), abs=0.2
    )


def test_a_script_goes_on_past_the_end_of_its_report() -> None:
    noting = Noting()
    simulate_player(SETTING, UNEVEN, noting)
    session = simulate_player(SETTING, UNEVEN, Script(FILM, noting.records[:3]))

    assert len(session.segments) == 16


def _record(kind: str, index: int, ended_s: float, took_s: float) -> dict[str, Any]:
    return {
        "set": kind,
        "index": index,
        "at_s": ended_s,
        "duration_s": took_s,
        "bytes": 125_000 - HEAD_BYTES,  # a tenth of a second
        "abandoned": False,
    }


def test_what_the_machine_takes_is_told_apart_from_the_network() -> None:
    report = {
        "startup_s": 1.0,
        "segments": [
            _record("sound", 0, 0.5, 0.2),
            _record("video", 0, 0.9, 0.5),
            _record("video", 1, 1.02, 0.11),
            _record("sound", 1, 1.13, 0.11),
            _record("video", 2, 1.25, 0.11),
        ],
    }
    costs = MachineCosts.of([report])

    assert costs.asks_after_s == pytest.approx(0.3)
    assert costs.reads_after_s == pytest.approx(0.1)
    assert costs.shows_after_s == pytest.approx(0.1)
    assert costs.decides_after_s == pytest.approx(0.01)
    assert costs.answers_after_s == pytest.approx(0.01)


def _qoe(per_segment: float) -> Qoe:
    return Qoe(
        segments=10,
        quality=per_segment * 10,
        startup_penalty=0.0,
        rebuffer_penalty=0.0,
        switch_penalty=0.0,
        startup_s=0.0,
        rebuffer_s=0.0,
        switches=0,
    )


def test_a_session_counts_when_both_utilities_agree() -> None:
    close = Comparison(
        trace="close",
        played={Utility.LIN: _qoe(2.0), Utility.LOG: _qoe(1.0)},
        simulated={Utility.LIN: _qoe(2.04), Utility.LOG: _qoe(0.96)},
        followed={Utility.LIN: _qoe(2.0), Utility.LOG: _qoe(1.01)},
    )
    apart = replace(close, simulated={Utility.LIN: _qoe(2.0), Utility.LOG: _qoe(1.2)})

    found = figures([close, apart], 0.5)

    assert found["within_5_percent"] == 1
    assert found["worst_percent"] == pytest.approx(20)
    assert found["median_percent"] == pytest.approx(12)
    assert found["worst_percent_same_decisions"] == pytest.approx(1)


def test_twelve_traces_come_along() -> None:
    traces = [trace for folder in FOLDERS for trace in folder.glob("*.csv")]

    assert len(traces) == 12
    for trace in traces:
        assert parse(trace.read_text(encoding="utf-8")).mean_bps > 350_000
        assert trace.stat().st_size < 10_000
