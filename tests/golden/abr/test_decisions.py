"""Whole sessions over real networks, one line per decision, to be read by people."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from abr.algorithms import ALGORITHMS
from abr.engine import AbrEngine
from abr.qoe import QoeModel, Utility
from abr.simulator import Setting, SimulatedSegment, Simulation, simulate
from abr.trace import parse
from tests.helpers.films import scenic_film

HERE = Path(__file__).parent
FILM = scenic_film()


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("name", ["norway_train_5", "fcc_942154", "puffer_601b7e6e"])
def test_session_over_a_real_trace(
    name: str, algorithm: str, golden: Callable[[Path, str], None]
) -> None:
    trace = parse((HERE / "traces" / f"{name}.csv").read_text(encoding="utf-8"))
    rule = ALGORITHMS[algorithm](Utility.LIN)
    model = QoeModel.of(FILM.representations)
    setting = Setting(max_buffer_s=30.0, abandon_poll_s=0.25)

    session = simulate(FILM, trace, AbrEngine(rule), model, setting)

    golden(HERE / "decisions" / algorithm / f"{name}.txt", _text(session))


def _text(session: Simulation) -> str:
    qoe = session.qoe
    summary = (
        f"startup {qoe.startup_s:.2f} s, stalls {qoe.rebuffer_s:.2f} s, "
        f"{qoe.switches} switches, QoE {qoe.per_segment:.3f} a segment"
    )
    return "\n".join([*map(_line, session.segments), summary]) + "\n"


def _line(segment: SimulatedSegment) -> str:
    decision = segment.decision
    kilobytes = decision.representation.segment_bytes[segment.index] / 1000
    line = (
        f"{segment.index:2} {segment.requested_at_s:6.1f} s  ahead {segment.buffer_level_s:4.1f} s"
        f"  {kilobytes:5.0f} kB in {segment.finished_at_s - segment.requested_at_s:4.1f} s"
        f"  {decision.rule}: {decision.explanation}"
    )
    return line + (f" (stood {segment.stall_s:.1f} s)" if segment.stall_s else "")
