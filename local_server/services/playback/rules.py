"""When a film counts as seen, and which of two resume points holds. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from local_server.contracts import WatchEvent, WatchKind

# Of the length: closing credits are rarely longer.
CREDITS_SHARE = 0.05
# Short films: their last seconds are over sooner than 5 % suggests, but a clip must not count as
# seen in its middle.
SHORT_CREDITS_S = 20.0
SHORT_CREDITS_SHARE = 0.10
# A clock that runs this much ahead is taken for right; one further ahead would win for ever.
CLOCK_TOLERANCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a profile stands in a title, and which event says so."""

    position_s: float
    duration_s: float
    finished: bool
    watched_at: datetime
    event_id: str


def is_finished(kind: WatchKind, position_s: float, duration_s: float) -> bool:
    """Whether only credits are left: the end was reached, or the last 5 %, or about 20 s."""
    if kind is WatchKind.END:
        return True
    if duration_s <= 0:
        return False
    credits_s = max(
        CREDITS_SHARE * duration_s, min(SHORT_CREDITS_S, SHORT_CREDITS_SHARE * duration_s)
    )
    return position_s >= duration_s - credits_s


def standing(event: WatchEvent, *, received_at: datetime) -> Standing:
    """What ``event`` says. A moment from the future becomes the one it was received at."""
    ahead = event.at > received_at + CLOCK_TOLERANCE
    return Standing(
        position_s=event.position_s,
        duration_s=event.duration_s,
        finished=is_finished(event.kind, event.position_s, event.duration_s),
        watched_at=received_at if ahead else event.at,
        event_id=event.id,
    )


def newer(a: Standing, b: Standing) -> Standing:
    """The one that holds: the newer, and of two equally new ones the same whichever came first."""
    return max(a, b, key=lambda s: (s.watched_at, s.event_id))
