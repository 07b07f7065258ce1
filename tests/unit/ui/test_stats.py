from __future__ import annotations

import itertools

from player.snapshot import PlayerProblem, PlayerState, Snapshot
from tests.helpers.screens import estimate, film_snapshot
from ui.viewmodel.stats import chart_of, stats_of


def test_the_panel_says_what_anyone_can_read() -> None:
    stats = stats_of(film_snapshot(dropped_frames=2, rebuffers=1))
    assert (stats.state, stats.facts) == ("Streaming", "720p · 2.4 Mbit/s")
    assert stats.throughput == "3.1 ± 0.6 Mbit/s"
    assert stats.buffer == "27.4 s"
    assert stats.reason.startswith("Stayed at 720p")
    assert stats.counters == "dropped 2 · startup 0.21 s · rebuffers 1"
    assert stats.well


def test_before_anything_was_measured_it_says_so() -> None:
    stats = stats_of(Snapshot())
    assert stats.throughput == "not measured"
    assert stats.reason == ""
    assert stats.chart == chart_of(())


def test_trouble_has_a_word_and_not_only_a_colour() -> None:
    stuck = stats_of(film_snapshot(state=PlayerState.REBUFFERING))
    assert (stuck.state, stuck.well) == ("Rebuffering", False)
    away = PlayerProblem(code="x", title="", detail="", hint="")
    assert stats_of(film_snapshot(waiting=away)).state == "Network away"


def test_the_ladder_is_a_staircase() -> None:
    steps = chart_of(film_snapshot().timeline).representation
    for (x0, y0), (x1, y1) in itertools.pairwise(steps):
        assert x0 == x1 or y0 == y1


def test_the_band_goes_out_above_and_back_below() -> None:
    chart = chart_of(film_snapshot().timeline)
    half = len(chart.band) // 2
    upper, lower = chart.band[:half], chart.band[: half - 1 : -1]
    assert [x for x, _ in upper] == [x for x, _ in lower]
    assert all(above > below for (_, above), (_, below) in zip(upper, lower, strict=True))


def test_a_network_far_faster_than_the_film_leaves_the_ladder_visible() -> None:
    fast = tuple(
        point.__class__(
            at_s=point.at_s,
            segment_index=point.segment_index,
            throughput_bps=3e9,
            estimate=estimate(3e9, 1e9),
            buffer_level_s=point.buffer_level_s,
            bandwidth_bps=point.bandwidth_bps,
            height_px=point.height_px,
        )
        for point in film_snapshot().timeline
    )
    heights = {y for _, y in chart_of(fast).representation}
    assert max(heights) - min(heights) > 0.1


def test_only_the_last_minutes_are_drawn() -> None:
    timeline = film_snapshot().timeline
    late = tuple(
        point.__class__(
            at_s=point.at_s + 10_000.0,
            segment_index=point.segment_index,
            throughput_bps=point.throughput_bps,
            estimate=point.estimate,
            buffer_level_s=point.buffer_level_s,
            bandwidth_bps=point.bandwidth_bps,
            height_px=point.height_px,
        )
        for point in timeline
    )
    assert chart_of(timeline + late) == chart_of(late)
