"""What ``matinee experiments`` says, read as a person would."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from local_server.contracts.experiments import (
    Arm,
    Experiment,
    ExperimentKind,
    ExperimentMetric,
    ExperimentReport,
    ExperimentState,
    StartExperiment,
)
from local_server.errors import EdgeUnreachable
from tests.helpers.trials import TrialHome
from ui.cli import experiments as commands
from ui.cli.words import CommandError, spoken_errors

TEXTS = Path(__file__).parent / "experiments"
Golden = Callable[[Path, str], None]
# Who brought the card that was played, evening by evening: P(opular) or T(aste).
EVENINGS = "TTPTTTPTTTTPTTTTTPTTTTTTPTTTTT"


class Client:
    """The server's client, without a server between it and the desk."""

    def __init__(self, home: TrialHome) -> None:
        self._desk = home.desk

    def experiments(self) -> tuple[Experiment, ...]:
        return self._desk.list().items

    def start_experiment(self, wish: StartExperiment) -> Experiment:
        return self._desk.start(wish)

    def stop_experiment(self, experiment_id: str) -> Experiment:
        return self._desk.stop(experiment_id)

    def experiment(self, experiment_id: str) -> ExperimentReport:
        return self._desk.report(experiment_id)


class Screen:
    """A terminal 100 characters wide that remembers what was on it."""

    def __init__(self) -> None:
        self._written = StringIO()
        self.console = Console(
            file=self._written, width=100, highlight=False, soft_wrap=True, force_terminal=False
        )

    @property
    def text(self) -> str:
        """Everything, without spaces at the ends of lines."""
        return "".join(f"{line.rstrip()}\n" for line in self._written.getvalue().splitlines())


@pytest.fixture
def home(tmp_path: Path) -> Iterator[TrialHome]:
    home = TrialHome(tmp_path / "recommendation.sqlite3")
    yield home
    home.database.close()


@pytest.fixture
def client(home: TrialHome) -> Client:
    return Client(home)


@pytest.fixture
def screen() -> Screen:
    return Screen()


def watched(home: TrialHome, evenings: str) -> str:
    """An experiment over some evenings."""
    experiment_id = home.start(hypothesis="Taste finds more worth playing than what all play")
    for evening in evenings:
        home.play(experiment_id, {"P": "popular", "T": "taste"}[evening])
    return experiment_id


def by_profile(home: TrialHome) -> str:
    """An experiment by assignment with a dozen profiles."""
    wish = StartExperiment(
        name="Newest",
        kind=ExperimentKind.ASSIGNMENT,
        metric=ExperimentMetric.MINUTES_PER_DAY,
        arms=(Arm(name="popular"), Arm(name="newest")),
        row="new",
    )
    experiment_id = home.desk.start(wish).id
    for n in range(24):
        minutes, before = 50.0 + 3.0 * (n % 12) + 4.0 * (n % 5), 40.0 + 5.0 * (n % 12)
        home.play(experiment_id, None, profile_id=f"p{n % 12}", value=minutes, before=before)
    return experiment_id


def test_watching_shows_the_interval_narrow_until_the_decision(
    home: TrialHome, client: Client, screen: Screen, golden: Golden
) -> None:
    experiment_id = watched(home, EVENINGS[:8])
    coming = iter(EVENINGS[8:])

    def sleep(_s: float) -> None:
        home.play(experiment_id, {"P": "popular", "T": "taste"}[next(coming)])

    commands.watch(client, None, as_json=False, console=screen.console, sleep=sleep)
    golden(TEXTS / "watch.txt", screen.text)


def test_ctrl_c_ends_watching_and_not_the_experiment(
    home: TrialHome, client: Client, screen: Screen, golden: Golden
) -> None:
    watched(home, EVENINGS[:3])

    def sleep(_s: float) -> None:
        raise KeyboardInterrupt

    commands.watch(client, "Taste", as_json=False, console=screen.console, sleep=sleep)
    golden(TEXTS / "watch_left.txt", screen.text)
    assert home.desk.running_for("for-you") is not None


def test_watching_for_programs_is_a_line_per_look_and_the_end(
    home: TrialHome, client: Client, screen: Screen
) -> None:
    experiment_id = watched(home, "TT")
    coming = iter("T" * 40)

    def sleep(_s: float) -> None:
        next(coming)
        home.play(experiment_id, "taste")

    commands.watch(client, experiment_id, as_json=True, console=screen.console, sleep=sleep)
    *looks, end = (json.loads(line) for line in screen.text.splitlines())
    assert [look["n"] for look in looks] == list(range(1, len(looks) + 1))
    assert end["state"] == "decided"
    assert end["winner"] == "taste"


def test_a_report_tells_what_was_found(
    home: TrialHome, client: Client, screen: Screen, golden: Golden
) -> None:
    watched(home, EVENINGS[:12])
    by_profile(home)
    for wanted in ("taste", "newest"):
        commands.report(client, wanted, as_json=False, console=screen.console)
        screen.console.print()
    golden(TEXTS / "report.txt", screen.text)


def test_the_list_is_one_experiment_a_line(
    home: TrialHome, client: Client, screen: Screen, golden: Golden
) -> None:
    watched(home, EVENINGS)
    by_profile(home)
    home.start("another-row", name="Barely begun")
    commands.show_all(client, as_json=False, console=screen.console)
    golden(TEXTS / "list.txt", screen.text)


def test_before_there_is_anything(
    home: TrialHome, client: Client, screen: Screen, golden: Golden
) -> None:
    commands.show_all(client, as_json=False, console=screen.console)
    home.start()
    commands.report(client, "taste", as_json=False, console=screen.console)
    golden(TEXTS / "empty.txt", screen.text)


def test_starting_and_stopping_say_what_follows(
    client: Client, screen: Screen, golden: Golden
) -> None:
    arms = (Arm(name="popular"), Arm(name="taste"))
    mixed = StartExperiment(name="Taste", arms=arms, row="for-you")
    split = StartExperiment(
        name="Split",
        arms=arms,
        row="new",
        kind=ExperimentKind.ASSIGNMENT,
        metric=ExperimentMetric.FINISHED_SHARE,
    )
    for wish in (mixed, split):
        commands.start(client, wish, as_json=False, console=screen.console)
    for _ in range(2):
        commands.stop(client, "taste", as_json=False, console=screen.console)
    golden(TEXTS / "start_and_stop.txt", screen.text)


def test_what_programs_read_is_json(home: TrialHome, client: Client) -> None:
    experiment_id = watched(home, "TP")
    asked: dict[str, Callable[[Console], None]] = {
        "list": lambda c: commands.show_all(client, as_json=True, console=c),
        "report": lambda c: commands.report(client, experiment_id, as_json=True, console=c),
        "stop": lambda c: commands.stop(client, experiment_id, as_json=True, console=c),
    }
    answers = {}
    for name, ask in asked.items():
        screen = Screen()
        ask(screen.console)
        answers[name] = json.loads(screen.text)
    assert answers["list"][0]["id"] == experiment_id
    assert len(answers["report"]["looks"]) == 2
    assert answers["stop"]["state"] == "stopped"


@pytest.mark.parametrize("wanted", [None, "nothing", "id"], ids=["none runs", "unknown", "several"])
def test_an_experiment_that_cannot_be_told_is_asked_for_again(
    home: TrialHome, client: Client, wanted: str | None
) -> None:
    for row in ("one", "two"):
        home.desk.stop(home.start(row))
    with pytest.raises(CommandError) as error:
        commands.find(client, wanted)
    assert "list" in error.value.hint


def test_a_server_that_goes_away_is_told_in_words(
    home: TrialHome, client: Client, screen: Screen, capsys: pytest.CaptureFixture[str]
) -> None:
    watched(home, "T")

    def sleep(_s: float) -> None:
        raise EdgeUnreachable("The Matinee server does not answer", hint="Is it running?")

    with pytest.raises(SystemExit) as ended, spoken_errors():
        commands.watch(client, None, as_json=False, console=screen.console, sleep=sleep)
    assert ended.value.code == 1
    assert capsys.readouterr().err.splitlines() == [
        "matinee: The Matinee server does not answer",
        "  Is it running?",
    ]
    assert "taste ahead by" in screen.text


def test_markup_in_a_name_is_text(home: TrialHome, client: Client, screen: Screen) -> None:
    home.start(name="[red]Taste[/]\x1b[2J")
    commands.show_all(client, as_json=False, console=screen.console)
    commands.report(client, home.desk.list().items[0].id, as_json=False, console=screen.console)
    assert screen.text.count("[red]Taste[/]") == 2
    assert "\x1b" not in screen.text


@pytest.fixture
def _without_server(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def opened(_home: Path | None) -> Iterator[Client]:
        yield client

    monkeypatch.setattr(commands, "_client", opened)


@pytest.mark.usefixtures("_without_server")
def test_the_command_line_starts_what_it_was_asked_for(
    home: TrialHome, capsys: pytest.CaptureFixture[str]
) -> None:
    line = "start Weekend --arms popular taste --row for-you --max-days 14 --alpha 0.1"
    commands.experiments_app(line, result_action="return_value")
    (begun,) = home.desk.list().items
    assert (begun.name, begun.row, begun.max_days, begun.alpha) == ("Weekend", "for-you", 14, 0.1)
    assert begun.metric is ExperimentMetric.PLAYS_CREDITED
    assert begun.state is ExperimentState.RUNNING
    for name in ("list", "report Weekend", "stop Weekend", "watch Weekend"):
        commands.experiments_app(name, result_action="return_value")
    assert "No decision: stopped after 0 observations." in capsys.readouterr().out


@pytest.mark.usefixtures("_without_server")
def test_an_experiment_that_makes_no_sense_is_refused_in_words(home: TrialHome) -> None:
    for line in (
        "start Same --arms taste taste --row r",
        "start Mixed --arms popular taste --row r --metric minutes-per-day",
        "start Row --arms popular taste --row 'not an id'",
    ):
        with pytest.raises(CommandError) as error:
            commands.experiments_app(line, result_action="return_value")
        assert error.value.detail
        assert "matinee experiments start" in error.value.hint
    assert home.desk.list().items == ()
