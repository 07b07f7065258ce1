"""Time watched: additive, bounded, the same in any order."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from local_server.contracts import WatchKind
from local_server.services.playback.rules import ResumeRules
from local_server.services.playback.sittings import (
    Happening,
    Span,
    length_s,
    sitting,
    united,
    within,
)
from tests.helpers.edge import EVENING

MOMENTS = st.integers(0, 600).map(lambda s: EVENING + timedelta(seconds=s))
HAPPENINGS = st.builds(
    Happening,
    id=st.uuids(version=4).map(lambda u: u.hex),
    kind=st.sampled_from(WatchKind),
    position_s=st.integers(0, 1000).map(float),
    duration_s=st.sampled_from([0.0, 1000.0]),
    at=st.integers(-7200, 7200).map(lambda s: EVENING + timedelta(seconds=s)),
    received_at=MOMENTS,
)
SPANS = st.lists(st.tuples(MOMENTS, MOMENTS).map(lambda pair: Span(start=min(pair), end=max(pair))))


@given(
    happenings=st.lists(HAPPENINGS, min_size=1, max_size=12, unique_by=lambda h: h.id),
    start=st.none() | MOMENTS,
    data=st.data(),
)
def test_any_order_gives_the_same_sitting(
    happenings: list[Happening], start: datetime | None, data: st.DataObject
) -> None:
    rules = ResumeRules()
    straight = sitting(happenings, session_started_at=start, rules=rules)
    shuffled = data.draw(st.permutations(happenings))
    assert sitting(shuffled, session_started_at=start, rules=rules) == straight
    assert straight.ended_at <= max(h.received_at for h in happenings)
    assert straight.played_s <= (straight.ended_at - straight.started_at).total_seconds()


@given(spans=SPANS, cuts=st.lists(MOMENTS, min_size=3, max_size=3))
def test_time_in_parts_is_time_in_all_and_never_more_than_the_clock_shows(
    spans: list[Span], cuts: list[datetime]
) -> None:
    start, middle, end = sorted(cuts)
    whole = length_s(within(united(spans), start, end))
    parts = [within(united(spans), start, middle), within(united(spans), middle, end)]
    assert whole == sum(map(length_s, parts))
    assert 0 <= whole <= (end - start).total_seconds()
