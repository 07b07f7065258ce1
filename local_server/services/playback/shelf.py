"""Continue watching and next up, and what is kept out of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from local_server.contracts import (
    ContinueItem,
    ContinueKind,
    HiddenTitle,
    ResumePoint,
    TitleFacts,
)
from local_server.services.playback.base import Part, group_of, is_extra
from local_server.services.playback.continuing import Step, Viewing, to_continue
from local_server.services.playback.rules import resume_point
from local_server.services.playback.standings import standing_of
from local_server.services.playback.tables import HiddenRow, ResumePointRow, SittingRow

SNOOZE = timedelta(days=7)
# Standings looked at, newest first; a series of before may come back with a new season.
STANDINGS_MAX = 1000


class Shelf(Part):
    """What a profile goes on with."""

    def continue_watching(self, profile_id: str, limit: int) -> tuple[ContinueItem, ...]:
        """Titles begun, and episodes that follow finished ones; newest first.

        A film or series appears once. Raises :class:`~local_server.errors.NotFound`.
        """
        self._require_profile(profile_id)
        points = self._points(profile_id)
        facts = self._facts(list(points))
        hidden = self._still_hidden(profile_id)
        viewings = _viewings(points, facts, without=set(hidden))
        following = self._titles.episodes_after([v.title_id for v in viewings if v.finished])
        steps = to_continue(viewings, episode_after=following.get)
        shown = [step.next_title_id or step.viewing.group_id for step in steps]
        known = facts | self._facts([i for i in shown if i not in facts])
        items = (_item(step, points, known) for step in steps)
        newest_first = sorted(
            (item for item in items if item is not None), key=lambda i: (i.at, i.title_id)
        )
        return tuple(newest_first[::-1][:limit])

    def hide(self, profile_id: str, title_id: str, *, until: datetime | None = None) -> HiddenTitle:
        """Keep a title's film or series out, ``until`` a moment or for good.

        It comes back by itself when it is played, or when a new episode arrives. History and
        resume points stay. Raises :class:`~local_server.errors.NotFound`.
        """
        self._require_profile(profile_id)
        group, now = group_of(self._require_title(title_id)), self._now()
        with self._database.write() as session:
            session.merge(
                HiddenRow(
                    profile_id=profile_id, title_id=group, active=True, changed_at=now, until=until
                )
            )
        return HiddenTitle(title_id=group, hidden_at=now, until=until)

    def snooze(self, profile_id: str, title_id: str) -> HiddenTitle:
        """Hide for a week."""
        return self.hide(profile_id, title_id, until=self._now() + SNOOZE)

    def restore(self, profile_id: str, title_id: str) -> None:
        """Take hiding back; harmless for what is not hidden."""
        self._require_profile(profile_id)
        facts = self._facts([title_id]).get(title_id)
        group = title_id if facts is None else group_of(facts)
        with self._database.write() as session:
            row = session.get(HiddenRow, (profile_id, group))
            if row is not None and row.active:
                row.active, row.changed_at, row.until = False, self._now(), None

    def hidden(self, profile_id: str) -> tuple[HiddenTitle, ...]:
        """What is kept out now, newest first."""
        self._require_profile(profile_id)
        still = self._still_hidden(profile_id).values()
        return tuple(sorted(still, key=lambda h: (h.hidden_at, h.title_id), reverse=True))

    def _points(self, profile_id: str) -> dict[str, ResumePoint]:
        """Newest first; what counts as not watched is left out."""
        with self._database.read() as session:
            rows = session.scalars(
                select(ResumePointRow)
                .where(ResumePointRow.profile_id == profile_id)
                .order_by(ResumePointRow.watched_at.desc(), ResumePointRow.title_id)
                .limit(STANDINGS_MAX)
            )
            points = {row.title_id: resume_point(standing_of(row), self._rules) for row in rows}
        return {title_id: point for title_id, point in points.items() if point is not None}

    def _still_hidden(self, profile_id: str) -> dict[str, HiddenTitle]:
        now = self._now()
        with self._database.read() as session:
            rows = session.scalars(
                select(HiddenRow).where(HiddenRow.profile_id == profile_id, HiddenRow.active)
            )
            hidden = [
                HiddenTitle(title_id=row.title_id, hidden_at=row.changed_at, until=row.until)
                for row in rows
                if row.until is None or row.until > now
            ]
            if not hidden:
                return {}
            since = min(title.hidden_at for title in hidden)
            played = _played_since(session, profile_id, since)
        played_at = self._newest_by_group(played)
        return {
            title.title_id: title
            for title in hidden
            if title.hidden_at >= played_at.get(title.title_id, title.hidden_at)
            and not self._has_new_episode(title)
        }

    def _newest_by_group(self, played: dict[str, datetime]) -> dict[str, datetime]:
        newest: dict[str, datetime] = {}
        for title_id, facts in self._facts(list(played)).items():
            group = group_of(facts)
            newest[group] = max(newest.get(group, played[title_id]), played[title_id])
        return newest

    def _has_new_episode(self, title: HiddenTitle) -> bool:
        episodes = self._titles.episodes(title.title_id)
        return any(e.available and e.added_at > title.hidden_at for e in episodes)


def _played_since(session: Session, profile_id: str, since: datetime) -> dict[str, datetime]:
    rows = session.execute(
        select(SittingRow.title_id, func.max(SittingRow.ended_at))
        .where(SittingRow.profile_id == profile_id, SittingRow.ended_at > since)
        .group_by(SittingRow.title_id)
    )
    return {row[0]: row[1] for row in rows}


def _viewings(
    points: dict[str, ResumePoint], facts: dict[str, TitleFacts], *, without: set[str]
) -> list[Viewing]:
    """Newest first; of equally new ones of a series, as when it was marked, the last told."""
    by_moment: defaultdict[datetime, list[TitleFacts]] = defaultdict(list)
    for title_id, point in points.items():
        known = facts.get(title_id)
        if known is not None and not is_extra(known) and group_of(known) not in without:
            by_moment[point.watched_at].append(known)
    ordered: Sequence[TitleFacts] = [
        known
        for moment in sorted(by_moment, reverse=True)
        for known in sorted(by_moment[moment], key=_place, reverse=True)
    ]
    return [
        Viewing(
            title_id=known.id,
            group_id=group_of(known),
            resume_s=0.0 if points[known.id].finished else points[known.id].position_s,
            finished=points[known.id].finished,
        )
        for known in ordered
    ]


def _place(facts: TitleFacts) -> tuple[int, int, str]:
    return (facts.season or 0, facts.episode or 0, facts.id)


def _item(
    step: Step, points: dict[str, ResumePoint], facts: dict[str, TitleFacts]
) -> ContinueItem | None:
    """``None`` for what cannot be played now."""
    seen = facts[step.viewing.title_id]
    watched_at = points[seen.id].watched_at
    # An edition or part is gone on with as the film it belongs to.
    shown = facts.get(step.next_title_id or seen.parent_id or seen.id)
    if shown is None or not shown.available:
        return None
    if step.next_title_id is None:
        return ContinueItem(
            title_id=shown.id,
            kind=ContinueKind.RESUME,
            series_id=shown.series_id,
            resume=points[seen.id],
            at=watched_at,
        )
    resume = points.get(shown.id)
    return ContinueItem(
        title_id=shown.id,
        kind=ContinueKind.NEXT,
        series_id=shown.series_id,
        after_title_id=seen.id,
        resume=None if resume is None or resume.finished else resume,
        at=max(watched_at, shown.added_at),
    )
