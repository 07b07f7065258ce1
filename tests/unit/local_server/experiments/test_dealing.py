"""Interleaved rows: dealt, kept, credited."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from local_server.contracts.experiments import Experiment, ExperimentState
from local_server.services.recommendation.experiments.dealing import Dealer
from tests.helpers.trials import TrialHome

FILMS = [f"film{n}" for n in range(20)]
RANKINGS = {"popular": FILMS, "taste": FILMS[::-1], "newest": FILMS[5:]}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[TrialHome]:
    home = TrialHome(tmp_path / "recommendation.sqlite3")
    yield home
    home.database.close()


@pytest.fixture
def dealer(home: TrialHome) -> Dealer:
    return Dealer(home.database, desk=home.desk, now=lambda: home.now)


@pytest.fixture
def experiment(home: TrialHome) -> Experiment:
    home.start()
    running = home.desk.running_for("for-you")
    assert running is not None
    return running


def credited(home: TrialHome, experiment: Experiment) -> list[int]:
    return [arm.observations for arm in home.desk.report(experiment.id).arms]


def test_a_day_has_one_row_and_days_differ(
    home: TrialHome, dealer: Dealer, experiment: Experiment
) -> None:
    rows = []
    for _ in range(10):
        row, again = (dealer.deal(experiment, "anna", RANKINGS, length=6) for _ in range(2))
        assert row == again
        assert len(row) == 6
        rows.append(row)
        home.now += timedelta(days=1)
    begun = Counter(row[0] for row in rows)
    assert set(begun) == {"film0", "film19"}


def test_a_play_is_credited_to_the_arm_that_brought_the_card(
    home: TrialHome, dealer: Dealer, experiment: Experiment
) -> None:
    dealer.deal(experiment, "anna", RANKINGS, length=6)
    dealer.played("anna", "film19", event_id="e", at=home.now)
    assert credited(home, experiment) == [0, 1]


def test_plays_of_other_titles_and_other_profiles_earn_nothing(
    home: TrialHome, dealer: Dealer, experiment: Experiment
) -> None:
    dealer.deal(experiment, "anna", RANKINGS, length=6)
    dealer.played("anna", "film10", event_id="e1", at=home.now)
    dealer.played("ben", "film19", event_id="e2", at=home.now)
    assert credited(home, experiment) == [0, 0]


def test_an_episode_is_a_play_of_its_series(
    home: TrialHome, dealer: Dealer, experiment: Experiment
) -> None:
    dealer.deal(experiment, "anna", RANKINGS, length=6)
    dealer.played("anna", "episode", series_id="film0", event_id="e", at=home.now)
    assert credited(home, experiment) == [1, 0]


def test_a_day_counts_once_and_the_next_one_again(
    home: TrialHome, dealer: Dealer, experiment: Experiment
) -> None:
    for day in range(3):
        dealer.deal(experiment, "anna", RANKINGS, length=6)
        for title in ("film0", "film19"):
            dealer.played("anna", title, event_id=f"{day} {title}", at=home.now)
        home.now += timedelta(days=1)
    assert credited(home, experiment) == [3, 0]


def test_a_title_of_neither_team_earns_nothing(
    home: TrialHome, dealer: Dealer, experiment: Experiment
) -> None:
    row = dealer.deal(experiment, "anna", {"popular": ["a", "b", "c"], "taste": ["a"]}, length=6)
    assert row == ("a", "b", "c")
    dealer.played("anna", "c", event_id="e", at=home.now)
    assert credited(home, experiment) == [0, 0]


def test_an_arm_without_ranking_is_an_error(dealer: Dealer, experiment: Experiment) -> None:
    with pytest.raises(KeyError):
        dealer.deal(experiment, "anna", {"popular": FILMS}, length=6)


def test_rows_of_deleted_profiles_and_ended_experiments_are_not_kept(
    home: TrialHome, dealer: Dealer, experiment: Experiment
) -> None:
    for profile in ("anna", "ben"):
        dealer.deal(experiment, profile, RANKINGS, length=6)
    home.desk.forget_profile("anna")
    assert home.rows("experiment_deals") == 1
    assert home.desk.stop(experiment.id).state is ExperimentState.STOPPED
    dealer.deal(experiment, "carla", RANKINGS, length=6)
    assert home.rows("experiment_deals") == 0
    dealer.played("ben", "film19", event_id="e", at=home.now)
    assert credited(home, experiment) == [0, 0]


def weeks_of_evenings(home: TrialHome, dealer: Dealer, experiment: Experiment, film: str) -> None:
    """Eight weeks in which four viewers play ``film``, or else the card that lies first."""
    for day in range(56):
        for profile in ("anna", "ben", "carla", "dan"):
            row = dealer.deal(experiment, profile, RANKINGS, length=6)
            title = film if film in row else row[0]
            dealer.played(profile, title, event_id=f"{day} {profile}", at=home.now)
        home.now += timedelta(days=1)


def test_viewers_who_take_what_lies_first_decide_nothing(
    home: TrialHome, dealer: Dealer, experiment: Experiment
) -> None:
    weeks_of_evenings(home, dealer, experiment, "none of these")
    report = home.desk.report(experiment.id)
    assert report.experiment.state is ExperimentState.RUNNING
    assert report.looks[-1].n == 4 * 56
    assert min(arm.observations for arm in report.arms) > 90


def test_viewers_who_find_their_film_through_one_ranking_decide_for_it(
    home: TrialHome, dealer: Dealer, experiment: Experiment
) -> None:
    weeks_of_evenings(home, dealer, experiment, "film18")
    decided = home.desk.report(experiment.id).experiment
    assert decided.state is ExperimentState.DECIDED
    assert decided.winner == "taste"
