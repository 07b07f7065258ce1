"""When a title counts as watched, where it goes on, and which of two standings holds. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from local_server.contracts import ResumePoint, WatchEvent, WatchKind

# A clock that runs this much ahead is taken for right; one further ahead would win for ever.
CLOCK_TOLERANCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeRules:
    """Where a title stands by how much of it was seen.

    Below ``begun_share`` of its length it counts as not watched, above ``watched_share`` as
    watched. What is shorter than ``shortest_resumable_s`` has no resume point in between.
    """

    begun_share: float = 0.05
    watched_share: float = 0.90
    shortest_resumable_s: float = 300.0

    def is_finished(self, kind: WatchKind, position_s: float, duration_s: float) -> bool:
        """Whether the title counts as watched: its end was reached, or nearly."""
        if kind is WatchKind.END:
            return True
        return duration_s > 0 and position_s > self.watched_share * duration_s

    def resume_s(self, position_s: float, duration_s: float, *, finished: bool) -> float:
        """Where playing goes on; 0 from the beginning."""
        if finished or duration_s < self.shortest_resumable_s:
            return 0.0
        return position_s if position_s >= self.begun_share * duration_s else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a profile stands in a title, and which event or mark says so."""

    position_s: float
    duration_s: float
    finished: bool
    watched_at: datetime
    event_id: str


def standing(event: WatchEvent, *, received_at: datetime, rules: ResumeRules) -> Standing:
    """What ``event`` says. A moment from the future becomes the one it was received at."""
    return Standing(
        position_s=event.position_s,
        duration_s=event.duration_s,
        finished=rules.is_finished(event.kind, event.position_s, event.duration_s),
        watched_at=credible(event.at, received_at=received_at),
        event_id=event.id,
    )


def marked(*, watched: bool, at: datetime, mark_id: str) -> Standing:
    """What an explicit mark says."""
    return Standing(
        position_s=0.0, duration_s=0.0, finished=watched, watched_at=at, event_id=mark_id
    )


def credible(at: datetime, *, received_at: datetime) -> datetime:
    """The moment a device names, unless it lies in the future."""
    return received_at if at > received_at + CLOCK_TOLERANCE else at


def newer(a: Standing, b: Standing) -> Standing:
    """The one that holds: the newer, and of two equally new ones the same whichever came first."""
    return max(a, b, key=lambda s: (s.watched_at, s.event_id))


def resume_point(now_at: Standing, rules: ResumeRules) -> ResumePoint | None:
    """What clients are told; ``None`` where the title counts as not watched."""
    resume_s = rules.resume_s(now_at.position_s, now_at.duration_s, finished=now_at.finished)
    if not now_at.finished and resume_s == 0:
        return None
    return ResumePoint(
        position_s=now_at.position_s if now_at.finished else resume_s,
        duration_s=now_at.duration_s,
        finished=now_at.finished,
        watched_at=now_at.watched_at,
    )
