"""What was watched when, for how long; and taking it back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from local_server.contracts import HistoryEntry, HistoryPage, TitleKind
from local_server.errors import NotFound
from local_server.runtime.events import HistoryForgotten
from local_server.services.playback import forgetting
from local_server.services.playback.base import Part
from local_server.services.playback.sittings import Span, length_s, united, within
from local_server.services.playback.standings import moved, settle_anew
from local_server.services.playback.tables import SittingRow, SpanRow
from local_server.services.playback.unmatched import forget_unmatched


class History(Part):
    """A profile's past."""

    def history(self, profile_id: str, *, limit: int, offset: int) -> HistoryPage:
        """A page of what a profile watched, newest first."""
        self._require_profile(profile_id)
        own = SittingRow.profile_id == profile_id
        with self._database.read() as session:
            total = session.scalar(select(func.count()).select_from(SittingRow).where(own)) or 0
            rows = session.scalars(
                select(SittingRow)
                .where(own)
                .order_by(SittingRow.ended_at.desc(), SittingRow.entry_id)
                .limit(limit)
                .offset(offset)
            )
            return HistoryPage(items=tuple(map(_entry, rows)), total=total)

    def forget_entry(self, profile_id: str, entry_id: str) -> None:
        """Delete one entry; where the profile stands in its title is what is left of others.

        Raises :class:`~local_server.errors.NotFound`.
        """
        self._require_profile(profile_id)
        with self._database.write() as session:
            row = session.scalars(
                select(SittingRow).where(
                    SittingRow.profile_id == profile_id, SittingRow.entry_id == entry_id
                )
            ).first()
            if row is None:
                raise NotFound("entry_not_found", "There is no such entry in the history")
            title_id = row.title_id
            key = (profile_id, row.session_id, title_id)
            forgetting.forget_sitting(session, key, now=self._now())
            left = settle_anew(session, (profile_id, title_id), self._rules)
        self._bus.publish(HistoryForgotten(profile_id=profile_id, title_ids=(title_id,)))
        if left is not None:
            self._bus.publish(moved((profile_id, title_id), left, self._rules))

    def forget_title(self, profile_id: str, title_id: str) -> None:
        """Delete all that was watched of a title, of a series with all its episodes."""
        self._require_profile(profile_id)
        facts = self._facts([title_id]).get(title_id)
        title_ids = [title_id]
        if facts is not None and facts.kind is TitleKind.SERIES:
            title_ids += [episode.id for episode in self._titles.episodes(title_id)]
        with self._database.write() as session:
            forgetting.forget_titles(session, profile_id, title_ids, now=self._now())
        self._bus.publish(HistoryForgotten(profile_id=profile_id, title_ids=tuple(title_ids)))

    def forget_everything(self, profile_id: str) -> None:
        """Delete all that a profile watched. Its list, ratings and languages stay."""
        self._require_profile(profile_id)
        with self._database.write() as session:
            forgetting.forget_all(session, profile_id, now=self._now())
            forget_unmatched(session, profile_id)
        self._bus.publish(HistoryForgotten(profile_id=profile_id, title_ids=None))

    def forget_profile(self, profile_id: str) -> None:
        """Delete everything of a profile that is gone."""
        with self._database.write() as session:
            forgetting.forget_profile(session, profile_id)

    def watched_minutes(self, profile_id: str, start: datetime, end: datetime) -> float:
        """Wall time in which a profile watched between two moments, min.

        Seeking, repeated events and several devices at once do not add to it; the clocks of
        devices do not matter (:mod:`~.sittings`).
        """
        with self._database.read() as session:
            spans = _spans(session, profile_id, start, end)
        return length_s(within(united(spans), start, end)) / 60

    def begun(self, profile_id: str, since: datetime) -> tuple[str, ...]:
        """Titles a profile played for the first time since then, ordered by id."""
        first = func.min(SittingRow.started_at)
        titles = select(SittingRow.title_id).where(SittingRow.profile_id == profile_id)
        grouped = titles.group_by(SittingRow.title_id).having(first >= since)
        with self._database.read() as session:
            return tuple(session.scalars(grouped.order_by(SittingRow.title_id)))


def _spans(session: Session, profile_id: str, start: datetime, end: datetime) -> list[Span]:
    rows = session.execute(
        select(SpanRow.started_at, SpanRow.ended_at).where(
            SpanRow.profile_id == profile_id, SpanRow.started_at < end, SpanRow.ended_at > start
        )
    )
    return [Span(start=row[0], end=row[1]) for row in rows]


def _entry(row: SittingRow) -> HistoryEntry:
    return HistoryEntry(
        id=row.entry_id,
        title_id=row.title_id,
        started_at=row.started_at,
        ended_at=row.ended_at,
        played_s=row.played_s,
        position_s=row.position_s,
        duration_s=row.duration_s,
        finished=row.finished,
    )
