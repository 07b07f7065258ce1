"""The optimum against brute force, on films short enough to try everything."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from abr.context import DecisionContext
from abr.decision import Reason
from abr.engine import AbrEngine
from abr.optimal import optimum
from abr.qoe import QoeModel, Utility
from abr.rules.request import SwitchRequest
from abr.simulator import Setting, simulate
from abr.trace import Trace
from tests.helpers.films import ladder, rung, scenic_film

FILM = ladder(
    [
        rung(240, 300_000, [150_000, 120_000, 190_000, 140_000, 160_000, 150_000]),
        rung(480, 1_200_000, [600_000, 500_000, 760_000, 560_000, 640_000, 590_000]),
        rung(1080, 4_500_000, [2_250_000, 1_900_000, 2_800_000, 2_000_000, 2_300_000, 2_100_000]),
    ]
)
TRACES = {
    "steady": Trace([(1.0, 2e6)]),
    "collapse": Trace([(6.0, 8e6), (14.0, 200_000.0)]),
    "gap": Trace([(3.0, 3e6), (5.0, 0.0), (4.0, 6e6)], latency_s=0.3),
    "swings": Trace([(2.0, 600_000.0), (2.0, 5e6), (1.0, 1e6)], latency_s=0.02),
}


def _along(schedule: tuple[int, ...], trace: Trace, model: QoeModel, max_buffer_s: float) -> float:
    def rule(context: DecisionContext) -> SwitchRequest:
        return SwitchRequest(
            representation=context.ladder[schedule[context.segment_index]],
            reason=Reason.PLAN,
            rule="schedule",
            because="it is told to",
        )

    setting = Setting(max_buffer_s=max_buffer_s)
    return simulate(FILM, trace, AbrEngine(rule), model, setting).qoe.per_segment


@pytest.mark.parametrize("utility", [Utility.LIN, Utility.LOG])
@pytest.mark.parametrize("max_buffer_s", [9.0, 60.0])
@pytest.mark.parametrize("name", TRACES)
def test_no_schedule_is_better(name: str, max_buffer_s: float, utility: Utility) -> None:
    trace, model = TRACES[name], QoeModel.of(FILM.representations, utility)
    everything = {
        schedule: _along(schedule, trace, model, max_buffer_s)
        for schedule in itertools.product(range(3), repeat=6)
    }

    found = optimum(FILM, trace, model, max_buffer_s=max_buffer_s, cell_s=0.01)

    assert found.per_segment == pytest.approx(max(everything.values()), abs=1e-3)
    order = [r.id for r in FILM.representations]
    replayed = everything[tuple(order.index(entry) for entry in found.schedule)]
    assert replayed == pytest.approx(found.per_segment)


def test_coarse_cells_still_give_a_schedule_that_can_be_played() -> None:
    trace, model = TRACES["swings"], QoeModel.of(FILM.representations)

    found = optimum(FILM, trace, model, cell_s=2.0, most_paths=20)

    order = [r.id for r in FILM.representations]
    schedule = tuple(order.index(entry) for entry in found.schedule)
    assert _along(schedule, trace, model, 60.0) == pytest.approx(found.per_segment)


def test_knowing_what_a_rule_reaches_changes_nothing() -> None:
    film = scenic_film(12)
    trace, model = TRACES["swings"], QoeModel.of(film.representations)
    reached = simulate(film, trace, AbrEngine(), model).qoe.per_segment

    free = optimum(film, trace, model)
    bounded = optimum(film, trace, model, at_least=reached)

    assert bounded.per_segment == pytest.approx(free.per_segment)
    assert bounded.per_segment >= reached


@pytest.mark.parametrize("name", TRACES)
def test_arrivals_at_once_are_those_one_by_one(name: str) -> None:
    trace = TRACES[name]
    starts = np.linspace(0.0, 40.0, 57)
    sizes = np.linspace(10.0, 9e6, 57)

    assert trace.arrivals_s(starts, sizes) == pytest.approx(
        [trace.arrival_s(start, size) for start, size in zip(starts, sizes, strict=True)]
    )
