"""What the events of one session say of a title: when it played, for how long, how far. Pure.

A session's events may come late, twice, in any order and from a device whose clock is wrong. The
server knows two true moments about each: it lies after the session's start and before its
arrival. The smallest shift of the device's clock that fits all of them is taken; where none fits,
because the clock was changed on the way, the moments of arrival are.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from local_server.contracts import WatchKind
from local_server.services.playback.rules import ResumeRules

# Players tell their position every few seconds, at least as often as a lease needs it. After a
# longer silence nobody knows what happened: the machine slept, or its power failed.
SILENCE = timedelta(seconds=90)
# Clocks drift apart while a film plays.
DRIFT = timedelta(seconds=5)

_STANDING_STILL = frozenset({WatchKind.PAUSE, WatchKind.STOP, WatchKind.END})


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """A watch event as it is kept."""

    id: str
    kind: WatchKind
    position_s: float
    duration_s: float
    at: datetime
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of wall time."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """A title played in one session. ``spans`` are the stretches in which the picture moved."""

    started_at: datetime
    ended_at: datetime
    position_s: float
    duration_s: float
    finished: bool
    spans: tuple[Span, ...]

    @property
    def played_s(self) -> float:
        """Wall time in which the picture moved."""
        return length_s(self.spans)


def sitting(
    happenings: Sequence[Happening], *, session_started_at: datetime | None, rules: ResumeRules
) -> Sitting:
    """All that ``happenings``, at least one, say; the same for any order of them."""
    times = _true_times(happenings, session_started_at)
    told = sorted(
        zip(times, happenings, strict=True), key=lambda pair: (pair[0], pair[1].at, pair[1].id)
    )
    last = told[-1][1]
    return Sitting(
        started_at=told[0][0],
        ended_at=told[-1][0],
        position_s=last.position_s,
        duration_s=last.duration_s,
        finished=any(rules.is_finished(h.kind, h.position_s, h.duration_s) for h in happenings),
        spans=_spans(told),
    )


def united(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same time without overlap, in order."""
    result: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, s.end)):
        if result and span.start <= result[-1].end:
            result[-1] = Span(start=result[-1].start, end=max(result[-1].end, span.end))
        else:
            result.append(span)
    return tuple(result)


def within(spans: Iterable[Span], start: datetime, end: datetime) -> tuple[Span, ...]:
    """The parts of ``spans`` between two moments."""
    return tuple(
        Span(start=max(span.start, start), end=min(span.end, end))
        for span in spans
        if span.start < end and span.end > start
    )


def length_s(spans: Iterable[Span]) -> float:
    """Seconds in ``spans``, overlaps counted as often as they come."""
    return sum((span.end - span.start).total_seconds() for span in spans)


def _true_times(
    happenings: Sequence[Happening], session_started_at: datetime | None
) -> list[datetime]:
    latest = min(h.received_at - h.at for h in happenings)
    earliest = latest
    if session_started_at is not None:
        earliest = session_started_at - min(h.at for h in happenings)
    elif latest > timedelta():
        earliest = timedelta()  # nothing contradicts the device
    if earliest > latest + DRIFT:
        return [h.received_at for h in happenings]
    shift = min(latest, max(earliest, timedelta()))
    return [h.at + shift for h in happenings]


def _spans(told: Sequence[tuple[datetime, Happening]]) -> tuple[Span, ...]:
    spans: list[Span] = []
    moving = False
    for (start, before), (end, after) in itertools.pairwise(told):
        # A paused player goes on telling its position, which stands; a seek says nothing of it.
        if after.kind is not WatchKind.SEEK:
            moving = after.position_s > before.position_s
        moving = moving and before.kind not in _STANDING_STILL
        if moving and timedelta() < end - start <= SILENCE:
            spans.append(Span(start=start, end=end))
    return united(spans)
