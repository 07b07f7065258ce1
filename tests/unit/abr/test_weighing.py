"""What the plan says of transfers under way and of buffered film, where nothing surprises."""

from __future__ import annotations

import numpy as np
import pytest

from abr.engine import AbrEngine
from abr.planning import Prospect, Task
from abr.qoe import QoeModel
from abr.rules.plan import PlanRule
from abr.simulator import Setting, Simulation, simulate
from abr.trace import Trace
from abr.weighing import Held, Moment, Underway, anew, carry_on, next_segment
from tests.helpers.films import scenic_film, sure_outlook

QUALITIES = np.array([[0.5, 1.0, 2.0]] * 3)


def _prospect(rate_bps: float, *, stall_cost: float = 0.0) -> Prospect:
    """Three segments of 4 s and 2, 4 or 8 Mbit each, and nothing after them."""
    task = Task(
        counts=(1, 1, 1),
        sizes_bits=QUALITIES * 4e6,
        qualities=QUALITIES,
        qualities_before=QUALITIES[0],
        playing_s=np.full(3, 4.0),
        max_buffer_s=24.0,
        overhead_s=0.0,
        wait_weight=2.0,
        switch_weight=1.0,
        rest_per_s=np.zeros(1),
        empty_cost=0.0,
        empty_fades_s=8.0,
        stall_cost=stall_cost,
    )
    return Prospect(task=task, outlook=sure_outlook(rate_bps))


def _held(new_bits: float, *, due_s: float = 8.0, new_quality: float = 2.0) -> Held:
    """Two buffered segments of quality 1 after another of quality 1."""
    return Held(
        qualities=np.array([1.0, 1.0]),
        new_qualities=np.full(2, new_quality),
        new_bits=np.full(2, new_bits),
        due_s=np.array([due_s, due_s + 4.0]),
        quality_before=1.0,
        rung=2,
        last_rung=1,
    )


def test_film_fetched_anew_gains_its_quality_less_the_switch_to_it() -> None:
    prospect = _prospect(1e9)  # nothing takes any time worth speaking of
    moment = Moment(buffer_s=16.0, quality_before=1.0)

    values = anew(prospect, moment, _held(8e6), caution=1.0, most=8)
    going_on = next_segment(prospect, moment).values.max()

    # Three segments of quality 2 after one of 1 or of 2; both runs end in a 2 and save that switch.
    assert going_on == pytest.approx(3 * 2.0 - 1.0, abs=0.05)
    assert values[0] == pytest.approx(2 * 1.0 - 1.0 + 3 * 2.0, abs=0.1)
    assert values[1] == pytest.approx(1.0 - 1.0 + 3 * 2.0, abs=0.1)


def test_what_is_no_better_is_not_fetched_anew() -> None:
    values = anew(
        _prospect(1e9), Moment(buffer_s=16.0), _held(8e6, new_quality=1.0), caution=1, most=8
    )

    assert np.isneginf(values).all()


def test_what_would_come_too_late_only_costs_time() -> None:
    prospect, moment = _prospect(1e6), Moment(buffer_s=16.0, quality_before=1.0)

    values = anew(prospect, moment, _held(40e6), caution=1.0, most=8)

    assert (values < next_segment(prospect, moment).values.max()).all()


def test_a_transfer_is_not_given_up_for_what_takes_longer_than_its_rest() -> None:
    transfer = Underway(rung=2, remaining_bits=1e6, rate_bps=0.1e6, slow_s=3.0)

    values = carry_on(_prospect(1e6), Moment(buffer_s=1.0), transfer, tail=2.2)

    assert np.isneginf(values[:2]).all()
    assert np.isfinite(values[2])


@pytest.mark.parametrize(("buffer_s", "goes_on"), [(24.0, True), (1.0, False)])
def test_a_slow_transfer_is_waited_for_while_the_buffer_lasts(
    buffer_s: float, goes_on: bool
) -> None:
    transfer = Underway(rung=2, remaining_bits=7e6, rate_bps=0.2e6, slow_s=2.0)

    values = carry_on(_prospect(2e6), Moment(buffer_s=buffer_s), transfer, tail=2.2)

    assert (int(np.argmax(values)) == 2) is goes_on


def test_a_stall_has_a_price_however_short_it_is() -> None:
    moment = Moment(buffer_s=1.9)  # the highest takes 2 s, the others less
    free, priced = (
        next_segment(_prospect(4e6, stall_cost=cost), moment).values for cost in (0.0, 0.5)
    )

    assert free - priced == pytest.approx([0.0, 0.0, 0.5])


def _session(*, replacing: bool) -> Simulation:
    film = scenic_film(30)
    return simulate(
        film,
        Trace([(25.0, 0.5e6), (500.0, 12e6)]),
        AbrEngine(PlanRule()),
        QoeModel.of(film.representations),
        Setting(abandon_poll_s=0.25, replacing=replacing, committed_s=2.4),
    )


def test_a_network_that_recovers_gets_buffered_film_fetched_anew() -> None:
    kept, renewed = _session(replacing=False), _session(replacing=True)
    again = [segment for segment in renewed.segments if segment.replaced]

    assert again
    assert all(segment.wasted_bytes > 0 for segment in again)
    assert all(segment.decision.representation.id not in segment.replaced for segment in again)
    assert renewed.qoe.per_segment > kept.qoe.per_segment
    assert renewed.qoe.rebuffer_s <= kept.qoe.rebuffer_s
    assert not any(segment.replaced for segment in kept.segments)
