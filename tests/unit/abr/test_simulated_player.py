"""A session as the player has it, on films short enough to compute by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from abr.context import (
    BufferedSegment,
    DecisionContext,
    Phase,
    ThroughputEstimate,
    TransferProgress,
    TransferSample,
)
from abr.decision import Decision, Reason, Replacement
from abr.engine import AbrEngine
from abr.media import AdaptationSet, AdaptationSetId, MediaKind, Representation, RepresentationId
from abr.qoe import QoeModel
from abr.simulated_player import PlayerSetting, simulate_player
from abr.trace import Trace
from tests.helpers.films import ladder, rung, steady_film

# 4 s segments; no init segments worth a byte, so that figures stay round.
FILM = ladder([rung(240, 1_000_000, [500_000] * 4), rung(720, 4_000_000, [2_000_000] * 4)])
FILM = replace(FILM, representations=tuple(replace(r, init_bytes=0) for r in FILM.representations))
SOUND = AdaptationSet(
    id=AdaptationSetId("sound"),
    kind=MediaKind.AUDIO,
    segment_durations_s=(4.0,) * 4,
    representations=(
        Representation(
            id=RepresentationId("a"),
            codecs="",
            bandwidth_bps=250_000,
            average_bandwidth_bps=250_000,
            segment_path="",
            segment_bytes=(125_000,) * 4,
        ),
    ),
)
PLAIN = PlayerSetting(video=FILM, dry_before_s=0.0, read_ahead_s=2.0)


class Always:
    """Always the same rung; notes what it is asked and told."""

    estimate: ThroughputEstimate | None = None

    def __init__(self, position: int = 0, again: int | None = None) -> None:
        self.seen: list[DecisionContext] = []
        self.samples: list[TransferSample] = []
        self.offered: list[tuple[BufferedSegment, ...]] = []
        self._position, self._again = position, again

    @property
    def history(self) -> tuple[TransferSample, ...]:
        return tuple(self.samples)

    def observe(self, sample: TransferSample) -> None:
        self.samples.append(sample)

    def decide(self, context: DecisionContext) -> Decision:
        self.seen.append(context)
        return _decision(context.ladder[self._position])

    def should_abandon(self, context: DecisionContext, progress: TransferProgress) -> None:
        """Never."""

    def replacement(
        self, context: DecisionContext, buffered: tuple[BufferedSegment, ...]
    ) -> Replacement | None:
        self.offered.append(buffered)
        open_ = [s.index for s in buffered if s.replaceable and s.representation_id != "v720"]
        if self._again not in open_:
            return None
        return Replacement(segment_index=self._again, decision=_decision(context.ladder[1]))

    def should_drop(self, context: DecisionContext, progress: TransferProgress) -> bool:  # noqa: ARG002 - whatever it is
        return False


def _decision(representation: Representation) -> Decision:
    return Decision(
        representation=representation, reason=Reason.FIXED, rule="always", explanation=""
    )


def _order(engine: Always) -> list[str]:
    return [f"{s.representation_id}/{s.segment_index}" for s in engine.samples]


def test_the_stream_that_ends_first_is_fetched_next_sound_first() -> None:
    # 8 Mbit/s: half a second of picture, an eighth of sound. Both of a film's first segments are
    # waited for, so that they come side by side; later ones come one after the other.
    engine = Always()
    session = simulate_player(
        replace(PLAIN, sound=SOUND), Trace([(1.0, 8e6)], latency_s=0.0), engine
    )

    assert _order(engine)[:6] == ["a/0", "v240/0", "a/1", "v240/1", "a/2", "v240/2"]
    assert [s.duration_s for s in engine.samples[:4]] == pytest.approx([0.25, 0.625, 0.125, 0.5])
    assert session.startup_s == pytest.approx(0.625)
    # The level is the lesser of both: sound of the second segment is there, its picture is not.
    assert engine.seen[1].buffer_level_s == pytest.approx(4.0 - 0.125)


def test_what_comes_before_the_film_costs_round_trips_and_bytes() -> None:
    # 0.1 s a round trip; 100 kB of manifest and 50 kB an init segment at a megabyte per second.
    film = replace(
        FILM, representations=tuple(replace(r, init_bytes=50_000) for r in FILM.representations)
    )
    setting = replace(
        PLAIN,
        video=film,
        manifest_bytes=100_000,
        asks_after_s=1.0,
        reads_after_s=0.3,
        shows_after_s=0.2,
    )
    engine = Always()
    session = simulate_player(setting, Trace([(1.0, 8e6)], latency_s=0.1), engine)

    first = engine.samples[0]
    # The player asks for the choice's init segment by itself, as soon as it has the manifest.
    assert first.finished_at_s - first.duration_s == pytest.approx(0.2 + 0.15)
    # Meanwhile the media engine asks for that of the timeline, whose bytes come in between.
    assert first.duration_s == pytest.approx(0.1 + 0.5 + 0.05)
    # The segment is there at 1.0 s; the wish was a second before the first request.
    assert session.startup_s == pytest.approx(1.0 + 1.0 + 0.2)


def test_after_a_rebuffer_nothing_is_shown_before_there_is_enough() -> None:
    # Picture takes 5 s a segment. With 4 s wanted one segment is enough after each stall.
    trace = Trace([(1.0, 800_000)], latency_s=0.0)
    engine = Always()
    session = simulate_player(PLAIN, trace, engine)

    assert session.startup_s == pytest.approx(5.0)
    assert [s.stall_s for s in session.segments] == pytest.approx([0, 1, 1, 1])
    assert [c.phase for c in engine.seen] == [Phase.STARTUP, Phase.STEADY] + (
        [Phase.AFTER_REBUFFER] * 2
    )

    # With 8 s wanted the first stall lasts until two are there, from 9 s to 15 s. When the first
    # of them has played there are 4 s again, which will not do before the film is complete.
    patient = simulate_player(replace(PLAIN, after_rebuffer_s=8.0), trace, Always())
    assert [s.stall_s for s in patient.segments] == pytest.approx([0, 6, 1, 0])


def test_the_media_engine_stands_still_before_the_very_end_of_what_it_has() -> None:
    trace = Trace([(1.0, 800_000)], latency_s=0.0)
    session = simulate_player(replace(PLAIN, dry_before_s=0.25), trace, Always())

    # A quarter of a second earlier, and then there is as much more to play.
    assert [s.stall_s for s in session.segments] == pytest.approx([0, 1.25, 1, 1])


def test_film_that_was_handed_over_is_not_fetched_again() -> None:
    # An eighth of a second a segment, half a second of the better one: at 0.25 s there are two.
    quick = Trace([(1.0, 32e6)], latency_s=0.0)
    engine = Always(again=1)
    session = simulate_player(replace(PLAIN, replace_above_s=7.0), quick, engine)

    assert _order(engine) == ["v240/0", "v240/1", "v720/1", "v240/2", "v240/3"]
    assert [s.representation.id for s in session.segments] == ["v240", "v720", "v240", "v240"]
    assert [s.replaceable for s in engine.offered[0]] == [False, True]

    # A media engine that asks for it 3.5 s before it plays does so at 0.625 s, too soon for that.
    hasty = Always(again=1)
    kept = simulate_player(replace(PLAIN, replace_above_s=7.0, read_ahead_s=3.5), quick, hasty)
    assert [s.representation.id for s in kept.segments] == ["v240"] * 4
    assert [s.given_up for s in hasty.samples] == [False, False, True, False, False]


def test_a_full_buffer_pauses_fetching() -> None:
    engine = Always()
    simulate_player(replace(PLAIN, max_buffer_s=6.0), Trace([(1.0, 8e6)], latency_s=0.0), engine)

    # Shown from 0.5 s on. 7.5 s at 1 s: the third is asked for with 6 s left, at 2.5 s, the
    # fourth at 6.5 s; the player looks with every picture.
    asked = [s.finished_at_s - s.duration_s for s in engine.samples]
    assert asked == pytest.approx([0.0, 0.5, 2.5, 6.5], abs=0.1)


def test_our_engine_plays_a_collapse_to_its_end() -> None:
    film = steady_film(12)
    trace = Trace([(6.0, 12e6), (60.0, 500_000.0)])
    setting = PlayerSetting(video=film, sound=None, max_buffer_s=20.0)

    session = simulate_player(setting, trace, AbrEngine())

    model = QoeModel.of(film.representations)
    assert len(session.segments) == 12
    assert session.score(model).segments == 12
    assert session.score(model, 5).segments == 5
