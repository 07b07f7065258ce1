"""The home screen: rows, their order and their reasons."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from local_server.contracts import Availability, Home, ResumePoint, Row, TitleKind, TitleSummary
from local_server.errors import NotFound
from local_server.runtime.database import Database
from local_server.runtime.events import ResumePointMoved
from local_server.services.recommendation.ports import Profiles, Titles
from local_server.services.recommendation.rules import Viewing, to_continue
from local_server.services.recommendation.tables import ViewingRow

ROW_LENGTH = 40  # titles; nobody scrolls further sideways
HISTORY_LENGTH = 200  # viewings looked at for a row of 40


class Recommendation:
    """Builds home screens from the catalog and what was seen. Any method from any thread."""

    def __init__(self, database: Database, *, titles: Titles, profiles: Profiles) -> None:
        self._database = database
        self._titles = titles
        self._profiles = profiles

    def moved(self, move: ResumePointMoved) -> None:
        """Take note of one resume point."""
        self.learn((move,))

    def learn(self, moves: Sequence[ResumePointMoved]) -> None:
        """Take note of resume points, in any order and as often as they come."""
        statement = insert(ViewingRow)
        newest_wins = statement.on_conflict_do_update(
            index_elements=["profile_id", "title_id"],
            set_={
                name: statement.excluded[name]
                for name in ("position_s", "duration_s", "finished", "watched_at")
            },
            where=statement.excluded.watched_at >= ViewingRow.watched_at,
        )
        with self._database.write() as session:
            for move in moves:
                session.execute(
                    newest_wins,
                    {
                        "profile_id": move.profile_id,
                        "title_id": move.title_id,
                        "position_s": move.position_s,
                        "duration_s": move.duration_s,
                        "finished": move.finished,
                        "watched_at": move.watched_at,
                    },
                )

    def home(self, profile_id: str) -> Home:
        """The home screen of a profile; :class:`~local_server.errors.NotFound` for none."""
        if not self._profiles.has_profile(profile_id):
            raise NotFound(
                "profile_not_found",
                "There is no such profile",
                hint="Choose one of the household's profiles.",
            )
        resume = self._viewings(profile_id)
        rows = (
            self._continue_watching(resume),
            Row(
                id="new",
                name="New here",
                reason="Added to your library last",
                items=self._titles.newest(limit=ROW_LENGTH),
            ),
            self._all(TitleKind.MOVIE, "films", "Films"),
            self._all(TitleKind.SERIES, "series", "Series"),
        )
        return Home(
            profile_id=profile_id,
            rows=tuple(
                row.model_copy(update={"items": _with_resume(row.items, resume)})
                for row in rows
                if row.items
            ),
        )

    def _continue_watching(self, resume: dict[str, ResumePoint]) -> Row:
        seen = self._titles.summaries(list(resume))
        viewings = (
            Viewing(
                title_id=title_id,
                series_id=seen[title_id].series_id,
                position_s=point.position_s,
                duration_s=point.duration_s,
                finished=point.finished,
            )
            for title_id, point in resume.items()
            if title_id in seen
        )
        ids = to_continue(viewings, episode_after=self._titles.episode_after)[:ROW_LENGTH]
        found = self._titles.summaries(ids)
        playable = tuple(
            found[i] for i in ids if i in found and found[i].availability is Availability.READY
        )
        return Row(
            id="continue", name="Continue watching", reason="Where you left off", items=playable
        )

    def _all(self, kind: TitleKind, row_id: str, name: str) -> Row:
        page = self._titles.titles(None, kind, limit=ROW_LENGTH, offset=0)
        return Row(id=row_id, name=name, items=page.items)

    def _viewings(self, profile_id: str) -> dict[str, ResumePoint]:
        """By title id, newest first."""
        with self._database.read() as session:
            rows = session.scalars(
                select(ViewingRow)
                .where(ViewingRow.profile_id == profile_id)
                .order_by(ViewingRow.watched_at.desc(), ViewingRow.title_id)
                .limit(HISTORY_LENGTH)
            )
            return {
                row.title_id: ResumePoint(
                    position_s=row.position_s,
                    duration_s=row.duration_s,
                    finished=row.finished,
                    watched_at=row.watched_at,
                )
                for row in rows
            }


def _with_resume(
    items: tuple[TitleSummary, ...], resume: dict[str, ResumePoint]
) -> tuple[TitleSummary, ...]:
    return tuple(item.model_copy(update={"resume": resume.get(item.id)}) for item in items)
