"""Experiments on a database: begun, watched, ended, forgotten."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from local_server.contracts.experiments import (
    Arm,
    ExperimentState,
)
from local_server.errors import Conflict, NotFound, Refusal
from tests.helpers.trials import BEGUN, PROFILES, TrialHome


@pytest.fixture
def home(tmp_path: Path) -> Iterator[TrialHome]:
    home = TrialHome(tmp_path / "recommendation.sqlite3")
    yield home
    home.database.close()


def test_an_experiment_is_kept_as_it_was_asked_for(home: TrialHome) -> None:
    experiment_id = home.start(hypothesis="Taste finds more films worth playing", max_days=30)
    (kept,) = home.desk.list().items
    assert kept.id == experiment_id
    assert kept.state is ExperimentState.RUNNING
    assert [arm.name for arm in kept.arms] == ["popular", "taste"]
    assert (kept.row, kept.max_days, kept.started_at) == ("for-you", 30, BEGUN)
    assert kept.latest is None
    assert home.desk.running_for("for-you") == kept
    assert home.desk.running_for("another") is None


def test_every_play_is_a_look_and_the_boundary_names_the_winner(home: TrialHome) -> None:
    experiment_id = home.start()
    while home.desk.running_for("for-you"):
        home.play(experiment_id, "taste")
    report = home.desk.report(experiment_id)
    looks, experiment = report.looks, report.experiment
    assert experiment.state is ExperimentState.DECIDED
    assert experiment.winner == "taste"
    assert experiment.outcome == "taste does better than popular."
    assert experiment.ended_at == looks[-1].at == home.now
    assert [look.n for look in looks] == list(range(1, len(looks) + 1))
    assert looks[-1].p <= 0.05 < looks[-2].p
    assert looks[-1].low is not None
    assert looks[-1].low > 0
    assert [arm.observations for arm in report.arms] == [0, len(looks)]


def test_the_first_arm_can_win_too(home: TrialHome) -> None:
    experiment_id = home.start()
    while home.desk.running_for("for-you"):
        home.play(experiment_id, "popular")
    experiment = home.desk.report(experiment_id).experiment
    assert experiment.winner == "popular"
    assert experiment.latest is not None
    assert experiment.latest.effect < 0


def test_an_event_that_comes_twice_counts_once(home: TrialHome) -> None:
    experiment_id = home.start()
    assert home.play(experiment_id, "taste", event_id="same")
    assert not home.play(experiment_id, "taste", event_id="same")
    assert home.desk.report(experiment_id).looks[-1].n == 1


def test_a_second_play_of_a_draw_changes_nothing(home: TrialHome) -> None:
    experiment_id = home.start()
    assert home.play(experiment_id, "taste", profile_id="anna", draw_id="monday")
    assert not home.play(experiment_id, "popular", profile_id="anna", draw_id="monday")
    assert len(home.desk.report(experiment_id).looks) == 1


def test_plays_from_before_and_after_do_not_count(home: TrialHome) -> None:
    experiment_id = home.start()
    assert not home.play(experiment_id, "taste", at=BEGUN - timedelta(seconds=1))
    home.desk.stop(experiment_id)
    assert not home.play(experiment_id, "taste")
    assert home.rows("experiment_observations") == 0


def test_stopping_before_the_boundary_is_no_decision(home: TrialHome) -> None:
    experiment_id = home.start()
    for arm in ("taste", "taste", "popular"):
        home.play(experiment_id, arm)
    stopped = home.desk.stop(experiment_id)
    assert stopped.state is ExperimentState.STOPPED
    assert stopped.winner is None
    assert stopped.outcome == "No decision: stopped after 3 observations."
    home.now += timedelta(days=1)
    assert home.desk.stop(experiment_id) == stopped


def test_stopping_what_is_decided_leaves_the_decision(home: TrialHome) -> None:
    experiment_id = home.start()
    while home.desk.running_for("for-you"):
        home.play(experiment_id, "taste")
    assert home.desk.stop(experiment_id).winner == "taste"


def test_the_last_day_ends_it_without_a_decision(home: TrialHome) -> None:
    experiment_id = home.start(max_days=7)
    home.now = BEGUN + timedelta(days=7, hours=3)
    (ended,) = home.desk.list().items
    assert ended.state is ExperimentState.STOPPED
    assert ended.outcome == "No decision within 7 days."
    assert ended.ended_at == BEGUN + timedelta(days=7)
    assert not home.play(experiment_id, "taste")
    home.start()


def test_a_row_that_nobody_deals_for_is_refused(home: TrialHome) -> None:
    with pytest.raises(Refusal) as refused:
        home.start("continue")
    assert refused.value.code == "row_not_experimental"


def test_a_row_takes_one_experiment_at_a_time(home: TrialHome) -> None:
    first = home.start()
    with pytest.raises(Conflict) as refused:
        home.start()
    assert "Taste" in refused.value.title
    assert refused.value.hint
    home.start("another-row")
    home.desk.stop(first)
    home.start()


def test_arms_are_rankings_that_exist(home: TrialHome) -> None:
    with pytest.raises(Refusal, match="horoscope") as refused:
        home.start(arms=(Arm(name="taste"), Arm(name="horoscope")))
    assert "popular" in refused.value.hint
    assert home.desk.list().items == ()


def test_an_experiment_that_does_not_exist(home: TrialHome) -> None:
    for ask in (home.desk.report, home.desk.stop, lambda i: home.play(i, "taste")):
        with pytest.raises(NotFound):
            ask("nowhere")


def test_profiles_keep_their_arm_and_both_arms_have_some(home: TrialHome) -> None:
    experiment_id = home.assign()
    arms = [home.desk.arm_of(experiment_id, f"profile{n}") for n in range(40)]
    home.start("another-row")
    home.desk.stop(experiment_id)
    assert arms == [home.desk.arm_of(experiment_id, f"profile{n}") for n in range(40)]
    assert set(arms) == {"popular", "taste"}


def test_everyone_sees_both_arms_of_what_interleaves(home: TrialHome) -> None:
    with pytest.raises(Conflict):
        home.desk.arm_of(home.start(), "anna")


def test_assigned_profiles_are_compared_and_the_better_arm_wins(home: TrialHome) -> None:
    experiment_id = home.assign()
    for n in range(60):
        profile = f"profile{n}"
        better = home.desk.arm_of(experiment_id, profile) == "taste"
        value = 0.5 + 0.4 * better + 0.01 * (n % 7)
        home.play(experiment_id, None, profile_id=profile, value=value, before=30.0 + n % 5)
    report = home.desk.report(experiment_id)
    assert report.experiment.winner == "taste"
    assert report.arms[1].mean - report.arms[0].mean == pytest.approx(0.4, abs=0.03)
    assert report.variance_ratio is not None
    assert report.looks[0].low is None
    assert report.looks[0].p == 1.0


@pytest.mark.parametrize(
    "changes",
    [
        {"arm": None},
        {"arm": "content"},
        {"draw_id": None},
        {"value": -0.1},
        {"value": 1.5},
        {"value": float("nan")},
        {"before": float("inf")},
    ],
    ids=str,
)
def test_observations_of_another_kind_are_refused(
    home: TrialHome, changes: dict[str, object]
) -> None:
    experiment_id = home.start()
    with pytest.raises(Refusal):
        home.play(experiment_id, "taste", **changes)
    assert home.rows("experiment_observations") == 0


def test_a_profile_cannot_speak_for_the_other_arm(home: TrialHome) -> None:
    experiment_id = home.assign()
    other = {"popular": "taste", "taste": "popular"}[home.desk.arm_of(experiment_id, "anna")]
    with pytest.raises(Refusal):
        home.play(experiment_id, other, profile_id="anna")


def test_after_forgetting_a_profile_all_is_as_if_it_had_never_been(home: TrialHome) -> None:
    both, without = home.start("both"), home.start("without")
    for n, arm in enumerate(["taste", "popular", "taste", "taste", "popular", "taste"] * 3):
        profile, event = PROFILES[n % 4], f"shared{n}"
        home.play(both, arm, profile_id=profile, event_id=event, draw_id=event)
        if profile != "ben":
            home.play(without, arm, profile_id=profile, event_id=event, draw_id=event)
    home.desk.forget_profile("ben")
    one, other = home.desk.report(both), home.desk.report(without)
    assert one.arms == other.arms
    assert [(x.n, x.effect, x.low, x.high, x.p) for x in one.looks] == [
        (x.n, x.effect, x.low, x.high, x.p) for x in other.looks
    ]
    assert b"ben" not in b"".join(
        repr(row).encode()
        for table in ("experiment_observations", "experiment_looks", "experiment_forgotten_events")
        for row in sqlite3.connect(home.path).execute(f"SELECT * FROM {table}")  # noqa: S608
    )


def test_what_was_forgotten_does_not_come_back_with_a_late_delivery(home: TrialHome) -> None:
    experiment_id = home.start()
    home.play(experiment_id, "taste", profile_id="anna", title_id="film", event_id="private")
    home.play(experiment_id, "taste", profile_id="anna", title_id="other", event_id="open")
    home.play(experiment_id, "taste", profile_id="ben", title_id="film", event_id="bens")
    home.desk.forget_title("anna", "film")
    assert home.desk.report(experiment_id).looks[-1].n == 2
    assert not home.play(experiment_id, "taste", event_id="private")
    assert home.desk.report(experiment_id).looks[-1].n == 2


def test_forgetting_the_first_play_of_a_draw_lets_its_next_one_count(home: TrialHome) -> None:
    experiment_id = home.start()
    home.play(experiment_id, "taste", profile_id="anna", title_id="film", draw_id="monday")
    home.play(experiment_id, "popular", profile_id="anna", title_id="other", draw_id="monday")
    home.desk.forget_title("anna", "film")
    (look,) = home.desk.report(experiment_id).looks
    assert (look.n, look.effect) == (1, -1.0)


def test_a_decision_goes_with_what_it_rested_on(home: TrialHome) -> None:
    experiment_id = home.start()
    while home.desk.running_for("for-you"):
        home.play(experiment_id, "taste")
    ended_at = home.desk.report(experiment_id).experiment.ended_at
    home.desk.forget_profile("anna")
    experiment = home.desk.report(experiment_id).experiment
    assert experiment.state is ExperimentState.STOPPED
    assert experiment.winner is None
    assert experiment.outcome.startswith("No decision")
    assert experiment.ended_at == ended_at
    assert experiment.latest is not None
    assert experiment.latest.p > 0.05


def test_forgetting_somebody_unknown_changes_nothing(home: TrialHome) -> None:
    experiment_id = home.start()
    home.play(experiment_id, "taste")
    before = home.desk.report(experiment_id)
    home.desk.forget_profile("nobody")
    assert home.desk.report(experiment_id) == before


def test_everything_is_there_after_a_restart(home: TrialHome) -> None:
    experiment_id = home.start()
    for arm in ("taste", "popular", "taste"):
        home.play(experiment_id, arm)
    before = home.desk.report(experiment_id)
    home.database.close()
    again = TrialHome(home.path)
    again.now = home.now
    assert again.desk.report(experiment_id) == before
    again.database.close()
