"""``matinee abr explain``: a session as prose and as a picture."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from pathlib import Path

from ui.cli.abr_drawing import svg
from ui.cli.abr_raster import not_written, write_png
from ui.cli.abr_report import Arrived, Decided, Report, read_report
from ui.cli.words import CommandError, one_line, out


def explain(file: Path, svg_file: Path | None, png_file: Path | None) -> None:
    """Print the session, and draw it where files for that are given."""
    report = read_report(file)
    for wanted, ending in ((svg_file, ".svg"), (png_file, ".png")):
        if wanted is not None and wanted.suffix.lower() != ending:
            raise CommandError(
                f"{wanted.name} is no name for this drawing.",
                hint=f"Name a file that ends in {ending}.",
            )
    for line in prose(report):
        out.print(one_line(line), markup=False)
    if svg_file is None and png_file is None:
        return
    drawing = svg(report)
    if svg_file is not None:
        try:
            svg_file.write_text(drawing, encoding="utf-8")
        except OSError as error:
            raise not_written(str(error)) from error
        out.print(f"Drawn in {svg_file}.", markup=False)
    if png_file is not None:
        write_png(drawing, png_file)
        out.print(f"Drawn in {png_file}.", markup=False)


def prose(report: Report) -> Iterator[str]:
    """The session line by line."""
    yield _opening(report)
    for _, line in heapq.merge(_decisions(report), _events(report)):
        yield line
    if report.qoe:
        parts = ", ".join(f"{value:.2f} ({name})" for name, value in report.qoe.items())
        yield f"Quality of experience per segment: {parts}."


def _opening(report: Report) -> str:
    stood_s = sum(stall.length_s for stall in report.stalls)
    startup = (
        "never showed a picture"
        if report.startup_s is None
        else (f"showed a picture after {report.startup_s:.2f} s")
    )
    stalls = (
        f"stood still {_times(len(report.stalls))} for {stood_s:.1f} s"
        if report.stalls
        else "never stood still"
    )
    parts = [startup, stalls, f"changed quality {_times(report.switches)}"]
    if report.given_up:
        parts.append(f"gave up {_transfers(len(report.given_up))}")
    if report.fetched_again:
        parts.append(f"fetched {_segments(len(report.fetched_again))} again")
    return f"{report.title}: {', '.join(parts)}."


def _times(count: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count} times")


def _transfers(count: int) -> str:
    return "1 transfer" if count == 1 else f"{count} transfers"


def _segments(count: int) -> str:
    return "1 segment" if count == 1 else f"{count} segments"


def _decisions(report: Report) -> Iterator[tuple[float, str]]:
    """Every change with its reason and what was weighed; what stayed is counted."""
    stayed: list[Decided] = []
    before: str | None = None
    for entry in report.decisions:
        if entry.representation == before and entry.reason not in {"abandon", "replace"}:
            stayed.append(entry)
            continue
        yield from _stays(stayed)
        stayed = []
        if entry.reason != "replace":
            before = entry.representation
        yield entry.at_s, _decision(entry)
        if entry.considered:
            yield entry.at_s, f"         weighed: {_weighed(report, entry)}"
    yield from _stays(stayed)


def _decision(entry: Decided) -> str:
    carried = (
        "nothing measured yet"
        if entry.estimate_bps is None
        else f"network {entry.estimate_bps / 1e6:.2f} Mbit/s"
    )
    return (
        f"{_clock(entry.at_s)} segment {entry.segment_index + 1}, "
        f"{entry.buffer_level_s:.1f} s ahead, {carried}. {entry.explanation}"
    )


def _weighed(report: Report, entry: Decided) -> str:
    names = {rung.id: rung.name for rung in report.ladder}
    return "; ".join(
        f"{names.get(weighed.representation, weighed.representation)} {weighed.note}"
        for weighed in entry.considered
    )


def _stays(stayed: Sequence[Decided]) -> Iterator[tuple[float, str]]:
    if stayed:
        last = stayed[-1]
        count = _segments(len(stayed)).replace(" ", " more ", 1)
        yield last.at_s, f"         and so for {count}, at last: {last.explanation}"


def _events(report: Report) -> Iterator[tuple[float, str]]:
    stalls = [
        (s.at_s, f"{_clock(s.at_s)} the buffer ran dry; the picture stood for {s.length_s:.1f} s.")
        for s in report.stalls
    ]
    given_up = [(a.at_s, _given_up(a)) for a in report.arrivals if a.abandoned]
    replaced = [(a.at_s, _replaced(report, a)) for a in report.arrivals if a.replaced]
    yield from sorted([*stalls, *given_up, *replaced])


def _given_up(arrival: Arrived) -> str:
    what = f"segment {arrival.index + 1} was given up"
    spent = f"after {arrival.duration_s:.1f} s and {arrival.received_bytes / 1000:.0f} kB"
    return f"{_clock(arrival.at_s)} {what} {spent}."


def _replaced(report: Report, arrival: Arrived) -> str:
    names = {rung.id: rung.name for rung in report.ladder}
    return (
        f"{_clock(arrival.at_s)} segment {arrival.index + 1} was there at "
        f"{names.get(arrival.representation, arrival.representation)}, "
        f"{arrival.received_bytes / 1000:.0f} kB that were never seen: it was fetched again."
    )


def _clock(moment_s: float) -> str:
    minutes, seconds = divmod(moment_s, 60)
    return f"{minutes:3.0f}:{seconds:04.1f}"
