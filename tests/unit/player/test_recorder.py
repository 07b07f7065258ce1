"""What the live chart is told of a playback."""

from __future__ import annotations

from abr.decision import Decision, Reason
from abr.media import AdaptationSetId
from player.recorder import Recorder
from player.records import SegmentRecord
from tests.helpers.films import moment, steady_film

FILM = steady_film()


def _record(set_id: AdaptationSetId, *, abandoned: bool) -> SegmentRecord:
    return SegmentRecord(
        set_id=set_id,
        index=0,
        representation=FILM.representations[2],
        received_bytes=9_000,
        ttfb_s=0.1,
        duration_s=1.0,
        finished_at_s=1.0,
        from_store=False,
        abandoned=abandoned,
        buffer_level_s=3.0,
        estimate=None,
    )


def test_the_timeline_marks_what_happened_since_the_moment_before() -> None:
    recorder = Recorder(lambda: 7.0, 0.0)
    recorder.follow(FILM)

    def tick() -> tuple[bool, bool, bool]:
        shown = FILM.representations[2]
        recorder.tick(segment_index=0, shown=shown, buffer_level_s=3.0, estimate=None)
        point = recorder.timeline[-1]
        return point.stalled, point.given_up, point.replaced

    recorder.fetched(_record(FILM.id, abandoned=False))
    recorder.fetched(_record(AdaptationSetId("audio"), abandoned=True))
    assert tick() == (False, False, False)
    recorder.fetched(_record(FILM.id, abandoned=True))
    recorder.stalled(3.0)
    assert tick() == (True, True, False)
    again = Decision(
        representation=FILM.representations[3],
        reason=Reason.REPLACE,
        rule="plan",
        explanation="So.",
    )
    recorder.decided(moment(FILM), again)
    recorder.flowing()
    assert tick() == (False, False, True)
    assert tick() == (False, False, False)
