"""The home screen: rows, their order and their reasons."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete
from sqlalchemy.dialects.sqlite import insert

from local_server.contracts import Availability, Home, ResumePoint, Row, TitleKind, TitleSummary
from local_server.errors import NotFound
from local_server.runtime.database import Database
from local_server.runtime.events import HistoryForgotten, ResumePointMoved
from local_server.services.recommendation.ports import Profiles, Titles, Watching
from local_server.services.recommendation.tables import ViewingRow

ROW_LENGTH = 40  # titles; nobody scrolls further sideways


class Recommendation:
    """Builds home screens from the catalog and what was seen. Any method from any thread."""

    def __init__(
        self, database: Database, *, titles: Titles, profiles: Profiles, watching: Watching
    ) -> None:
        self._database = database
        self._watching = watching
        self._titles = titles
        self._profiles = profiles

    def learn(self, moves: Iterable[ResumePointMoved]) -> None:
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

    def forget(self, forgotten: HistoryForgotten) -> None:
        """Forget viewings that were deleted."""
        own = [ViewingRow.profile_id == forgotten.profile_id]
        if forgotten.title_ids is not None:
            own.append(ViewingRow.title_id.in_(forgotten.title_ids))
        with self._database.write() as session:
            session.execute(delete(ViewingRow).where(*own))

    def home(self, profile_id: str) -> Home:
        """The home screen of a profile; :class:`~local_server.errors.NotFound` for none."""
        if not self._profiles.has_profile(profile_id):
            raise NotFound(
                "profile_not_found",
                "There is no such profile",
                hint="Choose one of the household's profiles.",
            )
        rows = (
            self._continue_watching(profile_id),
            Row(
                id="new",
                name="New here",
                reason="Added to your library last",
                items=self._titles.newest(limit=ROW_LENGTH),
            ),
            self._all(TitleKind.MOVIE, "films", "Films"),
            self._all(TitleKind.SERIES, "series", "Series"),
        )
        ids = {title.id for row in rows for title in row.items}
        resume = self._watching.resume_points(profile_id, sorted(ids))
        return Home(
            profile_id=profile_id,
            rows=tuple(
                row.model_copy(update={"items": _with_resume(row.items, resume)})
                for row in rows
                if row.items
            ),
        )

    def _continue_watching(self, profile_id: str) -> Row:
        items = self._watching.continue_watching(profile_id, ROW_LENGTH)
        found = self._titles.summaries([item.title_id for item in items])
        playable = tuple(
            found[item.title_id]
            for item in items
            if item.title_id in found and found[item.title_id].availability is Availability.READY
        )
        return Row(
            id="continue", name="Continue watching", reason="Where you left off", items=playable
        )

    def _all(self, kind: TitleKind, row_id: str, name: str) -> Row:
        page = self._titles.titles(None, kind, limit=ROW_LENGTH, offset=0)
        return Row(id=row_id, name=name, items=page.items)


def _with_resume(
    items: tuple[TitleSummary, ...], resume: dict[str, ResumePoint]
) -> tuple[TitleSummary, ...]:
    return tuple(item.model_copy(update={"resume": resume.get(item.id)}) for item in items)
