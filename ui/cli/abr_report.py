"""A playback report read back: what the engine knew, decided and got, in order of time."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from ui.cli.words import CommandError

FORMAT = "matinee-playback-report"
_MOST = 1e15  # nothing in a playback is so large
_LONGEST_S = 1e7  # none lasts so long: what is drawn second by second must come to an end


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """One representation a decision considered."""

    representation: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """One decision; rates None before anything was measured."""

    at_s: float
    segment_index: int
    representation: str
    reason: str
    explanation: str
    considered: tuple[Weighed, ...]
    buffer_level_s: float
    max_buffer_s: float
    estimate_bps: float | None
    low_bps: float | None
    high_bps: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """One transfer of the video, finished or abandoned, at the moment it ended."""

    at_s: float
    index: int
    representation: str
    received_bytes: int
    ttfb_s: float
    duration_s: float
    throughput_bps: float
    buffer_level_s: float
    from_store: bool
    abandoned: bool
    replaced: bool = False  # another one took its place before it was seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Stood:
    """The picture stood still."""

    at_s: float
    length_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One representation of the video's ladder."""

    id: str
    bandwidth_bps: int
    average_bandwidth_bps: int
    height_px: int

    @property
    def name(self) -> str:
        """Its height, or its rate where it has no picture."""
        return f"{self.height_px}p" if self.height_px else f"{self.bandwidth_bps / 1000:.0f} kbit/s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A playback; times count from the wish to play."""

    title: str
    startup_s: float | None
    segment_s: float
    ladder: tuple[Rung, ...]
    decisions: tuple[Decided, ...]
    arrivals: tuple[Arrived, ...]
    stalls: tuple[Stood, ...]
    qoe: dict[str, float]  # per segment, by utility

    @property
    def end_s(self) -> float:
        """When the last thing happened."""
        moments = [d.at_s for d in self.decisions] + [a.at_s for a in self.arrivals]
        moments += [stall.at_s + stall.length_s for stall in self.stalls]
        return max(moments, default=0.0)

    @property
    def given_up(self) -> list[Arrived]:
        """Transfers that were stopped before their end."""
        return [a for a in self.arrivals if a.abandoned]

    @property
    def fetched_again(self) -> list[Decided]:
        """Decisions to fetch buffered segments again."""
        return [d for d in self.decisions if d.reason == "replace"]

    @property
    def switches(self) -> int:
        """Changes from one segment to the next, as they were last decided."""
        last = {d.segment_index: d.representation for d in self.decisions}
        names = [last[index] for index in sorted(last)]
        return sum(before != after for before, after in pairwise(names))


def read_report(file: Path) -> Report:
    """Read a report. Raises :class:`CommandError` for anything that is not one."""
    try:
        document = json.loads(
            file.read_text(encoding="utf-8"),
            parse_constant=_refuse,
            parse_float=lambda text: _measured(float(text)),
            parse_int=lambda text: _measured(int(text)),
        )
        if document["format"] != FORMAT:
            raise CommandError(
                "This is not a playback report.",
                detail=f"{file.name} says it is {document['format']!r}.",
                hint="matinee play TITLE --headless --report FILE writes one.",
            )
        return _report(document)
    except OSError as error:
        raise CommandError("The report cannot be read.", detail=str(error)) from error
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise CommandError(
            "The report is not understood.",
            detail=f"{file.name}: {error!r}.",
            hint="matinee play TITLE --headless --report FILE writes one.",
        ) from error


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no measurement")


def _measured(number: float) -> float:
    if abs(number) > _MOST:
        raise ValueError("a number is too large for a measurement")
    return number


def _report(document: dict[str, Any]) -> Report:
    ladder = tuple(
        Rung(
            id=str(entry["id"]),
            bandwidth_bps=int(entry["bandwidth_bps"]),
            average_bandwidth_bps=int(entry["average_bandwidth_bps"] or entry["bandwidth_bps"]),
            height_px=int(entry["height_px"]),
        )
        for entry in document["ladder"]
    )
    if any(min(rung.bandwidth_bps, rung.average_bandwidth_bps) <= 0 for rung in ladder):
        raise ValueError("a representation without a rate")
    video = {rung.id for rung in ladder}
    startup = document["startup_s"]
    return Report(
        title=str(document["title"]),
        startup_s=None if startup is None else _seconds(startup),
        segment_s=_seconds(document["segment_duration_s"] or 0.0),
        ladder=ladder,
        decisions=tuple(map(_decided, document["decisions"])),
        arrivals=tuple(
            _arrived(entry) for entry in document["segments"] if entry["representation"] in video
        ),
        stalls=tuple(
            Stood(at_s=_seconds(entry["at_s"]), length_s=_seconds(entry["length_s"]))
            for entry in document["rebuffers"]
        ),
        qoe={name: float(value["per_segment"]) for name, value in document["qoe"].items()},
    )


def _decided(entry: dict[str, Any]) -> Decided:
    context = entry["context"]
    estimate = context["estimate"] or {}
    return Decided(
        at_s=_seconds(entry["at_s"]),
        segment_index=int(entry["segment_index"]),
        representation=str(entry["representation"]),
        reason=str(entry.get("reason", "")),
        explanation=str(entry["explanation"]),
        considered=tuple(
            Weighed(
                representation=str(weighed["representation"]),
                note=str(weighed["note"]),
            )
            for weighed in entry.get("considered", ())
        ),
        buffer_level_s=_seconds(context["buffer_level_s"]),
        max_buffer_s=_seconds(context["max_buffer_s"]),
        estimate_bps=_rate_bps(estimate.get("throughput_bps")),
        low_bps=_rate_bps(estimate.get("low_bps")),
        high_bps=_rate_bps(estimate.get("high_bps")),
    )


def _seconds(value: Any) -> float:
    if abs(seconds := float(value)) > _LONGEST_S:
        raise ValueError(f"{seconds:g} s is too long")
    return seconds


def _rate_bps(value: Any) -> float | None:
    return None if value is None else float(value)


def _arrived(entry: dict[str, Any]) -> Arrived:
    return Arrived(
        at_s=_seconds(entry["at_s"]),
        index=int(entry["index"]),
        representation=str(entry["representation"]),
        received_bytes=int(entry["bytes"]),
        ttfb_s=_seconds(entry["ttfb_s"]),
        duration_s=_seconds(entry["duration_s"]),
        throughput_bps=float(entry["throughput_bps"]),
        buffer_level_s=_seconds(entry["buffer_level_s"]),
        from_store=bool(entry["from_store"]),
        abandoned=bool(entry["abandoned"]),
        replaced=bool(entry.get("replaced", False)),
    )
