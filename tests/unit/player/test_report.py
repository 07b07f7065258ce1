"""The report of a playback: what it holds, and where stalls are counted."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from abr.context import Limits
from abr.engine import AbrEngine
from abr.media import Representation
from player import report
from player.recorder import Recorder
from player.records import SegmentRecord
from tests.helpers.films import estimate, moment
from tests.helpers.player_fakes import paper_film

FILM = paper_film(segments=5)
KEYS = {
    "startup_s",
    "rebuffers",
    "decisions",
    "segments",
    "mpv_switches",
    "decode_errors",
    "dropped_frames",
    "qoe",
}


class Clock:
    """Time as a test wants it."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def arrived(
    index: int, representation: Representation, *, abandoned: bool = False
) -> SegmentRecord:
    return SegmentRecord(
        set_id=FILM.video.id,
        index=index,
        representation=representation,
        received_bytes=1000,
        ttfb_s=0.1,
        duration_s=0.3,
        finished_at_s=101.0 + index,
        from_store=False,
        abandoned=abandoned,
        buffer_level_s=4.0,
        estimate=None,
    )


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def recorder(clock: Clock) -> Recorder:
    """Five segments arrived, the third one twice."""
    made = Recorder(clock, 100.0)
    made.follow(FILM.video)
    low, middle, high = FILM.ladder
    for index, representation in enumerate((low, middle, high, high, low)):
        if index == 2:
            made.fetched(arrived(index, low, abandoned=True))
        made.fetched(arrived(index, representation))
    return made


def stall(recorder: Recorder, clock: Clock, position_s: float, length_s: float) -> None:
    recorder.stalled(position_s)
    clock.now_s += length_s
    recorder.flowing()


def stalls(recorder: Recorder) -> list[tuple[int, float]]:
    return [(s.index, s.stall_s) for s in report.played_segments(FILM.video, recorder)]


def test_what_was_replaced_is_marked_and_its_bytes_counted_as_wasted(clock: Clock) -> None:
    low, _, high = FILM.ladder
    recorder = Recorder(clock, began_at_s=100.0)
    recorder.follow(FILM.video)
    in_vain = replace(arrived(2, high, abandoned=True), replaces=low.id)
    again = replace(arrived(1, high), replaces=low.id)
    for record in (arrived(0, low), arrived(1, low), arrived(2, low), in_vain, again):
        recorder.fetched(record)

    document = report.build(FILM.presentation, recorder, name="Film")

    marks = [(s["index"], s["replaced"], s["replaces"]) for s in document["segments"]]
    assert marks == [
        (0, False, None),
        (1, True, None),
        (2, False, None),
        (2, False, low.id),
        (1, False, low.id),
    ]
    assert document["wasted_bytes"] == 2000


def test_it_holds_what_is_documented(recorder: Recorder, clock: Clock) -> None:
    clock.now_s = 100.4
    recorder.started()
    clock.now_s = 107.0
    context = moment(FILM.video, segment_index=3, estimate=estimate(2e6), limits=Limits())
    recorder.decided(context, AbrEngine().decide(context))
    recorder.switched(8.0, 1280, 720)
    recorder.decode_errors.append("mishap")
    recorder.dropped_frames = 3
    for position_s in (0.0, 4.0, 8.0, 11.9):
        recorder.moved(position_s)
    stall(recorder, clock, 3.96, 1.5)

    document = report.build(FILM.presentation, recorder, name='A "film"')

    assert document.keys() >= KEYS
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert document["title"] == 'A "film"'
    assert document["startup_s"] == pytest.approx(0.4)
    assert document["rebuffers"] == [
        {"position_s": 3.96, "at_s": pytest.approx(7.0), "length_s": pytest.approx(1.5)}
    ]
    (switch,) = document["mpv_switches"]
    assert (switch["position_s"], switch["width_px"], switch["height_px"]) == (8.0, 1280, 720)
    assert (document["decode_errors"], document["decode_error_texts"]) == (1, ["mishap"])
    assert document["dropped_frames"] == 3
    assert document["position_s"] == 11.9
    assert document["segment_duration_s"] == 4.0
    assert [r["id"] for r in document["ladder"]] == ["v180", "v360", "v720"]


def test_a_decision_is_told_with_its_moment(recorder: Recorder) -> None:
    context = moment(FILM.video, segment_index=3, now_s=106.0, estimate=estimate(2e6))
    decision = AbrEngine().decide(context)
    recorder.decided(context, decision)

    (told,) = report.build(FILM.presentation, recorder, name="")["decisions"]

    assert told["at_s"] == pytest.approx(6.0)
    assert (told["segment_index"], told["position_s"]) == (3, 12.0)
    assert told["representation"] == decision.representation.id
    assert told["reason"] == decision.reason
    assert told["explanation"] == decision.explanation
    assert told["context"]["buffer_level_s"] == 12.0
    assert told["context"]["estimate"]["throughput_bps"] == 2e6
    assert told["context"]["limits"] == {
        "max_height_px": None,
        "screen_height_px": None,
        "max_bandwidth_bps": None,
        "too_heavy": None,
        "fixed": None,
    }
    assert len(told["considered"]) == 3


def test_a_segment_is_told_with_its_transfer(recorder: Recorder) -> None:
    told = report.build(FILM.presentation, recorder, name="")["segments"]

    assert [(s["index"], s["representation"], s["abandoned"]) for s in told] == [
        (0, "v180", False),
        (1, "v360", False),
        (2, "v180", True),
        (2, "v720", False),
        (3, "v720", False),
        (4, "v180", False),
    ]
    assert told[0]["bytes"] == 1000
    assert told[0]["throughput_bps"] == pytest.approx(8000 / 0.2)
    assert told[0]["at_s"] == pytest.approx(1.0)


def test_played_is_what_was_on_screen_in_the_order_it_was(recorder: Recorder) -> None:
    for position_s in (0.0, 0.04, 3.96, 4.0, 16.0, 16.04, 0.5, 0.54):
        recorder.moved(position_s)

    played = report.played_segments(FILM.video, recorder)

    assert [(s.index, s.representation.id) for s in played] == [
        (0, "v180"),
        (1, "v360"),
        (4, "v180"),
        (0, "v180"),
    ]


def test_what_was_only_fetched_was_not_played(recorder: Recorder) -> None:
    recorder.moved(12.0)

    assert [s.index for s in report.played_segments(FILM.video, recorder)] == [3]


@pytest.mark.parametrize(
    ("position_s", "index"),
    [(3.96, 1), (4.0, 1), (0.0, 0), (7.92, 2), (8.04, 2), (11.99, 3), (12.5, 3)],
)
def test_a_stall_belongs_to_the_segment_it_waited_for(
    recorder: Recorder, clock: Clock, position_s: float, index: int
) -> None:
    for n in range(4):
        recorder.moved(n * 4.0)
    stall(recorder, clock, position_s, 2.0)

    assert stalls(recorder) == [(n, 2.0 if n == index else 0.0) for n in range(4)]


def test_a_stall_before_a_segment_that_never_came_is_counted_too(
    recorder: Recorder, clock: Clock
) -> None:
    recorder.moved(0.0)
    stall(recorder, clock, 3.96, 2.0)

    assert stalls(recorder) == [(0, 2.0)]


def test_several_stalls_of_one_segment_add_up(recorder: Recorder, clock: Clock) -> None:
    recorder.moved(0.0)
    recorder.moved(4.0)
    stall(recorder, clock, 3.96, 2.0)
    stall(recorder, clock, 3.96, 0.5)

    assert stalls(recorder)[1] == (1, 2.5)


def test_a_stall_goes_on_until_film_is_back(recorder: Recorder, clock: Clock) -> None:
    told = [recorder.is_stalled]
    recorder.stalled(4.0)
    clock.now_s += 1.0
    recorder.stalled(4.0)
    told.append(recorder.is_stalled)
    lengths_s = [r.length_s for r in recorder.rebuffers]
    clock.now_s += 1.0
    recorder.flowing()
    recorder.flowing()
    told.append(recorder.is_stalled)

    assert told == [False, True, False]
    assert lengths_s == [0.0]
    assert [r.length_s for r in recorder.rebuffers] == [2.0]


def test_the_startup_delay_is_that_of_the_first_picture(recorder: Recorder, clock: Clock) -> None:
    clock.now_s = 101.0
    recorder.started()
    clock.now_s = 150.0
    recorder.started()

    assert recorder.startup_s == pytest.approx(1.0)


def test_quality_follows_what_was_shown(recorder: Recorder, clock: Clock) -> None:
    clock.now_s = 101.0
    recorder.started()
    for n in range(3):
        recorder.moved(n * 4.0)
    stall(recorder, clock, 3.96, 2.0)

    lin = report.build(FILM.presentation, recorder, name="")["qoe"]["lin"]

    # 0.08, 0.24 and 0.72 Mbit/s; each second of waiting costs as much as the best segment gives.
    assert lin["quality"] == pytest.approx(1.04)
    assert lin["switch_penalty"] == pytest.approx(0.64)
    assert lin["rebuffer_s"] == pytest.approx(2.0)
    assert (lin["segments"], lin["switches"]) == (3, 2)
    assert lin["total"] == pytest.approx(
        1.04 - 0.64 - lin["rebuffer_penalty"] - lin["startup_penalty"]
    )


def test_sound_alone_has_a_report_without_a_picture(clock: Clock) -> None:
    audio = FILM.presentation.__class__(
        id=FILM.presentation.id, duration_s=20.0, adaptation_sets=FILM.audio
    )

    document = report.build(audio, Recorder(clock, 100.0), name="")

    assert (document["qoe"], document["ladder"]) == ({}, [])
    assert document["startup_s"] is None
