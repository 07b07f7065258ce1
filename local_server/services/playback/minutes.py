"""How long a profile watched, from its watch events."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from local_server.services.playback.tables import WatchEventRow

# A film may be longer than a day's edge is away: its first events lie before.
_BEFORE = timedelta(hours=12)


def watched_minutes(session: Session, profile_id: str, start: datetime, end: datetime) -> float:
    """Minutes between two moments: time between a playback's events, while its film went on.

    A pause lets time go by without film, a jump film without time; neither counts.
    """
    rows = session.scalars(
        select(WatchEventRow)
        .where(
            WatchEventRow.profile_id == profile_id,
            WatchEventRow.at >= start - _BEFORE,
            WatchEventRow.at < end + _BEFORE,
        )
        .order_by(WatchEventRow.session_id, WatchEventRow.at, WatchEventRow.id)
    ).all()
    seconds = 0.0
    for earlier, later in pairwise(rows):
        if earlier.session_id == later.session_id:
            passed_s = (min(later.at, end) - max(earlier.at, start)).total_seconds()
            seconds += max(0.0, min(passed_s, later.position_s - earlier.position_s))
    return seconds / 60
