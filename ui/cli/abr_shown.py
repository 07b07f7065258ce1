"""What was on screen when, from the moments at which a report says where the picture stood."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from ui.cli.abr_report import Report

_SEEK_S = 1.5  # a picture that moved so much more than time passed was moved by hand


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownStep:
    """A representation on screen without a break."""

    from_s: float
    until_s: float
    representation: str


def shown_steps(report: Report) -> list[ShownStep]:
    """The representations on screen in order of time, by the last moment at which each was seen.

    Between two decisions the picture is taken to move evenly; after the last one it goes on as
    long as the report does.
    """
    present = {
        a.index: a.representation for a in report.arrivals if not a.abandoned and a.received_bytes
    }
    steps: list[ShownStep] = []
    for from_s, until_s, index in _stretches(report):
        name = present.get(index)
        if name is None or until_s <= from_s:
            continue
        last = steps[-1] if steps else None
        if last is not None and last.representation == name:
            steps[-1] = ShownStep(from_s=last.from_s, until_s=until_s, representation=name)
        else:
            begins_s = from_s if last is None else last.until_s
            steps.append(ShownStep(from_s=begins_s, until_s=until_s, representation=name))
    return steps


def _stretches(report: Report) -> list[tuple[float, float, int]]:
    """From, until, and the segment on screen."""
    if not report.segment_s or report.startup_s is None:
        return []
    moments = [
        (d.at_s, d.segment_index * report.segment_s - d.buffer_level_s)
        for d in report.decisions
        if d.at_s >= report.startup_s and d.reason not in {"abandon", "replace"}
    ]
    first = min((d.segment_index for d in report.decisions), default=0)
    moments.insert(0, (report.startup_s, first * report.segment_s))
    at_s, position_s = moments[-1]
    moments.append((report.end_s, position_s + report.end_s - at_s))
    found: list[tuple[float, float, int]] = []
    for (from_s, here_s), (until_s, there_s) in pairwise(moments):
        passed_s = until_s - from_s
        moved_s = there_s - here_s
        if passed_s <= 0:
            continue
        if moved_s <= 0 or moved_s > 2 * passed_s + _SEEK_S:
            found.append((from_s, until_s, int((here_s + 1e-3) / report.segment_s)))
            continue
        index = int((here_s + 1e-3) / report.segment_s)
        begin_s = from_s
        while begin_s < until_s:
            ends_s = from_s + ((index + 1) * report.segment_s - here_s) * passed_s / moved_s
            found.append((begin_s, min(ends_s, until_s), index))
            begin_s, index = max(ends_s, begin_s + 1e-6), index + 1
    return found
