"""Figures of a comparison, on results small enough to check."""

from __future__ import annotations

import pytest

from abr.algorithms import ALGORITHMS
from abr.evaluation import TraceResult, evaluate, summarise, watchable
from abr.qoe import Qoe, Utility
from abr.simulator import Setting
from abr.trace import Trace
from tests.helpers.films import scenic_film


def _qoe(total: float, *, rebuffer_s: float = 0.0, switches: int = 2, stalls: int = 0) -> Qoe:
    return Qoe(
        segments=1,
        quality=total,
        startup_penalty=0.0,
        rebuffer_penalty=0.0,
        switch_penalty=0.0,
        startup_s=0.5,
        rebuffer_s=rebuffer_s,
        switches=switches,
        stalls=stalls,
    )


def test_shares_are_of_the_optimum() -> None:
    results = [
        TraceResult(optimum=2.0, sessions={"plan": _qoe(1.0)}),
        TraceResult(
            optimum=4.0, sessions={"plan": _qoe(4.0, rebuffer_s=3.0, switches=5, stalls=3)}
        ),
    ]

    (line,) = summarise(results)

    assert line.share == pytest.approx(5 / 6)
    assert line.share_median == pytest.approx(0.75)
    assert line.share_p5 == pytest.approx(0.525)
    assert (line.rebuffer_s, line.stalls, line.sessions_with_stalls) == (1.5, 1.5, 0.5)
    assert line.switches == 3.5


def test_what_nobody_could_watch_is_left_out() -> None:
    good = TraceResult(optimum=1.0, sessions={})
    bad = TraceResult(optimum=-3.0, sessions={})

    assert watchable([bad, good]) == [good]


@pytest.mark.parametrize("utility", [Utility.LIN, Utility.LOG])
def test_nobody_beats_the_optimum(utility: Utility) -> None:
    trace = Trace([(7.0, 3e6), (4.0, 700_000.0), (9.0, 1.6e6)])

    result = evaluate(scenic_film(16), trace, tuple(ALGORITHMS), utility, Setting())

    assert set(result.sessions) == set(ALGORITHMS)
    for qoe in result.sessions.values():
        assert qoe.per_segment <= result.optimum + 1e-6
