"""Quality profiles: what each does to a session."""

from __future__ import annotations

from pathlib import Path

import pytest

from abr.context import Limits
from abr.engine import AbrEngine
from abr.profiles import BALANCED, PROFILES, QualityProfile, QualityProfileId, named
from abr.qoe import QoeModel
from abr.rules.plan import PlanRule
from abr.simulator import Setting, Simulation, simulate
from abr.trace import Trace, parse
from tests.helpers.films import moment, scenic_film, transfer
from tests.helpers.project import ROOT

FILM = scenic_film(40)
TRACES = sorted((ROOT / "tests" / "golden" / "abr" / "traces").glob("*.csv"))
SAVER, HIGHEST = named("data-saver"), named("highest-quality")


def watched(profile: QualityProfile, trace: Trace) -> Simulation:
    return simulate(
        FILM,
        trace,
        AbrEngine(profile.new_rule()),
        QoeModel.of(FILM.representations),
        Setting(
            abandon_poll_s=0.25,
            replacing=True,
            committed_s=6.0,
            limits=Limits(max_bandwidth_bps=profile.max_bandwidth_bps),
        ),
    )


def shown_bytes(session: Simulation) -> int:
    return sum(s.decision.representation.segment_bytes[s.index] for s in session.segments)


def fetched_bytes(session: Simulation) -> int:
    return shown_bytes(session) + sum(s.wasted_bytes for s in session.segments)


def test_every_name_has_a_profile() -> None:
    assert [profile.id for profile in PROFILES] == list(QualityProfileId)
    assert named("balanced") is BALANCED
    with pytest.raises(KeyError):
        named("best")


def test_balanced_is_what_sessions_decide_by_anyway() -> None:
    assert BALANCED.new_rule() == PlanRule()
    assert BALANCED.max_bandwidth_bps is None


@pytest.mark.parametrize("file", TRACES, ids=lambda file: file.stem)
def test_the_data_saver_fetches_less_and_stands_still_no_longer(file: Path) -> None:
    trace = parse(file.read_text(encoding="utf-8"))
    saver, balanced = watched(SAVER, trace), watched(BALANCED, trace)

    assert fetched_bytes(saver) <= 1.02 * fetched_bytes(balanced)
    assert saver.qoe.rebuffer_s <= balanced.qoe.rebuffer_s + 0.5
    half_a_gigabyte_an_hour_bps = 0.55e9 * 8 / 3600
    assert fetched_bytes(saver) * 8 / FILM.duration_s < half_a_gigabyte_an_hour_bps


def test_the_highest_quality_shows_more_over_all_and_stands_still_no_longer() -> None:
    traces = [parse(file.read_text(encoding="utf-8")) for file in TRACES]
    highest = [watched(HIGHEST, trace) for trace in traces]
    balanced = [watched(BALANCED, trace) for trace in traces]

    assert sum(map(shown_bytes, highest)) > sum(map(shown_bytes, balanced))
    for most, usual in zip(highest, balanced, strict=True):
        assert most.qoe.rebuffer_s <= usual.qoe.rebuffer_s + 0.5


def test_the_data_saver_does_not_flicker_where_the_network_is_no_limit() -> None:
    assert watched(SAVER, Trace([(1.0, 50e6)])).qoe.switches <= 2


def test_another_rule_in_the_middle_of_a_film_keeps_what_was_learned() -> None:
    engine = AbrEngine(BALANCED.new_rule())
    for index in range(6):
        engine.observe(transfer(6e6, segment_index=index, finished_at_s=4.0 * index))
    before, history = engine.estimate, engine.history

    engine.use(PlanRule(data_price=5.0))
    decision = engine.decide(moment(history=engine.history, estimate=engine.estimate))

    assert (engine.estimate, engine.history) == (before, history)
    assert decision.representation.id == "v240"
