"""Published rules, checked against figures worked out by hand."""

from __future__ import annotations

import itertools

import pytest

from abr.context import DecisionContext, Phase
from abr.media import RepresentationId
from abr.qoe import Utility
from abr.rules.bba import BbaRule
from abr.rules.request import SwitchRequest
from abr.rules.robust_mpc import RobustMpcRule
from tests.helpers.films import ladder, moment, rung, transfer


def _id(request: SwitchRequest | None) -> str:
    assert request is not None
    return request.representation.id


@pytest.mark.parametrize(
    ("level_s", "expected"),
    [(0.5, "v240"), (7.4, "v240"), (7.6, "v360"), (12.4, "v480"), (12.6, "v720"), (15.0, "v1080")],
)
def test_bba_climbs_linearly_between_reservoir_and_cushion(level_s: float, expected: str) -> None:
    assert _id(BbaRule()(moment(buffer_level_s=level_s))) == expected


def test_bba_has_no_opinion_on_the_first_segment() -> None:
    assert BbaRule()(moment(phase=Phase.STARTUP, buffer_level_s=0.0)) is None


def test_robust_mpc_divides_the_harmonic_mean_by_the_largest_recent_error() -> None:
    # Means of what came before: 2, then 2.667; errors |2-4|/4 = 0.5 and |2.667-2|/2 = 0.333.
    # The mean of all three is 2.4.
    assert RobustMpcRule().cautious_bps([2e6, 4e6, 2e6]) == pytest.approx(2.4e6 / 1.5)


def test_robust_mpc_forgets_errors_after_five() -> None:
    rates = [1e6, 8e6, *[4e6] * 10]

    assert RobustMpcRule().cautious_bps(rates) == pytest.approx(4e6)


FILM = ladder(
    [
        rung(240, 500_000, [250_000] * 12),
        rung(480, 1_500_000, [750_000] * 12),
        rung(1080, 4_000_000, [2_000_000] * 12),
    ]
)


@pytest.mark.parametrize("buffer_level_s", [0.0, 5.0, 9.0, 30.0])
@pytest.mark.parametrize("rate_bps", [0.6e6, 1.2e6, 2.5e6, 6e6])
def test_robust_mpc_begins_the_best_of_all_sequences(
    rate_bps: float, buffer_level_s: float
) -> None:
    sample = transfer(rate_bps, ttfb_s=0.0)
    context = moment(
        FILM,
        segment_index=4,
        buffer_level_s=buffer_level_s,
        previous=RepresentationId("v480"),
        history=(sample,),
    )

    best = max(itertools.product(range(3), repeat=5), key=lambda s: _total(s, context, rate_bps))

    chosen = RobustMpcRule(utility=Utility.LIN)(context)
    assert _id(chosen) == FILM.representations[best[0]].id


def _total(sequence: tuple[int, ...], context: DecisionContext, rate_bps: float) -> float:
    qualities = (0.5, 1.5, 4.0)
    level_s, before, total = context.buffer_level_s, 1, 0.0
    for position in sequence:
        took_s = FILM.representations[position].segment_bytes[0] * 8 / rate_bps
        total += qualities[position] - abs(qualities[position] - qualities[before])
        total -= 4.0 * max(0.0, took_s - level_s)
        level_s = min(max(level_s - took_s, 0.0) + 4.0, 60.0)
        before = position
    return total


def test_robust_mpc_looks_less_far_on_a_long_ladder() -> None:
    long_ladder = ladder(
        [rung(100 + n, 200_000 * (n + 1), [90_000 * (n + 1)] * 20) for n in range(12)]
    )

    request = RobustMpcRule()(moment(long_ladder, history=(transfer(1.5e6),)))

    assert request is not None
    assert len(request.considered) == 12
