"""How experiments look in a terminal: a list, a course of looks, a story."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from local_server.contracts.experiments import (
    ArmFigures,
    Experiment,
    ExperimentKind,
    ExperimentMetric,
    ExperimentReport,
    ExperimentState,
    Look,
)
from ui.cli.words import one_line

_SHOWN_LOOKS = 12
_HALF_BAR = 15  # characters from no effect to the end of the scale

_COUNTED = {
    ExperimentMetric.PLAYS_CREDITED: "plays credited",
    ExperimentMetric.FINISHED_SHARE: "share that was finished",
    ExperimentMetric.MINUTES_PER_DAY: "minutes per day",
}


def listing(experiments: Sequence[Experiment]) -> Table:
    """One experiment a line."""
    table = Table("Experiment", "arms", "row", "state", box=None, pad_edge=False)
    for column in ("looked at", "difference", "p"):
        table.add_column(column, justify="right")
    table.add_column("id", no_wrap=True)
    for experiment in experiments:
        look = experiment.latest
        table.add_row(
            Text(one_line(experiment.name)),
            Text(" / ".join(one_line(arm.name) for arm in experiment.arms)),
            Text(experiment.row),
            _state(experiment),
            str(look.n) if look else "0",
            _amount(look.effect, experiment) if look else "-",
            _chance(look.p) if look else "-",
            Text(experiment.id),
        )
    return table


def course(report: ExperimentReport) -> RenderableType:
    """The newest looks, their intervals drawn on one scale, and what comes of them."""
    experiment, looks = report.experiment, report.looks
    _, second = _names(experiment)
    heading = Text(one_line(experiment.name), style="bold")
    if not looks:
        return Group(heading, Text("Nothing has been seen yet."), *_standing(experiment))
    table = Table("looked at", f"{second} ahead by", "between", box=None, pad_edge=False)
    table.columns[0].justify = table.columns[1].justify = "right"
    shown = looks[-_SHOWN_LOOKS:]
    scale = _scale(experiment, shown)
    table.add_column(_ends(experiment), no_wrap=True)
    table.add_column("p", justify="right")
    for look in shown:
        table.add_row(
            str(look.n),
            _amount(look.effect, experiment),
            _between(look, experiment),
            _bar(look, scale),
            _chance(look.p),
        )
    return Group(heading, table, *_standing(experiment))


def story(report: ExperimentReport) -> RenderableType:
    """What it was, what was seen, what follows."""
    experiment = report.experiment
    parts: list[RenderableType] = [Text(one_line(experiment.name), style="bold")]
    if experiment.hypothesis:
        parts.append(Text(f"Expected: {one_line(experiment.hypothesis)}"))
    how = "mixed in one row" if experiment.kind is ExperimentKind.INTERLEAVING else "by profile"
    parts.append(
        Text(
            f"Row {experiment.row}, {how}; {_COUNTED[experiment.metric]}; "
            f"since {experiment.started_at:%Y-%m-%d}."
        )
    )
    parts += [Text(""), _arms(experiment, report.arms), Text("")]
    if report.looks:
        parts.append(Text(_finding(experiment, report.looks[-1])))
    else:
        parts.append(Text("Nothing has been seen yet."))
    if report.variance_ratio is not None and report.variance_ratio < 1:
        explained = 1 - report.variance_ratio
        parts.append(
            Text(
                f"The time before explains {explained:.0%} of how profiles differ; it is left out."
            )
        )
    return Group(*parts, *_standing(experiment))


def look_line(experiment: Experiment, look: Look) -> str:
    """One look as a line of JSON."""
    document = {"experiment": experiment.id, **look.model_dump(mode="json")}
    return json.dumps(document)


def _arms(experiment: Experiment, arms: Sequence[ArmFigures]) -> Table:
    credited = experiment.metric is ExperimentMetric.PLAYS_CREDITED
    counted, mean = ("plays", "share") if credited else ("seen", "mean")
    table = Table("Arm", box=None, pad_edge=False)
    for column in (counted, "profiles", mean):
        table.add_column(column, justify="right")
    for arm in arms:
        minutes = experiment.metric is ExperimentMetric.MINUTES_PER_DAY
        shown = f"{arm.mean:.1f} min" if minutes else f"{arm.mean:.0%}"
        table.add_row(Text(one_line(arm.name)), str(arm.observations), str(arm.profiles), shown)
    return table


def _finding(experiment: Experiment, look: Look) -> str:
    first, second = _names(experiment)
    found = f"{second} over {first}: {_amount(look.effect, experiment)}"
    if look.low is None or look.high is None:
        return f"{found}. Too few profiles to say how sure that is."
    return (
        f"{found}, and between {_between(look, experiment)} with "
        f"{1 - experiment.alpha:.0%} confidence at any time (p {_chance(look.p)})."
    )


def _standing(experiment: Experiment) -> list[Text]:
    if experiment.state is ExperimentState.DECIDED:
        return [Text(f"Decided: {one_line(experiment.outcome)}", style="bold green")]
    if experiment.state is ExperimentState.STOPPED:
        return [Text(one_line(experiment.outcome), style="bold")]
    last = experiment.started_at + timedelta(days=experiment.max_days)
    return [
        Text(
            f"Not decided yet: that takes a p of {_chance(experiment.alpha)}. "
            f"Ends on {last:%Y-%m-%d} at the latest."
        )
    ]


def _state(experiment: Experiment) -> Text:
    if experiment.winner is not None:
        return Text(f"decided for {one_line(experiment.winner)}", style="green")
    return Text(str(experiment.state))


def _names(experiment: Experiment) -> tuple[str, str]:
    first, second = experiment.arms
    return one_line(first.name), one_line(second.name)


def _amount(value: float, experiment: Experiment) -> str:
    # Adding 0 makes a zero of a negative one.
    if experiment.metric is ExperimentMetric.MINUTES_PER_DAY:
        return f"{round(value, 1) + 0.0:+.1f} min"
    return f"{round(100 * value) + 0:+} points"


def _between(look: Look, experiment: Experiment) -> str:
    if look.low is None or look.high is None:
        return "-"
    low, high = _amount(look.low, experiment), _amount(look.high, experiment)
    return f"{low.split()[0]} and {high}"


def _chance(p: float) -> str:
    return f"{p:.3f}" if p >= 0.001 else "<0.001"


def _ends(experiment: Experiment) -> str:
    """Heads the bars: who is ahead on which side."""
    first, second = (name[:_HALF_BAR] for name in _names(experiment))
    return f"{first:<{_HALF_BAR}}|{second:>{_HALF_BAR}}"


def _scale(experiment: Experiment, looks: Sequence[Look]) -> float:
    """The effect at the end of a bar: the widest of these intervals, so that they narrow."""
    if experiment.metric is not ExperimentMetric.MINUTES_PER_DAY:
        return 1.0
    ends = [abs(end) for look in looks for end in (look.low, look.high) if end is not None]
    return max([*ends, *(abs(look.effect) for look in looks), 1.0])


def _bar(look: Look, scale: float) -> Text:
    """The interval as a line, the effect as a dot on it, no effect in the middle."""
    low, effect, high = (
        _HALF_BAR + round(_HALF_BAR * max(-1.0, min(1.0, value / scale)))
        for value in (
            -scale if look.low is None else look.low,
            look.effect,
            scale if look.high is None else look.high,
        )
    )
    cells = [
        "\N{BOX DRAWINGS LIGHT HORIZONTAL}" if low <= n <= high else " "
        for n in range(2 * _HALF_BAR + 1)
    ]
    cells[_HALF_BAR] = "\N{BOX DRAWINGS LIGHT VERTICAL}"
    cells[effect] = "\N{BLACK CIRCLE}"
    decided = look.low is not None and look.high is not None and not look.low <= 0 <= look.high
    return Text("".join(cells), style="green" if decided else "")
