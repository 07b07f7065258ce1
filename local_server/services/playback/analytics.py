"""What the house watches, for its owner."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select

from local_server.contracts import (
    Overview,
    Patterns,
    Popularity,
    TitleCompletion,
    TitlePopularity,
)
from local_server.services.playback import figures
from local_server.services.playback.base import Part, group_of
from local_server.services.playback.figures import Sat, Watched
from local_server.services.playback.sittings import Span, within
from local_server.services.playback.tables import SittingRow, SpanRow

# Older plays count less than a four-thousandth: they change no order.
POPULAR_FOR = timedelta(days=365)


class Analytics(Part):
    """Figures over everyone's history. Private sessions and deleted profiles leave none."""

    def overview(self, days: int) -> Overview:
        """The last ``days`` days in total and day by day."""
        now = self._now()
        since = now - timedelta(days=days)
        plays = [sat for sat in self._sittings(SittingRow.ended_at > since) if sat.is_play]
        by_day = figures.by_day(self._watched(since, now), self._local)
        return Overview(
            days=days,
            minutes=sum(day.minutes for day in by_day),
            plays=len(plays),
            viewers=len({sat.profile_id for sat in plays}),
            titles=len({sat.title_id for sat in plays}),
            by_day=by_day,
        )

    def patterns(self, days: int) -> Patterns:
        """When, and on which devices, the house watched in the last ``days`` days."""
        now = self._now()
        since = now - timedelta(days=days)
        return Patterns(
            days=days,
            by_hour=figures.by_hour(self._watched(since, now), self._local),
            devices=figures.by_device(self._sittings(SittingRow.ended_at > since)),
        )

    def popularity(self, days: int, limit: int) -> Popularity:
        """Films and series played in the last ``days`` days, most popular first."""
        now = self._now()
        found = self._popularity(now - timedelta(days=days), now)
        return Popularity(days=days, items=found[:limit])

    def popular(
        self, limit: int, at: datetime, *, among: Sequence[str]
    ) -> tuple[TitlePopularity, ...]:
        """Films and series most popular among profiles; the weeks before ``at`` count most."""
        theirs = SittingRow.profile_id.in_(among)
        return self._popularity(at - POPULAR_FOR, at, theirs)[:limit]

    def completion(self, title_id: str) -> TitleCompletion:
        """How a film or episode is watched; :class:`~local_server.errors.NotFound`."""
        facts = self._require_title(title_id)
        found = figures.completion(title_id, self._sittings(SittingRow.title_id == title_id))
        return found.model_copy(update={"name": facts.name})

    def _popularity(
        self, since: datetime, at: datetime, *conditions: ColumnElement[bool]
    ) -> tuple[TitlePopularity, ...]:
        span = (SittingRow.ended_at > since, SittingRow.ended_at <= at)
        sittings = self._sittings(*span, *conditions)
        facts = self._facts(sorted({sat.title_id for sat in sittings}))
        groups = {title_id: group_of(known) for title_id, known in facts.items()}
        return figures.popularity(sittings, groups, at=at)

    def _sittings(self, *conditions: ColumnElement[bool]) -> list[Sat]:
        with self._database.read() as session:
            rows = session.execute(
                select(
                    SittingRow.profile_id,
                    SittingRow.title_id,
                    SittingRow.device_id,
                    SittingRow.ended_at,
                    SittingRow.played_s,
                    SittingRow.position_s,
                    SittingRow.duration_s,
                    SittingRow.finished,
                ).where(*conditions)
            )
            return [Sat(**row._asdict()) for row in rows]

    def _watched(self, start: datetime, end: datetime) -> list[Watched]:
        with self._database.read() as session:
            rows = session.execute(
                select(SpanRow.profile_id, SpanRow.started_at, SpanRow.ended_at).where(
                    SpanRow.ended_at > start, SpanRow.started_at < end
                )
            ).all()
        return [
            Watched(profile_id=row[0], span=span)
            for row in rows
            for span in within([Span(start=row[1], end=row[2])], start, end)
        ]
