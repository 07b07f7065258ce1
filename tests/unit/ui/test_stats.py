from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from abr.decision import Considered
from abr.media import RepresentationId
from player.snapshot import PlayerProblem, PlayerState, Snapshot
from tests.helpers.screens import film_snapshot
from tests.helpers.watched import estimate
from ui.viewmodel.chart import chart_of
from ui.viewmodel.stats import MOST_WEIGHED, WeighedView, stats_of, weighed_of


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
    assert weighed_of(Snapshot()) == ()


def test_a_wide_estimate_is_told_as_a_range() -> None:
    wide = replace(estimate(2.3e6), low_bps=0.9e6, high_bps=6.1e6)
    assert stats_of(film_snapshot(estimate=wide)).throughput == "900 kbit/s to 6.1 Mbit/s"


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


def test_what_was_weighed_is_listed_best_first_with_the_chosen_one_and_the_capped_marked() -> None:
    rows = weighed_of(film_snapshot())

    assert [row.name for row in rows] == ["1080p", "720p", "480p", "240p"]
    assert rows[0] == WeighedView(
        name="1080p", note="screen or plan allow 720p at most", capped=True
    )
    assert [row.name for row in rows if row.chosen] == ["720p"]
    assert rows[1].note == "quality 2.10 now, stall risk 1 %"


def test_of_a_long_ladder_the_neighbours_of_the_chosen_one_are_listed() -> None:
    film = film_snapshot()
    assert film.decision is not None
    rungs = tuple(
        replace(film.ladder[0], id=RepresentationId(f"v{n}"), height_px=100 + n) for n in range(12)
    )
    considered = tuple(Considered(representation_id=r.id, score=1.0, note="so") for r in rungs)
    decision = replace(film.decision, representation=rungs[10], considered=considered)

    rows = weighed_of(replace(film, ladder=rungs, decision=decision))

    assert len(rows) == MOST_WEIGHED
    assert rows[0].name == "111p"
    assert [row.name for row in rows if row.chosen] == ["110p"]


def test_stalls_and_marks_are_where_they_were_noted() -> None:
    plain = film_snapshot().timeline
    timeline = [replace(p, stalled=False, given_up=False, replaced=False) for p in plain]
    timeline[4] = replace(timeline[4], stalled=True)
    timeline[5] = replace(timeline[5], stalled=True)
    timeline[8] = replace(timeline[8], given_up=True)
    timeline[10] = replace(timeline[10], replaced=True)

    chart = chart_of(tuple(timeline))

    steps = len(timeline) - 1
    ((begins, ends),) = chart.stalls
    assert [begins * steps, ends * steps] == pytest.approx([3, 5])
    assert [x * steps for x, _ in chart.given_up] == pytest.approx([8])
    assert [x * steps for x, _ in chart.replaced] == pytest.approx([10])
    heights = {y for _, y in chart.representation}
    assert {y for _, y in (*chart.given_up, *chart.replaced)} <= heights
