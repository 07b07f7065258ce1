"""A playback report drawn as SVG: network, buffer and quality over one line of time.

Only what SVG Tiny 1.2 has, so that every viewer and Qt show the same.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from ui.cli.abr_report import Decided, Report
from ui.cli.abr_shown import shown_steps
from ui.cli.words import one_line

WIDTH, HEIGHT = 1280, 786  # px
_LEFT, _RIGHT = 104, 40
_INK, _SURFACE, _LINE = "#0B0B0F", "#131318", "#2B2B36"
_TEXT, _TEXT2 = "#F4F1EA", "#B9B4AA"
_AMBER, _GREEN, _BLUE, _CORAL = "#FFB547", "#5AD19A", "#7CB8FF", "#FF7A59"
FAMILIES = "Inter, Helvetica, Arial, sans-serif"
_FONT = f'font-family="{FAMILIES}"'
_OPENING = (
    f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
    f'viewBox="0 0 {WIDTH} {HEIGHT}">'
)
_MOST_TIME_TICKS = 12
_TIME_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600)
_MOST_LABELS = 6  # of rungs or rates on one axis


@dataclass(frozen=True, slots=True, kw_only=True)
class _Panel:
    """A frame; ``at`` maps a share from 0 (bottom) to 1 to pixels."""

    title: str
    top: float
    height: float

    def at(self, share: float) -> float:
        inset = 12
        room = self.height - 2 * inset
        return self.top + inset + room * (1 - min(max(share, 0.0), 1.0))

    @property
    def bottom(self) -> float:
        return self.top + self.height


_NETWORK = _Panel(title="Network", top=150, height=216)
_BUFFER = _Panel(title="Buffer", top=398, height=130)
_QUALITY = _Panel(title="Quality", top=560, height=160)
_PANELS = (_NETWORK, _BUFFER, _QUALITY)


def svg(report: Report) -> str:
    """The whole drawing."""
    end_s = max(report.end_s, 1.0)
    parts = [
        _OPENING,
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{_INK}"/>',
        _text(40, 50, one_line(report.title), size=24, weight=600),
        _text(40, 78, _facts(report), size=14, fill=_TEXT2),
        *_legend(report),
        *_frames(end_s),
        *_stalls(report, end_s),
        *_network(report, end_s),
        *_buffer(report, end_s),
        *_quality(report, end_s),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _facts(report: Report) -> str:
    stood_s = sum(stall.length_s for stall in report.stalls)
    parts = [
        "no picture" if report.startup_s is None else f"picture after {report.startup_s:.2f} s",
        f"stood still {len(report.stalls)} x, {stood_s:.1f} s"
        if report.stalls
        else "never stood still",
        _counted(report.switches, "switch", "switches"),
    ]
    if report.given_up:
        parts.append(f"{len(report.given_up)} given up")
    if report.fetched_again:
        parts.append(f"{len(report.fetched_again)} fetched again")
    parts += [f"QoE {value:.2f} ({name})" for name, value in report.qoe.items()]
    return "  ·  ".join(parts)


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _legend(report: Report) -> Iterator[str]:
    """Only what the drawing shows."""
    entries = [
        ("ring", _TEXT, "transfer"),
        ("band", _BLUE, "expected throughput and its likely range"),
        ("area", _GREEN, "film ahead"),
        ("line", _AMBER, "representation on screen"),
    ]
    if report.startup_s or report.stalls:
        entries.append(("band", _CORAL, "picture stood still"))
    if report.given_up:
        entries.append(("cross", _CORAL, "given up"))
    if report.fetched_again:
        entries.append(("up", _TEXT, "fetched again, better"))
    x = 40.0
    for kind, colour, words in entries:
        yield _sign(kind, x + 9, 107, colour)
        yield _text(x + 26, 112, words, fill=_TEXT2)
        x += 26 + 7.1 * len(words) + 24


def _sign(kind: str, x: float, y: float, colour: str) -> str:
    if kind == "ring":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="none" stroke="{colour}"/>'
    if kind == "cross":
        return (
            f'<path d="M{x - 4:.1f} {y - 4:.1f}l8 8m0 -8l-8 8" fill="none" stroke="{colour}" '
            f'stroke-width="2" stroke-linecap="round"/>'
        )
    if kind == "up":
        return f'<path d="M{x:.1f} {y - 5:.1f}l5 9h-10z" fill="{colour}"/>'
    line = f'<path d="M{x - 9:.1f} {y:.1f}h18" stroke="{colour}" stroke-width="2.5"/>'
    if kind == "line":
        return line
    fill = f'fill="{colour}" fill-opacity="0.3"'
    box = f'<rect x="{x - 9:.1f}" y="{y - 6:.1f}" width="18" height="12" {fill}/>'
    return box if colour == _CORAL else box + line


def _text(
    x: float,
    y: float,
    words: str,
    *,
    size: int = 13,
    weight: int = 400,
    fill: str = _TEXT,
    anchor: str = "start",
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" {_FONT} font-size="{size}" font-weight="{weight}" '
        f'fill="{fill}" text-anchor="{anchor}">{escape(words)}</text>'
    )


def _x(moment_s: float, end_s: float) -> float:
    return _LEFT + (WIDTH - _LEFT - _RIGHT) * min(max(moment_s / end_s, 0.0), 1.0)


def _frames(end_s: float) -> Iterator[str]:
    """The panels, their names, and one axis of time below them."""
    step_s = next((s for s in _TIME_STEPS_S if end_s / s <= _MOST_TIME_TICKS), _TIME_STEPS_S[-1])
    ticks = [n * step_s for n in range(int(end_s / step_s) + 1)]
    width = WIDTH - _LEFT - _RIGHT
    for panel in _PANELS:
        yield (
            f'<rect x="{_LEFT}" y="{panel.top}" width="{width}" height="{panel.height}" rx="8" '
            f'fill="{_SURFACE}"/>'
        )
        yield _text(40, panel.top - 8, panel.title, size=14, weight=600)
        for tick in ticks[1:]:
            x = _x(tick, end_s)
            yield f'<path d="M{x:.1f} {panel.top}V{panel.bottom}" stroke="{_LINE}"/>'
    for tick in ticks:
        yield _text(
            _x(tick, end_s), _QUALITY.bottom + 22, _clock(tick), fill=_TEXT2, anchor="middle"
        )
    yield _text(
        WIDTH - _RIGHT, _QUALITY.bottom + 46, "since the wish to play", fill=_TEXT2, anchor="end"
    )


def _clock(moment_s: float) -> str:
    return f"{int(moment_s // 60)}:{int(moment_s % 60):02}"


def _rule(panel: _Panel, share: float, label: str) -> str:
    """A line across the panel with its value at the left."""
    y = panel.at(share)
    line = f'<path d="M{_LEFT} {y:.1f}H{WIDTH - _RIGHT}" stroke="{_LINE}"/>'
    return line + _text(_LEFT - 10, y + 4, label, size=12, fill=_TEXT2, anchor="end")


def _stalls(report: Report, end_s: float) -> Iterator[str]:
    spans = [(s.at_s, s.length_s, "stood") for s in report.stalls]
    if report.startup_s:
        spans.append((0.0, report.startup_s, "start"))
    right = -math.inf
    for at_s, length_s, word in sorted(spans):
        left, until = _x(at_s, end_s), _x(at_s + length_s, end_s)
        for panel in _PANELS:
            yield (
                f'<rect x="{left:.1f}" y="{panel.top}" width="{max(2.0, until - left):.1f}" '
                f'height="{panel.height}" fill="{_CORAL}" fill-opacity="0.28"/>'
            )
        words = f"{word} {length_s:.1f} s"
        left = max(left, _LEFT + 20)
        if left > right:  # else the words would lie on those before
            yield _text(left, _NETWORK.top - 8, words, size=12, fill=_CORAL)
            right = left + 7 * len(words)


def _path(points: Sequence[tuple[float, float]], style: str) -> str:
    line = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return f'<path d="M{line}" {style}/>' if points else ""


def _network(report: Report, end_s: float) -> Iterator[str]:
    measured = [a for a in report.arrivals if not a.from_store and a.throughput_bps > 0]
    known = [
        (_x(d.at_s, end_s), d.estimate_bps, d.low_bps, d.high_bps)
        for d in report.decisions
        if d.estimate_bps and d.low_bps and d.high_bps
    ]
    rates = [a.throughput_bps for a in measured] + [
        r for _, e, lo, hi in known for r in (e, lo, hi)
    ]
    scale = _log_scale(rates or [1e6])
    for rate_bps, label in _rate_ticks(min(rates or [1e6]), max(rates or [1e6])):
        yield _rule(_NETWORK, scale(rate_bps), label)
    upper = [(x, _NETWORK.at(scale(high))) for x, _, _, high in known]
    lower = [(x, _NETWORK.at(scale(low))) for x, _, low, _ in known]
    yield _path([*upper, *reversed(lower)], f'fill="{_BLUE}" fill-opacity="0.22" stroke="none"')
    middle = [(x, _NETWORK.at(scale(estimate))) for x, estimate, _, _ in known]
    yield _path(middle, f'fill="none" stroke="{_BLUE}" stroke-width="2.5" stroke-linejoin="round"')
    for entry in measured:
        kind, colour = ("cross", _CORAL) if entry.abandoned else ("ring", _TEXT)
        y = _NETWORK.at(scale(entry.throughput_bps))
        yield _sign(kind, _x(entry.at_s, end_s), y, colour)


class _log_scale:  # noqa: N801 - used like a function
    """Rates to shares by their logarithm, an octave at the least."""

    def __init__(self, rates_bps: Sequence[float]) -> None:
        self._low = math.log(min(rates_bps))
        self._span = max(math.log(max(rates_bps)) - self._low, math.log(2.0))

    def __call__(self, rate_bps: float) -> float:
        return (math.log(rate_bps) - self._low) / self._span


def _rate_ticks(low_bps: float, high_bps: float) -> list[tuple[float, str]]:
    """Round rates in between, few enough to be read."""
    exponents = range(math.floor(math.log10(low_bps)), math.ceil(math.log10(high_bps)) + 1)
    for digits in ((1, 2, 5), (1, 3), (1,)):
        rates = [digit * 10.0**exponent for exponent in exponents for digit in digits]
        inside = [rate for rate in rates if low_bps <= rate <= high_bps]
        if len(inside) <= _MOST_LABELS:
            break
    return [(rate, _rate_label(rate)) for rate in inside]


def _rate_label(rate_bps: float) -> str:
    return f"{rate_bps / 1e6:g} Mbit/s" if rate_bps >= 1e6 else f"{rate_bps / 1e3:g} kbit/s"


def _buffer(report: Report, end_s: float) -> Iterator[str]:
    levels = sorted(
        [(d.at_s, d.buffer_level_s) for d in report.decisions]
        + [(a.at_s, a.buffer_level_s) for a in report.arrivals]
    )
    top_s = max([level for _, level in levels], default=0.0) or 1.0
    step_s = next((s for s in _TIME_STEPS_S if top_s / s <= 4), _TIME_STEPS_S[-1])
    for level_s in range(0, int(top_s * 1.02) + 1, step_s):
        yield _rule(_BUFFER, level_s / top_s, f"{level_s} s")
    points = [(_x(at_s, end_s), _BUFFER.at(level / top_s)) for at_s, level in levels]
    if not points:
        return
    floor = _BUFFER.at(0.0)
    area = [(points[0][0], floor), *points, (points[-1][0], floor)]
    yield _path(area, f'fill="{_GREEN}" fill-opacity="0.18" stroke="none"')
    yield _path(points, f'fill="none" stroke="{_GREEN}" stroke-width="2" stroke-linejoin="round"')


def _quality(report: Report, end_s: float) -> Iterator[str]:
    order = [rung.id for rung in report.ladder]
    if not order:
        return

    def height(representation: str) -> float:
        return _QUALITY.at((order.index(representation) + 0.5) / len(order))

    every = math.ceil(len(order) / _MOST_LABELS)
    for number, rung in enumerate(report.ladder):
        if (len(order) - 1 - number) % every == 0:
            yield _rule(_QUALITY, (number + 0.5) / len(order), rung.name)
    points: list[tuple[float, float]] = []
    for step in shown_steps(report):
        y = height(step.representation)
        points += [(_x(step.from_s, end_s), y), (_x(step.until_s, end_s), y)]
    yield _path(points, f'fill="none" stroke="{_AMBER}" stroke-width="3" stroke-linejoin="round"')
    for entry in report.given_up:
        yield _sign("cross", _x(entry.at_s, end_s), height(entry.representation), _CORAL)
    for decision in report.fetched_again:
        yield from _again(decision, end_s, height(decision.representation))


def _again(decision: Decided, end_s: float, y: float) -> Iterator[str]:
    yield _sign("up", _x(decision.at_s, end_s), y, _TEXT)
