"""When a transfer is given up, and when it never is."""

from __future__ import annotations

from typing import Any

import pytest

from abr.context import DecisionContext, Limits, Phase, TransferProgress
from abr.decision import Decision, Reason
from abr.engine import AbrEngine
from abr.media import RepresentationId
from tests.helpers.films import estimate, moment

TOP_BYTES = 2_250_000  # a segment of 1080p, 4 s at 4.5 Mbit/s


def _progress(**changes: Any) -> TransferProgress:
    """A tenth of a top segment after 2 s: 0.9 Mbit/s, 18 s to go."""
    values: dict[str, Any] = {
        "representation_id": RepresentationId("v1080"),
        "segment_index": 10,
        "received_bytes": TOP_BYTES // 10,
        "total_bytes": TOP_BYTES,
        "ttfb_s": 0.0,
        "elapsed_s": 2.0,
    }
    return TransferProgress(**{**values, **changes})


def _ask(progress: TransferProgress, context: DecisionContext | None = None) -> Decision | None:
    default = moment(buffer_level_s=5.0, estimate=estimate(6e6))
    return AbrEngine().should_abandon(context or default, progress)


def test_a_collapse_is_answered_with_the_highest_rung_that_still_comes_in_time() -> None:
    decision = _ask(_progress())

    # 360p: 2.8 Mbit at 0.9 take 3.1 s of the 5 s left; 480p would take 5.3 s.
    assert decision is not None
    assert decision.representation.id == "v360"
    assert decision.reason is Reason.ABANDON
    assert decision.explanation == (
        "Gave up the transfer and took 360p: the rest would take 18.0 s and the buffer lasts 5.0."
    )


def test_the_lowest_rung_is_the_answer_when_nothing_comes_in_time() -> None:
    decision = _ask(_progress(), moment(buffer_level_s=1.0, estimate=estimate(6e6)))

    assert decision is not None
    assert decision.representation.id == "v240"


@pytest.mark.parametrize(
    "progress",
    [
        _progress(elapsed_s=0.4, received_bytes=45_000),  # too early to judge
        _progress(elapsed_s=2.0, received_bytes=TOP_BYTES * 4 // 10),  # arrives in 3 s of 5
        _progress(representation_id=RepresentationId("v240"), total_bytes=150_000),  # lowest
        _progress(received_bytes=TOP_BYTES - 140_000, elapsed_s=120.0),  # less is left than 240p
        _progress(representation_id=RepresentationId("unknown")),
    ],
    ids=["early", "in time", "lowest", "nearly done", "unknown"],
)
def test_a_transfer_goes_on(progress: TransferProgress) -> None:
    assert _ask(progress) is None


def test_a_long_buffer_waits_for_the_slow_spell_to_pass() -> None:
    assert _ask(_progress(), moment(buffer_level_s=9.0, estimate=estimate(6e6))) is None


def test_a_fixed_representation_is_never_given_up() -> None:
    fixed = Limits(fixed=RepresentationId("v1080"))

    assert _ask(_progress(), moment(buffer_level_s=1.0, limits=fixed)) is None


def test_before_the_first_picture_patience_is_measured_in_segments() -> None:
    context = moment(phase=Phase.STARTUP, buffer_level_s=0.0)

    # 1.8 segments are 7.2 s: 18 s more are too many, 4 s are not.
    assert _ask(_progress(), context) is not None
    assert _ask(_progress(received_bytes=TOP_BYTES // 3), context) is None


def test_a_server_that_does_not_answer_is_asked_for_less() -> None:
    silent = _progress(received_bytes=0, ttfb_s=None, elapsed_s=3.0)
    context = moment(buffer_level_s=2.0, estimate=estimate(6e6, ttfb_s=0.1))

    decision = _ask(silent, context)

    assert decision is not None
    assert decision.representation.id == "v480"


def test_a_wait_as_usual_for_the_first_byte_is_no_silence() -> None:
    waiting = _progress(received_bytes=0, ttfb_s=None, elapsed_s=3.0)

    assert _ask(waiting, moment(buffer_level_s=2.0, estimate=estimate(6e6, ttfb_s=1.0))) is None
    assert _ask(waiting, moment(buffer_level_s=2.0)) is None


def test_a_collapse_in_mid_transfer_is_noticed_though_the_mean_is_still_good() -> None:
    engine = AbrEngine()
    context = moment(buffer_level_s=4.0, estimate=estimate(6e6))
    came = TOP_BYTES // 2  # in the first second: 9 Mbit/s, then nothing

    answers = [
        engine.should_abandon(context, _progress(received_bytes=came, elapsed_s=elapsed_s))
        for elapsed_s in (1.0, 1.5, 2.0, 2.5, 3.0)
    ]

    assert answers[0] is None
    assert answers[-1] is not None


def test_abandoning_ends_at_the_lowest_rung_at_the_latest() -> None:
    engine = AbrEngine()
    context = moment(buffer_level_s=0.5, estimate=estimate(6e6))
    current, steps = context.ladder[-1], 0
    while decision := engine.should_abandon(
        context,
        _progress(
            representation_id=current.id,
            total_bytes=current.segment_bytes[10],
            received_bytes=100,
            elapsed_s=2.0,
        ),
    ):
        assert context.ladder.index(decision.representation) < context.ladder.index(current)
        current, steps = decision.representation, steps + 1

    assert current is context.ladder[0]
    assert 1 <= steps < len(context.ladder)
