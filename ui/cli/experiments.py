"""``matinee experiments``: find out which ranking a household likes better."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Protocol

from cyclopts import App, Parameter, validators
from pydantic import ValidationError
from rich.console import Console
from rich.live import Live

from local_server.contracts.experiments import (
    MAX_DAYS,
    Arm,
    Experiment,
    ExperimentKind,
    ExperimentMetric,
    ExperimentReport,
    ExperimentState,
    StartExperiment,
)
from ui.cli.experiments_shown import course, listing, look_line, story
from ui.cli.where import HomeOption, prepared
from ui.cli.words import CommandError, one_line, out

_LOOK_EVERY_S = 2.0

experiments_app = App(
    name="experiments", help="Let two rankings share a row and see which one is played."
)


class ExperimentsClient(Protocol):
    """What these commands ask of the server's client; any method may raise ``EdgeError``."""

    def experiments(self) -> tuple[Experiment, ...]:
        """All, the one begun last first."""

    def start_experiment(self, wish: StartExperiment) -> Experiment:
        """Begin one."""

    def stop_experiment(self, experiment_id: str) -> Experiment:
        """End one without a decision."""

    def experiment(self, experiment_id: str) -> ExperimentReport:
        """Everything about one."""


JsonOption = Annotated[bool, Parameter("--json", help="Print JSON, for programs.")]


@experiments_app.command(name="start")
def start_command(
    name: str,
    /,
    *,
    arms: Annotated[tuple[str, str], Parameter(consume_multiple=True, negative="")],
    row: str = "top-picks",
    hypothesis: str = "",
    kind: ExperimentKind = ExperimentKind.INTERLEAVING,
    metric: ExperimentMetric | None = None,
    weights: Annotated[tuple[float, float], Parameter(negative="")] = (1.0, 1.0),
    alpha: Annotated[float, Parameter(validator=validators.Number(gte=0.001, lte=0.2))] = 0.05,
    max_days: Annotated[int, Parameter(validator=validators.Number(gte=1, lte=MAX_DAYS))] = 60,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Begin an experiment on a row of the home screen.

    Parameters
    ----------
    name
        What to call it.
    arms
        Two rankings; the second is compared with the first.
    row
        The row's id; top-picks is the one that can be tried.
    hypothesis
        What you expect, in a sentence.
    kind
        interleaving mixes both in one row, for everyone, and is made for a home; assignment gives
        every profile one of them and takes ten profiles or more.
    metric
        What is compared; plays-credited for interleaving, else finished-share or minutes-per-day.
    weights
        Shares of the profiles (with assignment).
    alpha
        The chance you take of a winner being named where there is none.
    max_days
        When it ends without a decision.
    """
    credited = kind is ExperimentKind.INTERLEAVING
    usual = ExperimentMetric.PLAYS_CREDITED if credited else ExperimentMetric.FINISHED_SHARE
    try:
        wish = StartExperiment(
            name=name,
            hypothesis=hypothesis,
            kind=kind,
            metric=metric or usual,
            arms=(Arm(name=arms[0], weight=weights[0]), Arm(name=arms[1], weight=weights[1])),
            row=row,
            alpha=alpha,
            max_days=max_days,
        )
    except ValidationError as error:
        first = error.errors()[0]
        raise CommandError(
            "This is no experiment.",
            detail=str(first["msg"]).removeprefix("Value error, ") + ".",
            hint="Example: matinee experiments start Taste --arms popular taste",
        ) from error
    with _client(home) as client:
        start(client, wish, as_json=as_json)


@experiments_app.command(name="list")
def list_command(*, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """List all experiments, the one begun last first."""
    with _client(home) as client:
        show_all(client, as_json=as_json)


@experiments_app.command(name="watch")
def watch_command(
    wanted: str | None = None, /, *, home: HomeOption = None, as_json: JsonOption = False
) -> None:
    """Watch the looks at an experiment until it has ended, or until Ctrl-C.

    Parameters
    ----------
    wanted
        Its name, its id or the beginning of the id; without, the one that runs.
    """
    with _client(home) as client:
        watch(client, wanted, as_json=as_json)


@experiments_app.command(name="stop")
def stop_command(wanted: str, /, *, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """End an experiment without a decision; what was seen is kept.

    Parameters
    ----------
    wanted
        Its name, its id or the beginning of the id.
    """
    with _client(home) as client:
        stop(client, wanted, as_json=as_json)


@experiments_app.command(name="report")
def report_command(wanted: str, /, *, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Tell what an experiment has found.

    Parameters
    ----------
    wanted
        Its name, its id or the beginning of the id.
    """
    with _client(home) as client:
        report(client, wanted, as_json=as_json)


def start(
    client: ExperimentsClient, wish: StartExperiment, *, as_json: bool, console: Console = out
) -> None:
    """Begin and say how to follow it."""
    begun = client.start_experiment(wish)
    if as_json:
        console.print_json(begun.model_dump_json())
        return
    first, second = (one_line(arm.name) for arm in begun.arms)
    console.print(f"{one_line(begun.name)} runs ({begun.id}).", markup=False)
    if begun.kind is ExperimentKind.INTERLEAVING:
        console.print(f"The row {begun.row} mixes {first} and {second} from now on.", markup=False)
    else:
        console.print(
            f"Every profile sees {first} or {second}. Fewer than ten profiles can hardly "
            "decide this; "
            "interleaving can.",
            markup=False,
        )
    console.print(f"'matinee experiments watch {begun.id}' shows how it goes.", markup=False)


def show_all(client: ExperimentsClient, *, as_json: bool, console: Console = out) -> None:
    """One a line."""
    found = client.experiments()
    if as_json:
        console.print_json(f"[{','.join(e.model_dump_json() for e in found)}]")
    elif found:
        console.print(listing(found))
    else:
        console.print("There are no experiments yet. 'matinee experiments start' begins one.")


def watch(
    client: ExperimentsClient,
    wanted: str | None,
    *,
    as_json: bool,
    console: Console = out,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Follow until the end. With ``as_json`` every look is one line, and the end is one more."""
    found = find(client, wanted)
    try:
        if as_json:
            _tell_looks(client, found.id, console, sleep)
        else:
            _draw_looks(client, found.id, console, sleep)
    except KeyboardInterrupt:
        if not as_json:
            console.print(f"{one_line(found.name)} goes on.", markup=False)


def stop(client: ExperimentsClient, wanted: str, *, as_json: bool, console: Console = out) -> None:
    """End without a decision."""
    found = find(client, wanted)
    ended = client.stop_experiment(found.id)
    if as_json:
        console.print_json(ended.model_dump_json())
    elif found.state is ExperimentState.RUNNING:
        console.print(f"{one_line(ended.name)} has ended. {one_line(ended.outcome)}", markup=False)
    else:
        console.print(
            f"{one_line(ended.name)} had ended already. {one_line(ended.outcome)}", markup=False
        )


def report(
    client: ExperimentsClient, wanted: str, *, as_json: bool, console: Console = out
) -> None:
    """Tell what was found."""
    found = client.experiment(find(client, wanted).id)
    if as_json:
        console.print_json(found.model_dump_json())
    else:
        console.print(story(found))


def find(client: ExperimentsClient, wanted: str | None) -> Experiment:
    """The experiment meant; :class:`~ui.cli.words.CommandError` for none or several."""
    known = client.experiments()
    if wanted is None:
        meant = [e for e in known if e.state is ExperimentState.RUNNING]
    else:
        exact = [e for e in known if e.id == wanted]
        named = [e for e in known if e.name.casefold() == wanted.casefold()]
        meant = exact or named or [e for e in known if e.id.startswith(wanted)]
    if len(meant) == 1:
        return meant[0]
    hint = "'matinee experiments list' shows all."
    if meant:
        names = ", ".join(f"{one_line(e.name)} ({e.id})" for e in meant)
        raise CommandError("More than one experiment is meant.", detail=names, hint=hint)
    if wanted is None:
        raise CommandError("No experiment runs.", hint=hint)
    raise CommandError("There is no such experiment.", detail=one_line(wanted), hint=hint)


def _draw_looks(
    client: ExperimentsClient, experiment_id: str, console: Console, sleep: Callable[[float], None]
) -> None:
    try:
        with Live(console=console, auto_refresh=False) as live:
            while True:
                found = client.experiment(experiment_id)
                live.update(course(found), refresh=True)
                if found.experiment.state is not ExperimentState.RUNNING:
                    return
                sleep(_LOOK_EVERY_S)
    finally:
        if not console.is_terminal:
            console.line()  # on a terminal it ends its last line itself


def _tell_looks(
    client: ExperimentsClient, experiment_id: str, console: Console, sleep: Callable[[float], None]
) -> None:
    told = 0
    while True:
        found = client.experiment(experiment_id)
        for look in found.looks[told:]:
            console.print(look_line(found.experiment, look), markup=False)
        told = len(found.looks)  # fewer than before when something was forgotten
        if found.experiment.state is not ExperimentState.RUNNING:
            console.print(found.experiment.model_dump_json(), markup=False)
            return
        sleep(_LOOK_EVERY_S)


@contextmanager
def _client(home: Path | None) -> Iterator[ExperimentsClient]:
    from ui.edge import open_edge  # noqa: PLC0415 - loads only what it needs

    with open_edge(prepared(home), starter=False) as edge:
        yield edge.client
