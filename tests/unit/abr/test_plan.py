"""The default rule and what it stands on: what it learns, how it plans, what it says."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from abr.context import DecisionContext, Limits, TransferSample
from abr.decision import Reason
from abr.engine import AbrEngine
from abr.media import AdaptationSet, RepresentationId
from abr.planning import Prospect, Task
from abr.qoe import QoeModel, Utility
from abr.regime import Outlook, RegimeModel
from abr.rules.plan import PlanRule
from abr.rules.request import SwitchRequest
from abr.simulator import simulate
from abr.trace import Trace
from abr.weighing import Moment, next_segment
from tests.helpers.films import estimate, ladder, moment, rung, steady_film, sure_outlook, transfer


def _learned(rates_bps: list[float], every_s: float = 4.0) -> Outlook:
    return RegimeModel().outlook(np.array(rates_bps), np.full(len(rates_bps), every_s))


def _history(rates_bps: list[float]) -> tuple[TransferSample, ...]:
    return tuple(
        transfer(rate_bps, finished_at_s=4.0 * number) for number, rate_bps in enumerate(rates_bps)
    )


def _asked(rates_bps: list[float], rule: PlanRule | None = None, **changes: Any) -> SwitchRequest:
    history = _history(rates_bps)
    context = moment(history=history, now_s=history[-1].finished_at_s, **changes)
    request = (rule or PlanRule())(context)
    assert request is not None
    return request


def _rung(request: SwitchRequest, film: AdaptationSet | None = None) -> int:
    return (film or steady_film()).representations.index(request.representation)


def _risk_below(outlook: Outlook, rate_bps: float, within_s: float = 4.0) -> float:
    chances = outlook.next_rate(np.array(within_s))
    return float(chances[outlook.rates_bps < rate_bps].sum())


def test_distributions_add_up() -> None:
    outlook = _learned([2e6, 2.5e6, 1.7e6, 0.4e6, 2.2e6])
    stays, falls, rises = outlook.transitions()

    assert outlook.expected.sum() == pytest.approx(1)
    assert stays.sum(axis=1) == pytest.approx(np.ones(len(stays)))
    assert (falls + rises).sum(axis=1) + outlook.elsewhere == pytest.approx(1.0)
    assert outlook.next_rate(np.array([0.1, 4.0, 60.0])).sum(axis=1) == pytest.approx(1.0)


def test_a_calm_network_is_trusted_more_than_a_nervous_one_of_the_same_mean() -> None:
    calm = _learned([2e6] * 12)
    nervous = _learned([1e6, 4e6] * 6)

    assert _risk_below(calm, 1.2e6) < _risk_below(nervous, 1.2e6) / 3


def test_trust_grows_with_what_was_seen() -> None:
    assert _risk_below(_learned([2e6] * 20), 1e6) < _risk_below(_learned([2e6] * 2), 1e6)


def test_a_network_that_collapsed_before_may_do_it_again() -> None:
    fell_before = [3e6] * 6 + [0.3e6, 0.35e6] + [3e6] * 6

    assert _risk_below(_learned(fell_before), 0.6e6) > 2 * _risk_below(_learned([3e6] * 14), 0.6e6)


def test_a_change_is_the_likelier_the_longer_a_transfer_takes() -> None:
    falls, rises = _learned([2e6] * 5).changes(np.array([0.0, 1.0, 10.0, 100.0]))

    for chances in (falls, rises):
        assert chances[0] == 0
        assert all(before < after for before, after in itertools.pairwise(chances))
        assert chances[-1] < 1


@pytest.mark.parametrize("counts", [(1, 1, 1, 1), (1, 1, 2), (1, 3)])
@pytest.mark.parametrize("buffer_s", [0.0, 4.0, 8.0])
@pytest.mark.parametrize("rate_bps", [0.25e6, 0.5e6, 1e6])
def test_on_a_network_without_surprises_the_plan_is_the_best_of_all_sequences(
    rate_bps: float, buffer_s: float, counts: tuple[int, ...]
) -> None:
    lengths = np.array(counts, dtype=float)
    qualities = np.array([[0.25, 1.0, 2.0]] * len(counts))
    sizes_bits = qualities * lengths[:, None] * 4e6
    # Transfers take whole seconds and the table has a point per second: nothing is rounded.
    task = Task(
        counts=counts,
        sizes_bits=sizes_bits,
        qualities=qualities,
        playing_s=4.0 * lengths,
        qualities_before=qualities[0],
        max_buffer_s=24.0,
        overhead_s=0.0,
        wait_weight=2.0,
        switch_weight=1.0,
        rest_per_s=np.zeros(1),
        empty_cost=0.0,
        empty_fades_s=8.0,
        stall_cost=0.0,
    )

    moment = Moment(buffer_s=buffer_s, quality_before=1.0)

    values = next_segment(Prospect(task=task, outlook=sure_outlook(rate_bps)), moment).values

    for first in range(3):
        best = max(
            _total(task, buffer_s, (first, *rest), rate_bps)
            for rest in itertools.product(range(3), repeat=len(counts) - 1)
        )
        assert values[first] == pytest.approx(best, abs=1e-4)


def _total(task: Task, level_s: float, sequence: tuple[int, ...], rate_bps: float) -> float:
    total, before = 0.0, 1  # the rung of quality 1.0
    for step, position in enumerate(sequence):
        for _ in range(task.counts[step]):
            took_s = task.sizes_bits[step, position] / task.counts[step] / rate_bps
            total += task.qualities[step, position]
            total -= abs(task.qualities[step, position] - task.qualities[step, before])
            total -= task.wait_weight * max(0.0, took_s - level_s)
            level_s = min(max(level_s - took_s, 0.0) + 4.0, task.max_buffer_s)
            before = position
    return float(total)


def test_no_opinion_before_anything_was_transferred() -> None:
    assert PlanRule()(moment(estimate=estimate(5e6))) is None


@pytest.mark.parametrize(("rate_bps", "least", "most"), [(0.2e6, 0, 0), (2e6, 2, 3), (30e6, 4, 4)])
def test_a_steady_network_gets_the_quality_it_carries(
    rate_bps: float, least: int, most: int
) -> None:
    session = simulate(
        steady_film(40),
        Trace([(1.0, rate_bps)]),
        AbrEngine(PlanRule(utility=Utility.LIN)),
        QoeModel.of(steady_film(40).representations),
    )
    order = [r.id for r in steady_film().representations]

    settled = [order.index(s.decision.representation.id) for s in session.segments[8:30]]

    assert least <= min(settled)
    assert max(settled) <= most


def test_little_buffer_makes_cautious_and_much_of_it_bold() -> None:
    rates = [2.2e6, 2.6e6, 1.9e6, 2.4e6, 2.1e6, 2.5e6]

    positions = [_rung(_asked(rates, buffer_level_s=level)) for level in (1.0, 6.0, 20.0, 55.0)]

    assert positions == sorted(positions)
    assert positions[0] < positions[-1]


def test_what_is_said_names_quality_risk_and_why_not_more() -> None:
    request = _asked([2e6] * 8, buffer_level_s=6.0, previous=RepresentationId("v480"))

    assert request.reason is Reason.PLAN
    assert "quality" in request.because
    assert "stall risk of" in request.because
    above = steady_film().representations[_rung(request) + 1]
    assert f"{above.height_px}p would" in request.because
    assert len(request.considered) == 5
    assert all("stall risk" in entry.note for entry in request.considered)
    chosen = next(e for e in request.considered if e.representation_id == request.representation.id)
    assert chosen.score == max(entry.score for entry in request.considered)


def test_at_the_top_there_is_nothing_better() -> None:
    request = _asked([60e6] * 8, buffer_level_s=40.0)

    assert _rung(request) == 4
    assert request.because.endswith("there is nothing better on offer")


def test_at_the_top_of_what_is_allowed_the_cap_is_named() -> None:
    request = _asked([60e6] * 8, buffer_level_s=40.0, limits=Limits(max_height_px=480))

    assert steady_film().representations[_rung(request)].height_px == 480
    assert request.because.endswith("and the plan allows 480p at most")


def test_a_film_with_known_vmaf_is_judged_by_it() -> None:
    flat = ladder(
        [
            rung(480, 1_000_000, [500_000] * 20, [92.0] * 20),
            rung(1080, 4_000_000, [2_000_000] * 20, [92.5] * 20),
        ]
    )
    by_vmaf = _asked([6e6] * 8, PlanRule(utility=Utility.VMAF), film=flat, buffer_level_s=10.0)
    by_rate = _asked([6e6] * 8, PlanRule(utility=Utility.LOG), film=flat, buffer_level_s=10.0)

    assert by_vmaf.representation.height_px == 480
    assert by_rate.representation.height_px == 1080


def test_without_vmaf_the_logarithm_stands_in() -> None:
    same = [
        _asked([2.4e6] * 8, PlanRule(utility=utility), buffer_level_s=15.0).representation.id
        for utility in (Utility.VMAF, Utility.LOG)
    ]

    assert same[0] == same[1]


def test_bytes_that_cost_something_are_saved() -> None:
    film = steady_film(40)
    trace = Trace([(1.0, 6e6)])

    def fetched(data_price: float) -> int:
        model = QoeModel.of(film.representations)
        session = simulate(film, trace, AbrEngine(PlanRule(data_price=data_price)), model)
        return sum(s.decision.representation.segment_bytes[s.index] for s in session.segments)

    assert fetched(0.08) < 0.7 * fetched(0.0)


def test_sound_on_the_same_line_is_time_the_picture_does_not_get() -> None:
    video = _history([3e6] * 8)
    sound = tuple(
        TransferSample(
            representation_id=RepresentationId("audio"),
            segment_index=s.segment_index,
            transferred_bytes=64_000,
            ttfb_s=1.4,
            duration_s=1.6,
            finished_at_s=s.finished_at_s + 1.7,
        )
        for s in video
    )
    mixed = tuple(entry for pair in zip(video, sound, strict=True) for entry in pair)

    def chosen(history: tuple[TransferSample, ...]) -> int:
        context = moment(history=history, now_s=40.0, buffer_level_s=9.0, estimate=estimate(3e6))
        request = PlanRule(utility=Utility.LIN)(context)
        assert request is not None
        return _rung(request)

    assert chosen(mixed) < chosen(video)


def test_equal_contexts_get_equal_answers() -> None:
    def context() -> DecisionContext:
        return moment(history=_history([2e6, 1e6, 3e6]), now_s=12.0)

    assert PlanRule()(context()) == PlanRule()(context())
