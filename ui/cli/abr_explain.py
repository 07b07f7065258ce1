"""``matinee abr explain``: a session as prose and as a picture."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise
from pathlib import Path

from ui.cli.abr_report import Arrived, Decided, Report, read_report
from ui.cli.words import CommandError, one_line, out

_WIDTH, _LEFT, _RIGHT, _PANEL, _GAP, _TOP = 960, 90, 20, 150, 34, 40  # pixels
_STALL, _BAND, _LINE, _DOT, _TEXT = "#e5484d", "#cfe3ff", "#2f6fde", "#5b6472", "#1c2024"


def explain(file: Path, drawing: Path | None) -> None:
    """Print the session, and draw it as SVG where a file for it is given."""
    report = read_report(file)
    for line in prose(report):
        out.print(one_line(line), markup=False)
    if drawing is None:
        return
    if drawing.suffix.lower() != ".svg":
        raise CommandError("The drawing is an SVG.", hint="Name a file that ends in .svg.")
    try:
        drawing.write_text(svg(report), encoding="utf-8")
    except OSError as error:
        raise CommandError("The drawing cannot be written.", detail=str(error)) from error
    out.print(f"Drawn in {drawing}.", markup=False)


def prose(report: Report) -> Iterator[str]:
    """The session line by line."""
    yield _opening(report)
    for _, line in heapq.merge(_decisions(report.decisions), _events(report)):
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
        f"stood still {len(report.stalls)} times for {stood_s:.1f} s"
        if report.stalls
        else "never stood still"
    )
    switches = sum(
        before.representation != after.representation
        for before, after in pairwise(report.decisions)
    )
    return f"{report.title}: {startup}, {stalls}, changed quality {switches} times."


def _decisions(decisions: Sequence[Decided]) -> Iterator[tuple[float, str]]:
    """Every change with its reason; what stayed is counted."""
    stayed = 0
    before: str | None = None
    for entry in decisions:
        if entry.representation == before:
            stayed += 1
            continue
        if stayed:
            yield entry.at_s, f"         and so for {stayed} more segments"
        stayed, before = 0, entry.representation
        carried = (
            "nothing measured yet"
            if entry.estimate_bps is None
            else f"network {entry.estimate_bps / 1e6:.2f} Mbit/s"
        )
        yield (
            entry.at_s,
            (
                f"{_clock(entry.at_s)} segment {entry.segment_index + 1}, "
                f"{entry.buffer_level_s:.1f} s ahead, {carried}. {entry.explanation}"
            ),
        )
    if stayed:
        yield decisions[-1].at_s, f"         and so for {stayed} more segments"


def _events(report: Report) -> Iterator[tuple[float, str]]:
    stalls = [
        (s.at_s, f"{_clock(s.at_s)} the buffer ran dry; the picture stood for {s.length_s:.1f} s.")
        for s in report.stalls
    ]
    given_up = [(a.at_s, _given_up(a)) for a in report.arrivals if a.abandoned]
    yield from sorted([*stalls, *given_up])


def _given_up(arrival: Arrived) -> str:
    what = f"segment {arrival.index + 1} was given up"
    spent = f"after {arrival.duration_s:.1f} s and {arrival.received_bytes / 1000:.0f} kB"
    return f"{_clock(arrival.at_s)} {what} {spent}."


def _clock(moment_s: float) -> str:
    minutes, seconds = divmod(moment_s, 60)
    return f"{minutes:3.0f}:{seconds:04.1f}"


def svg(report: Report) -> str:
    """The timeline: network and estimate with its band, buffer, representation, stalls."""
    height = _TOP + 3 * (_PANEL + _GAP)
    end_s = max(report.end_s, 1.0)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}">',
        f"<style>text {{ font: 12px sans-serif; fill: {_TEXT} }}</style>",
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="{_LEFT}" y="20" style="font-size: 15px">{escape(one_line(report.title))}</text>',
        *_stalls(report, end_s, height),
        *_network(report, end_s),
        *_buffer(report, end_s),
        *_quality(report, end_s),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _x(moment_s: float, end_s: float) -> float:
    return _LEFT + (_WIDTH - _LEFT - _RIGHT) * moment_s / end_s


def _y(panel: int, share: float) -> float:
    return _TOP + panel * (_PANEL + _GAP) + _PANEL * (1 - min(max(share, 0.0), 1.0))


def _stalls(report: Report, end_s: float, height: int) -> Iterator[str]:
    spans = [(s.at_s, s.length_s) for s in report.stalls]
    if report.startup_s:
        spans.append((0.0, report.startup_s))
    for at_s, length_s in spans:
        width = max(1.0, _x(at_s + length_s, end_s) - _x(at_s, end_s))
        yield (
            f'<rect x="{_x(at_s, end_s):.1f}" y="{_TOP}" width="{width:.1f}" '
            f'height="{height - _TOP - _GAP}" fill="{_STALL}" fill-opacity="0.25"/>'
        )


def _axis(panel: int, label: str, highest: str, end_s: float) -> Iterator[str]:
    top, bottom = _y(panel, 1.0), _y(panel, 0.0)
    yield f'<text x="8" y="{top + 12:.1f}">{escape(label)}</text>'
    yield f'<text x="{_LEFT - 6}" y="{top + 28:.1f}" text-anchor="end">{escape(highest)}</text>'
    yield f'<path d="M{_LEFT} {top:.1f}V{bottom:.1f}H{_WIDTH - _RIGHT}" fill="none" stroke="#999"/>'
    yield (
        f'<text x="{_WIDTH - _RIGHT}" y="{bottom + 14:.1f}" text-anchor="end">'
        f"{_clock(end_s).strip()}</text>"
    )


def _path(points: Sequence[tuple[float, float]], style: str) -> str:
    line = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return f'<path d="M{line}" {style}/>' if points else ""


def _network(report: Report, end_s: float) -> Iterator[str]:
    measured = [a for a in report.arrivals if not a.from_store and a.throughput_bps > 0]
    known = [
        (d.at_s, d.estimate_bps, d.low_bps, d.high_bps)
        for d in report.decisions
        if d.estimate_bps is not None and d.low_bps is not None and d.high_bps is not None
    ]
    top_bps = max([a.throughput_bps for a in measured] + [e for _, e, _, _ in known], default=1e6)
    yield from _axis(0, "network", f"{top_bps / 1e6:.1f} Mbit/s", end_s)
    upper = [(_x(at, end_s), _y(0, high / top_bps)) for at, _, _, high in known]
    lower = [(_x(at, end_s), _y(0, low / top_bps)) for at, _, low, _ in known]
    yield _path([*upper, *reversed(lower)], f'fill="{_BAND}" stroke="none"')
    middle = [(_x(at, end_s), _y(0, estimate / top_bps)) for at, estimate, _, _ in known]
    yield _path(middle, f'fill="none" stroke="{_LINE}" stroke-width="1.5"')
    for entry in measured:
        x, y = _x(entry.at_s, end_s), _y(0, entry.throughput_bps / top_bps)
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{_DOT}"/>'


def _buffer(report: Report, end_s: float) -> Iterator[str]:
    levels = sorted(
        [(d.at_s, d.buffer_level_s) for d in report.decisions]
        + [(a.at_s, a.buffer_level_s) for a in report.arrivals]
    )
    top_s = max([level for _, level in levels], default=1.0) or 1.0
    yield from _axis(1, "buffer", f"{top_s:.0f} s", end_s)
    points = [(_x(at_s, end_s), _y(1, level / top_s)) for at_s, level in levels]
    yield _path(points, f'fill="none" stroke="{_LINE}" stroke-width="1.5"')


def _quality(report: Report, end_s: float) -> Iterator[str]:
    order = [rung.id for rung in report.ladder]
    best = report.ladder[-1] if report.ladder else None
    yield from _axis(2, "quality", f"{best.height_px}p" if best else "", end_s)
    steps = [d for d in report.decisions if d.representation in order]
    points: list[tuple[float, float]] = []
    for number, entry in enumerate(steps):
        until_s = steps[number + 1].at_s if number + 1 < len(steps) else end_s
        y = _y(2, (order.index(entry.representation) + 1) / len(order))
        points += [(_x(entry.at_s, end_s), y), (_x(until_s, end_s), y)]
    yield _path(points, f'fill="none" stroke="{_LINE}" stroke-width="2"')
