"""Hours and minutes of a week, in any time zone, on any day, through every change of clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, example, given
from hypothesis import strategies as st

from local_server.contracts import DayTimes, Reason, Span, WatchTimes
from local_server.services.users.schedule import (
    DAY,
    Used,
    allowance,
    counted_stretch,
    day_of,
    day_stretch,
    first_showing,
)

# Changes of an hour and of half an hour, at midnight, of a whole day (Apia, December 2011).
ZONES = [
    ZoneInfo(name)
    for name in (
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "America/Sao_Paulo",
        "America/Havana",
        "Asia/Kathmandu",
        "Asia/Beirut",
        "Australia/Lord_Howe",
        "Pacific/Apia",
    )
]
zones = st.sampled_from(ZONES)
days = st.dates(date(2005, 1, 1), date(2035, 12, 31))
moments = st.datetimes(datetime(2005, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
minutes_of_day = st.integers(0, 24 * 60)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    start = draw(st.integers(0, 1439))
    end = draw(minutes_of_day.filter(lambda minute: minute != start))
    return Span(start_min=start, end_min=end)


weeks = st.lists(
    st.builds(
        DayTimes,
        spans=st.none() | st.lists(spans(), max_size=3).map(tuple),
        minutes=st.none() | st.integers(0, 300),
    ),
    min_size=7,
    max_size=7,
).map(lambda week: WatchTimes(days=tuple(week)))


def shown(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None)


@given(day=days, minute=minutes_of_day, zone=zones)
@example(day=date(2011, 12, 30), minute=600, zone=ZoneInfo("Pacific/Apia"))
@example(day=date(2026, 3, 29), minute=150, zone=ZoneInfo("Europe/Berlin"))
@example(day=date(2026, 10, 25), minute=150, zone=ZoneInfo("Europe/Berlin"))
@example(day=date(2017, 10, 15), minute=0, zone=ZoneInfo("America/Sao_Paulo"))
def test_the_first_moment_that_clocks_show_a_time(day: date, minute: int, zone: ZoneInfo) -> None:
    wanted = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)  # noqa: DTZ001
    at = first_showing(day, minute, zone)
    assert shown(at, zone) >= wanted
    assert shown(at - timedelta(seconds=1), zone) < wanted


@given(at=moments, zone=zones)
def test_every_moment_belongs_to_one_day(at: datetime, zone: ZoneInfo) -> None:
    day = day_of(at, zone)
    stretch = day_stretch(day, zone)
    assert stretch.start <= at < stretch.end
    assert abs(shown(at, zone).date() - day) <= DAY
    assert day_stretch(day + DAY, zone).start == stretch.end


@given(at=moments, zone=zones, week=weeks)
def test_an_answer_holds_until_it_says_and_not_longer(
    at: datetime, zone: ZoneInfo, week: WatchTimes
) -> None:
    hours = WatchTimes(days=tuple(DayTimes(spans=day.spans) for day in week.days))
    answer = allowance(hours, zone, at)
    assert answer.reason is (None if answer.allowed else Reason.OUTSIDE_HOURS)
    if answer.until is None:
        end = at + timedelta(days=6)
    else:
        end = answer.until - timedelta(microseconds=1)
        assert allowance(hours, zone, answer.until).allowed is not answer.allowed
    for moment in (end, at + (end - at) / 3, at + (end - at) / 2):
        assert allowance(hours, zone, moment).allowed is answer.allowed


@given(at=moments, zone=zones, span=spans())
def test_away_from_changes_of_clocks_hours_are_what_clocks_show(
    at: datetime, zone: ZoneInfo, span: Span
) -> None:
    offsets = {(at + n * DAY / 4).astimezone(zone).utcoffset() for n in range(-12, 13)}
    assume(len(offsets) == 1)
    clock = shown(at, zone)
    minute = clock.hour * 60 + clock.minute
    over = span.end_min <= span.start_min
    inside = (
        minute >= span.start_min or minute < span.end_min
        if over
        else span.start_min <= minute < span.end_min
    )
    week = WatchTimes(days=(DayTimes(spans=(span,)),) * 7)
    assert allowance(week, zone, at).allowed is inside


@given(at=moments, zone=zones, limit=st.integers(0, 300), watched=st.floats(0, 400))
def test_minutes_run_out_once_a_day(
    at: datetime, zone: ZoneInfo, limit: int, watched: float
) -> None:
    week = WatchTimes(days=(DayTimes(minutes=limit),) * 7)
    answer = allowance(week, zone, at, Used(watched_min=watched))
    assert answer.allowed is (watched < limit)
    assert answer.minutes_left == max(0.0, limit - watched)
    assert answer.until is not None
    assert (
        at < answer.until <= day_stretch(day_of(at, zone), zone).end or answer.minutes_left < 1e-6
    )


@given(now=moments, back=st.timedeltas(timedelta(0), timedelta(days=40)), zone=zones)
def test_a_clock_set_back_counts_all_days_it_brings_again(
    now: datetime, back: timedelta, zone: ZoneInfo
) -> None:
    counted = counted_stretch(now - back, now, zone)
    for at in (now, now - back):
        today = day_stretch(day_of(at, zone), zone)
        assert counted.start <= today.start
        assert today.end <= counted.end
    assert counted_stretch(now, now, zone) == day_stretch(day_of(now, zone), zone)
