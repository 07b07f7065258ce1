"""Published rules, checked against figures worked out by hand."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import pytest

from abr.context import DecisionContext, Phase, TransferSample
from abr.media import RepresentationId
from abr.qoe import Utility
from abr.rules.bba import BbaRule
from abr.rules.bola import BolaRule
from abr.rules.bola_e import BolaERule
from abr.rules.hls_js import HlsJsRule
from abr.rules.media3 import Media3Rule
from abr.rules.request import SwitchRequest
from abr.rules.robust_mpc import RobustMpcRule
from abr.rules.shaka import ShakaRule
from abr.rules.throughput import ThroughputRule
from tests.helpers.films import estimate, ladder, moment, rung, transfer


def _id(request: SwitchRequest | None) -> str:
    assert request is not None
    return request.representation.id


@pytest.mark.parametrize(
    ("level_s", "expected"),
    [(0.5, "v240"), (7.4, "v240"), (7.6, "v360"), (12.4, "v480"), (12.6, "v720"), (15.0, "v1080")],
)
def test_bba_climbs_linearly_between_reservoir_and_cushion(level_s: float, expected: str) -> None:
    assert _id(BbaRule()(moment(buffer_level_s=level_s))) == expected


def _line(
    rates_bps: Sequence[float], *, size: int = 1_000_000, every_s: float = 4.0, name: str = "v720"
) -> tuple[TransferSample, ...]:
    """One transfer after the other, the first at 0 s, without a wait for the first byte."""
    return tuple(
        transfer(
            rate_bps,
            size=size,
            ttfb_s=0.0,
            segment_index=number,
            finished_at_s=every_s * number + size * 8 / rate_bps,
            representation_id=RepresentationId(name),
        )
        for number, rate_bps in enumerate(rates_bps)
    )


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


@pytest.mark.parametrize(
    ("rate_bps", "expected"),
    [(0.2e6, "v240"), (2.66e6, "v480"), (2.67e6, "v720"), (4.9e6, "v720"), (5.01e6, "v1080")],
)
def test_throughput_leaves_a_tenth_of_the_network_free(rate_bps: float, expected: str) -> None:
    assert _id(ThroughputRule()(moment(history=_line([rate_bps])))) == expected


def test_throughput_believes_the_lesser_of_a_fast_and_a_slow_mean() -> None:
    # 8 Mbit in 2 s, then in 4 s. After 3 s of transfer a fast mean has forgotten half: the weights
    # are (1 - 2^-2/3) 2^-4/3 = 0.1469 and 1 - 2^-4/3 = 0.6031, its value 2.392 Mbit/s.
    request = ThroughputRule(share=1.0)(moment(history=_line([4e6, 2e6])))

    assert request is not None
    fast = (0.14685 * 4e6 + 0.60315 * 2e6) / 0.75
    assert request.considered[3].score == pytest.approx(fast / 2.4e6, rel=1e-4)
    # After a rise the slow mean is the lesser: weights 0.2102 (of 4 s) and 0.1591 (of 2 s).
    rising = ThroughputRule(share=1.0)(moment(history=_line([2e6, 4e6])))
    assert rising is not None
    old, new = (1 - 2**-0.5) * 2**-0.25, 1 - 2**-0.25
    slow = (old * 2e6 + new * 4e6) / (old + new)
    assert rising.considered[3].score == pytest.approx(slow / 2.4e6, rel=1e-6)


def test_throughput_at_double_speed_needs_twice_the_rate() -> None:
    context = moment(history=_line([5.1e6]), playback_speed=2.0)

    assert _id(ThroughputRule()(context)) == "v480"


def test_bola_scores_are_those_of_the_paper() -> None:
    # u = ln 1, ln 3, ln 8; V = (60 - 4) / (ln 8 + 5) = 7.910; sizes 0.5, 1.5, 4 Mbit/s.
    request = BolaRule()(moment(FILM, segment_index=0, buffer_level_s=44.0))

    control = 56 / (math.log(8) + 5)
    assert request is not None
    assert [entry.score for entry in request.considered] == pytest.approx(
        [
            (control * 5 - 44) / 0.5,
            (control * (math.log(3) + 5) - 44) / 1.5,
            (control * (math.log(8) + 5) - 44) / 4,
        ]
    )
    assert request.representation.id == "v1080"


def test_bola_says_which_buffer_the_next_rung_wants() -> None:
    # 480p beats 240p from (1.5 V 5 - 0.5 V (ln 3 + 5)) / (1.5 - 0.5) = V (5 - ln 3 / 2) = 35.2 s.
    request = BolaRule()(moment(FILM, segment_index=0, buffer_level_s=35.0))

    assert request is not None
    assert request.representation.id == "v240"
    assert request.because == "35.0 s of film ahead, 480p wants 35.2"


def test_bola_e_pretends_a_buffer_after_the_start_until_there_is_one() -> None:
    rule = BolaERule()
    soon = moment(
        segment_index=1, buffer_level_s=4.0, now_s=1.6, estimate=estimate(5e6), history=_line([5e6])
    )

    # 0.9 of 5 Mbit/s carry 1080p. Target 20 s, low 10 s: gp = ln 15, V = 10 / gp. 720p is worth
    # V (ln 8 + gp) = 17.68, 1080p 20, so that it is taken from (4.5 17.68 - 2.4 20) / 2.1 on:
    # 15.03 s, of which one segment of 4 s is there.
    assert rule.placeholder_s(soon) == pytest.approx(11.03, abs=0.01)
    later = moment(
        segment_index=6, buffer_level_s=20.0, now_s=24.0, history=_line([5e6] * 6, every_s=3.0)
    )
    assert rule.placeholder_s(later) == 0.0
    assert rule.placeholder_s(moment(segment_index=9, history=_line([5e6] * 3))) == 0.0  # a seek


def test_media3_takes_the_median_weighted_by_roots_of_bytes() -> None:
    # Roots: 1 MB 1000, 0.25 MB 500 and 500. Newest first they reach 2000 with the third one.
    small = _line([9e6, 1e6], size=250_000)
    samples = (transfer(2e6), transfer(3e6), *small)

    # Sorted 1 (500), 3 (1000), 9 (500): half of 2000 is passed at 3.
    assert Media3Rule().median_bps(samples) == pytest.approx(3e6)
    # 0.7 of that: 480p at 1.2 fits, 720p at 2.4 does not.
    assert _id(Media3Rule()(moment(history=samples))) == "v480"


def test_media3_begins_at_a_megabit_and_moves_by_buffer() -> None:
    first = moment(phase=Phase.STARTUP, buffer_level_s=0.0)
    fast, slow = _line([9e6]), _line([0.5e6])
    rule, before = Media3Rule(), RepresentationId("v480")

    assert _id(rule(first)) == "v360"
    assert _id(rule(moment(previous=before, buffer_level_s=9.9, history=fast))) == "v480"
    assert _id(rule(moment(previous=before, buffer_level_s=10.0, history=fast))) == "v1080"
    assert _id(rule(moment(previous=before, buffer_level_s=24.9, history=slow))) == "v240"
    assert _id(rule(moment(previous=before, buffer_level_s=25.0, history=slow))) == "v480"


def test_hls_js_asks_more_of_a_rung_to_climb_to_it_than_to_stay() -> None:
    carried = _line([2.7e6])  # 0.95 of it are 2.57, 0.7 are 1.89: 720p needs 2.4
    rule = HlsJsRule()

    assert _id(rule(moment(history=carried, previous=RepresentationId("v720")))) == "v720"
    assert _id(rule(moment(history=carried, previous=RepresentationId("v480")))) == "v480"


def test_hls_js_takes_nothing_that_comes_after_the_buffer_has_run_dry() -> None:
    carried = _line([2.7e6])  # 4 s of 720p take 3.74 s, of 480p 1.87 s, of 240p 0.47 s
    before = RepresentationId("v720")
    rule = HlsJsRule()

    assert _id(rule(moment(history=carried, previous=before, buffer_level_s=3.8))) == "v720"
    assert _id(rule(moment(history=carried, previous=before, buffer_level_s=3.7))) == "v480"
    # With 0.2 s nothing comes in time: 0.2 and the 4 s a stall may last allow 720p.
    assert _id(rule(moment(history=carried, previous=before, buffer_level_s=0.2))) == "v720"
    assert _id(rule(moment(phase=Phase.STARTUP, buffer_level_s=0.0))) == "v240"


def test_shaka_trusts_nothing_before_128_kilobytes() -> None:
    rule = ShakaRule()

    # A megabit by default: 0.95 of it carry 360p at 0.7.
    assert _id(rule(moment(phase=Phase.STARTUP, buffer_level_s=0.0))) == "v360"
    few = _line([20e6], size=100_000)
    kept = rule(moment(history=few, previous=RepresentationId("v240")))
    assert kept.representation.id == "v240"
    assert "128 kB" in kept.because
    # Ten of 15 kB each are ignored, whatever they add up to.
    small = _line([20e6] * 10, size=15_000)
    assert _id(rule(moment(history=small, previous=RepresentationId("v240")))) == "v240"


def test_shaka_decides_once_in_eight_seconds() -> None:
    rule, before = ShakaRule(), RepresentationId("v240")
    # Asked for at 0, 4 and 8 s: with the first it had nothing, at 4 s it decided.
    history = _line([20e6] * 3, name="v240")

    early = rule(moment(history=history, previous=before, now_s=11.9))
    due = rule(moment(history=history, previous=before, now_s=12.0))

    assert (early.representation.id, due.representation.id) == ("v240", "v1080")
    # In transfer time 0.4 s have passed since: not yet.
    busy = ShakaRule(idle_counts=False)(moment(history=history, previous=before, now_s=12.0))
    assert busy.representation.id == "v240"
