"""QoE, computed by hand."""

from __future__ import annotations

import math

import pytest

from abr.qoe import PlayedSegment, QoeModel, Utility
from tests.helpers.films import rung

LOW = rung(240, 500_000, [1, 1, 1, 1], vmaf=[40, 42, 44, 46])
HIGH = rung(720, 2_000_000, [1, 1, 1, 1], vmaf=[90, 91, 92, 93])
SESSION = (
    PlayedSegment(representation=LOW, index=0),
    PlayedSegment(representation=HIGH, index=1),
    PlayedSegment(representation=HIGH, index=2, stall_s=0.5),
    PlayedSegment(representation=LOW, index=3),
)


def test_linear_quality_less_waiting_less_switching() -> None:
    qoe = QoeModel.of((LOW, HIGH)).score(SESSION, startup_s=0.25)

    assert qoe.quality == pytest.approx(5.0)
    assert qoe.startup_penalty == pytest.approx(2.0 * 0.25)
    assert qoe.rebuffer_penalty == pytest.approx(2.0 * 0.5)
    assert qoe.switch_penalty == pytest.approx(3.0)
    assert qoe.switches == 2
    assert qoe.total == pytest.approx(0.5)
    assert qoe.per_segment == pytest.approx(0.125)


def test_logarithmic_quality_counts_ratios() -> None:
    qoe = QoeModel.of((LOW, HIGH), Utility.LOG).score(SESSION, startup_s=0.25)

    assert qoe.total == pytest.approx(math.log(4) * (2 - 0.25 - 0.5 - 2))


def test_perceptual_quality_is_that_of_each_segment() -> None:
    qoe = QoeModel.of((LOW, HIGH), Utility.VMAF).score(SESSION, startup_s=0.0)

    assert qoe.quality == pytest.approx((40 + 91 + 92 + 46) / 20)
    assert qoe.switch_penalty == pytest.approx((51 + 1 + 46) / 20)
    assert qoe.rebuffer_penalty == pytest.approx(2.5)


def test_weights_are_the_caller_s_to_choose() -> None:
    model = QoeModel.of((LOW, HIGH), wait_weight=10.0, switch_weight=0.0)

    assert model.score(SESSION, startup_s=0.0).total == pytest.approx(0.0)


def test_vmaf_that_was_never_measured_is_an_error_not_a_zero() -> None:
    bare = rung(240, 500_000, [1])

    with pytest.raises(ValueError, match="v240"):
        QoeModel.of((bare,), Utility.VMAF).quality(bare, 0)


def test_a_session_without_a_segment_scores_nothing() -> None:
    assert QoeModel.of((LOW, HIGH)).score((), startup_s=0.0).per_segment == 0.0
