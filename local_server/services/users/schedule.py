"""When a profile may watch, as a function of clocks and time zones.

A span of hours is one unbroken stretch of time: it begins the first time that clocks show its
start and ends the first time that they show its end. So a night on which clocks go back gives no
span twice, and an hour that clocks leave out takes nothing but itself. Days begin likewise.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from local_server.contracts import Allowance, Reason, WatchTimes

DAY = timedelta(days=1)
# A week of spans repeats; what is not over by then is not over at all.
_SIGHT_DAYS = 8
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """From ``start`` until just before ``end``, UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """What a profile has of its day: minutes watched, minutes granted on top, hours granted."""

    watched_min: float = 0.0
    extra_min: float = 0.0
    granted: tuple[Stretch, ...] = ()


def first_showing(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """When clocks in ``zone`` first show at least ``minute`` minutes after midnight of ``day``."""
    shown = datetime.combine(day, time()) + timedelta(minutes=minute)
    early = shown.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if early.astimezone(zone).replace(tzinfo=None) == shown:
        return early
    # Clocks skip this time. With fold=1 it is read as if they had been put forward already, which
    # gives a moment before they are (PEP 495); between the two they jump.
    before, after = shown.replace(tzinfo=zone, fold=1).astimezone(UTC), early
    while after - before > _SECOND:
        middle = before + (after - before) // 2
        if middle.astimezone(zone).replace(tzinfo=None) >= shown:
            after = middle
        else:
            before = middle
    return after.replace(microsecond=0)


def day_of(at: datetime, zone: ZoneInfo) -> date:
    """The day ``at`` belongs to; a midnight that clocks show twice begins its day once."""
    day = at.astimezone(zone).date()
    while first_showing(day, 0, zone) > at:
        day -= DAY
    while first_showing(day + DAY, 0, zone) <= at:
        day += DAY
    return day


def day_stretch(day: date, zone: ZoneInfo) -> Stretch:
    """From the beginning of ``day`` to that of the next: 23, 24 or 25 hours, rarely others."""
    return Stretch(start=first_showing(day, 0, zone), end=first_showing(day + DAY, 0, zone))


def counted_stretch(now: datetime, seen: datetime, zone: ZoneInfo) -> Stretch:
    """The time whose minutes count as today's. ``seen``: the latest time the clock has shown.

    A clock that was set back would bring a day a second time; its minutes then count with those
    of every day up to the latest one.
    """
    days = (day_of(now, zone), day_of(seen, zone))
    return Stretch(start=day_stretch(min(days), zone).start, end=day_stretch(max(days), zone).end)


def allowance(
    times: WatchTimes,
    zone: ZoneInfo,
    at: datetime,
    used: Used = Used(),
) -> Allowance:
    """Whether a profile may watch at ``at``."""
    if not times.days:
        return Allowance(allowed=True)
    today = day_of(at, zone)
    limit = times.days[today.weekday()].minutes
    left = None if limit is None else max(0.0, limit + used.extra_min - used.watched_min)
    stretches = _open(times, zone, today, used.granted)
    hours = next((s for s in stretches if s.start <= at < s.end), None)
    if hours is None:
        opens = next((s.start for s in stretches if s.start > at), None)
        return Allowance(allowed=False, reason=Reason.OUTSIDE_HOURS, until=opens, minutes_left=left)
    tomorrow = day_stretch(today, zone).end
    if left is None:
        return Allowance(allowed=True, until=_end_of(hours, today, zone))
    if left <= 0:
        return Allowance(
            allowed=False, reason=Reason.MINUTES_USED_UP, until=tomorrow, minutes_left=0
        )
    ends = min(hours.end, tomorrow, at + timedelta(minutes=left))
    return Allowance(allowed=True, until=ends, minutes_left=left)


def _end_of(hours: Stretch, today: date, zone: ZoneInfo) -> datetime | None:
    horizon = first_showing(today + (_SIGHT_DAYS - 1) * DAY, 0, zone)
    return None if hours.end >= horizon else hours.end


def _open(
    times: WatchTimes, zone: ZoneInfo, today: date, granted: Sequence[Stretch]
) -> list[Stretch]:
    """All stretches around ``today``, in order, those that touch made one."""
    found: list[Stretch] = []
    days = (today + n * DAY for n in range(-1, _SIGHT_DAYS))
    every = (s for day in days for s in _of_day(times, zone, day))
    for stretch in sorted((*every, *granted), key=lambda s: (s.start, s.end)):
        if found and stretch.start <= found[-1].end:
            found[-1] = Stretch(start=found[-1].start, end=max(found[-1].end, stretch.end))
        elif stretch.start < stretch.end:
            found.append(stretch)
    return found


def _of_day(times: WatchTimes, zone: ZoneInfo, day: date) -> Iterator[Stretch]:
    spans = times.days[day.weekday()].spans
    if spans is None:
        yield day_stretch(day, zone)
        return
    for span in spans:
        over = DAY if span.end_min <= span.start_min else timedelta()
        start = first_showing(day, span.start_min, zone)
        yield Stretch(start=start, end=first_showing(day + over, span.end_min, zone))
