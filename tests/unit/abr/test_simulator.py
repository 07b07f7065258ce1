"""The simulator, on sessions short enough to compute by hand."""

from __future__ import annotations

import pytest

from abr.context import DecisionContext, Phase
from abr.decision import Reason
from abr.engine import AbrEngine
from abr.qoe import QoeModel
from abr.rules.request import Rule, SwitchRequest
from abr.simulator import Setting, simulate
from abr.trace import Trace
from tests.helpers.films import ladder, rung, steady_film

FILM = ladder([rung(240, 1_000_000, [500_000] * 4), rung(720, 4_000_000, [2_000_000] * 4)])
MODEL = QoeModel.of(FILM.representations)


def _always(position: int, seen: list[DecisionContext] | None = None) -> Rule:
    def rule(context: DecisionContext) -> SwitchRequest:
        if seen is not None:
            seen.append(context)
        chosen = context.ladder[position]
        return SwitchRequest(
            representation=chosen, reason=Reason.PLAN, rule="always", because="it is told to"
        )

    return rule


def test_time_buffer_and_stalls_by_hand() -> None:
    # 16 Mbit segments at 2 Mbit/s and half a second of latency: 8.5 s each, 4 s of film.
    trace = Trace([(1.0, 2e6)], latency_s=0.5)

    session = simulate(FILM, trace, AbrEngine(_always(1)), MODEL)

    assert [s.requested_at_s for s in session.segments] == pytest.approx([0, 8.5, 17, 25.5])
    assert [s.buffer_level_s for s in session.segments] == pytest.approx([0, 4, 4, 4])
    assert [s.stall_s for s in session.segments] == pytest.approx([8.5, 4.5, 4.5, 4.5])
    assert session.qoe.startup_s == pytest.approx(8.5)
    assert session.qoe.rebuffer_s == pytest.approx(13.5)
    assert session.qoe.per_segment == pytest.approx(4 - 4 * (8.5 + 13.5) / 4)


def test_a_full_buffer_pauses_fetching() -> None:
    # Half a second a segment; the buffer may hold 6 s.
    trace = Trace([(1.0, 8e6)], latency_s=0.0)

    session = simulate(FILM, trace, AbrEngine(_always(0)), MODEL, Setting(max_buffer_s=6.0))

    # 4, then 3.5 + 4 = 7.5: wait 1.5; from then on 5.5 + 4: wait 3.5.
    assert [s.requested_at_s for s in session.segments] == pytest.approx([0, 0.5, 2.5, 6.5])
    assert [s.buffer_level_s for s in session.segments] == pytest.approx([0, 4, 6, 6])


def test_double_speed_drains_the_buffer_twice_as_fast() -> None:
    trace = Trace([(1.0, 2e6)], latency_s=0.0)  # 2 s a segment of the lower rung
    film = Setting(playback_speed=2.0)

    session = simulate(FILM, trace, AbrEngine(_always(0)), MODEL, film)

    assert [s.buffer_level_s for s in session.segments] == pytest.approx([0, 4, 4, 4])
    assert session.qoe.rebuffer_s == 0

    slower = simulate(FILM, Trace([(1.0, 1e6)], latency_s=0.0), AbrEngine(_always(0)), MODEL, film)
    assert slower.qoe.rebuffer_s == pytest.approx(3 * 2.0)


def test_the_engine_sees_what_a_player_would_show_it() -> None:
    seen: list[DecisionContext] = []
    trace = Trace([(1.0, 2e6)], latency_s=0.5)

    simulate(FILM, trace, AbrEngine(_always(1, seen)), MODEL)

    assert [c.phase for c in seen] == [Phase.STARTUP, Phase.STEADY] + [Phase.AFTER_REBUFFER] * 2
    assert [c.previous for c in seen] == [None, "v720", "v720", "v720"]
    assert seen[0].estimate is None
    assert seen[1].estimate is not None
    assert seen[1].estimate.throughput_bps == pytest.approx(2e6)
    assert seen[1].estimate.ttfb_s == pytest.approx(0.5)
    assert len(seen[3].history) == 3


def test_a_collapse_costs_less_when_transfers_may_be_given_up() -> None:
    film = steady_film(12)
    model = QoeModel.of(film.representations)
    trace = Trace([(6.0, 12e6), (200.0, 400_000.0)])

    patient = simulate(film, trace, AbrEngine(), model, Setting(max_buffer_s=12.0))
    quick = simulate(
        film, trace, AbrEngine(), model, Setting(max_buffer_s=12.0, abandon_poll_s=0.25)
    )

    given_up = [s for s in quick.segments if s.abandoned]
    assert given_up
    assert all(s.wasted_bytes > 0 and s.decision.reason is Reason.ABANDON for s in given_up)
    assert not any(s.abandoned for s in patient.segments)
    assert quick.qoe.rebuffer_s < patient.qoe.rebuffer_s


@pytest.mark.parametrize("max_buffer_s", [20.0, 60.0])
def test_a_network_half_above_the_lowest_rung_never_stalls(max_buffer_s: float) -> None:
    film = steady_film(60)
    trace = Trace([(7.0, 6e6), (11.0, 450_000.0), (3.0, 20e6), (25.0, 460_000.0)])
    setting = Setting(max_buffer_s=max_buffer_s, abandon_poll_s=0.25)

    session = simulate(film, trace, AbrEngine(), QoeModel.of(film.representations), setting)

    assert session.qoe.rebuffer_s == 0
    assert session.qoe.switches > 0
