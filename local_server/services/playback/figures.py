"""What a household watches, in figures. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from local_server.contracts import (
    DayTotal,
    DeviceMinutes,
    TitleCompletion,
    TitlePopularity,
)
from local_server.services.playback.sittings import Span

HALF_LIFE = timedelta(days=30)  # a play of a month ago counts half
# Less than a minute is a look, not a play.
PLAY_S = 60.0
STOP_PARTS = 20

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sat:
    """One sitting, as far as figures need it."""

    profile_id: str
    title_id: str
    device_id: str
    ended_at: datetime
    played_s: float
    position_s: float
    duration_s: float
    finished: bool

    @property
    def is_play(self) -> bool:
        """Whether it was more than a look."""
        return self.finished or self.played_s >= PLAY_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A stretch of time in which a profile watched."""

    profile_id: str
    span: Span


def popularity(
    sittings: Iterable[Sat], groups: Mapping[str, str], *, at: datetime
) -> tuple[TitlePopularity, ...]:
    """Films and series by score; ``groups`` names the film or series of each title."""
    by_group: defaultdict[str, list[Sat]] = defaultdict(list)
    for sat in sittings:
        if sat.is_play and sat.title_id in groups:
            by_group[groups[sat.title_id]].append(sat)
    found = [
        TitlePopularity(
            title_id=group,
            plays=len(plays),
            viewers=len({sat.profile_id for sat in plays}),
            minutes=sum(sat.played_s for sat in plays) / 60,
            score=sum(_weight(at - sat.ended_at) for sat in plays),
        )
        for group, plays in by_group.items()
    ]
    return tuple(sorted(found, key=lambda p: (-p.score, -p.viewers, p.title_id)))


def completion(title_id: str, sittings: Iterable[Sat]) -> TitleCompletion:
    """How often a title is watched to its end, and where it is given up."""
    by_profile: defaultdict[str, list[Sat]] = defaultdict(list)
    minutes = 0.0
    for sat in sorted(sittings, key=lambda s: s.ended_at):
        by_profile[sat.profile_id].append(sat)
        minutes += sat.played_s / 60
    finishes, stops = 0, [0] * STOP_PARTS
    for own in by_profile.values():
        finishes += sum(sat.finished for sat in own)
        if not own[-1].finished:
            stops[_part(own[-1])] += 1
    starts = finishes + sum(stops)
    return TitleCompletion(
        title_id=title_id,
        starts=starts,
        finishes=finishes,
        share=finishes / starts if starts else 0.0,
        minutes=minutes,
        stops=tuple(stops),
    )


def by_hour(
    watched: Iterable[Watched], local: Callable[[datetime], datetime]
) -> tuple[tuple[float, ...], ...]:
    """Minutes by weekday and hour of the household's clock."""
    grid = [[0.0] * 24 for _ in range(7)]
    for entry in watched:
        for clock, minutes in _hours(entry.span, local):
            grid[clock.weekday()][clock.hour] += minutes
    return tuple(map(tuple, grid))


def by_day(
    watched: Iterable[Watched], local: Callable[[datetime], datetime]
) -> tuple[DayTotal, ...]:
    """Totals of each day with any, oldest first."""
    minutes: defaultdict[date, float] = defaultdict(float)
    viewers: defaultdict[date, set[str]] = defaultdict(set)
    for entry in watched:
        for clock, part in _hours(entry.span, local):
            minutes[clock.date()] += part
            viewers[clock.date()].add(entry.profile_id)
    return tuple(
        DayTotal(day=day, minutes=minutes[day], viewers=len(viewers[day]))
        for day in sorted(minutes)
    )


def by_device(sittings: Iterable[Sat]) -> tuple[DeviceMinutes, ...]:
    """Most used first."""
    minutes: defaultdict[str, float] = defaultdict(float)
    plays: defaultdict[str, int] = defaultdict(int)
    for sat in sittings:
        minutes[sat.device_id] += sat.played_s / 60
        plays[sat.device_id] += sat.is_play
    found = [
        DeviceMinutes(device_id=device_id, minutes=minutes[device_id], plays=plays[device_id])
        for device_id in minutes
    ]
    return tuple(sorted(found, key=lambda d: (-d.minutes, d.device_id)))


def _weight(age: timedelta) -> float:
    return float(0.5 ** (max(age, timedelta()) / HALF_LIFE))


def _part(sat: Sat) -> int:
    share = sat.position_s / sat.duration_s if sat.duration_s > 0 else 0.0
    return min(STOP_PARTS - 1, int(share * STOP_PARTS))


def _hours(span: Span, local: Callable[[datetime], datetime]) -> Iterable[tuple[datetime, float]]:
    """The span cut at full hours of the wall clock: when each piece began, and its minutes."""
    start = span.start
    while start < span.end:
        clock = local(start)
        into_hour = timedelta(
            minutes=clock.minute, seconds=clock.second, microseconds=clock.microsecond
        )
        end = min(span.end, start + _HOUR - into_hour)
        yield clock, (end - start).total_seconds() / 60
        start = end
