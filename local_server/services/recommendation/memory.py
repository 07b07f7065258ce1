"""What recommendation keeps: its own copy of what was watched and said, and what it showed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from local_server.contracts import Moment, PlannedRow, Thumb
from local_server.runtime.database import Database
from local_server.runtime.events import ResumePointMoved, ThumbChanged
from local_server.services.recommendation.shelf import Said, Seen
from local_server.services.recommendation.tables import SayingRow, ScreenRow, ViewingRow

# Screens that say how rows are liked; a habit of before them is none any more.
SHOWINGS = 100
SCREENS_KEPT = timedelta(days=90)
# A card that was seen this long ago did not lead to the play.
SCREEN_COUNTS = timedelta(hours=6)
SCREENS_LOOKED_AT = 5  # the last ones: what was on a screen before them was scrolled past


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """A screen that was shown: its rows in order, when and where, and what was played from."""

    rows: tuple[str, ...]
    device: str
    hour: int
    weekday: int
    played_row: str | None


class Memory:
    """Owns the tables. Any method from any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def learn(self, moves: Sequence[ResumePointMoved]) -> None:
        """Take note of resume points, in any order and as often as they come."""
        with self._database.write() as session:
            _learn(session, moves)

    def learn_all(self, moves: Sequence[ResumePointMoved], thumbs: Sequence[ThumbChanged]) -> None:
        """Know these and nothing else: what was deleted meanwhile is gone."""
        with self._database.write() as session:
            session.execute(delete(ViewingRow))
            session.execute(delete(SayingRow).where(~SayingRow.aside))
            _learn(session, moves)
            for thumb in thumbs:
                _say(session, thumb)

    def before(self, profile_id: str, title_id: str) -> Seen | None:
        """What is known of a profile and a title."""
        with self._database.read() as session:
            row = session.get(ViewingRow, (profile_id, title_id))
            if row is None:
                return None
            return Seen(
                profile_id=profile_id,
                title_id=title_id,
                at_s=row.watched_at.timestamp(),
                share=_share(row.position_s, row.duration_s),
                finished=row.finished,
            )

    def rate(self, thumb: ThumbChanged) -> None:
        """Take note of a rating, or that it was taken back."""
        with self._database.write() as session:
            _say(session, thumb)

    def set_aside(self, profile_id: str, title_id: str, *, at: datetime) -> None:
        """A profile is not interested."""
        row = {"profile_id": profile_id, "title_id": title_id, "aside": True, "thumb": "", "at": at}
        with self._database.write() as session:
            session.execute(insert(SayingRow).on_conflict_do_nothing(), row)

    def take_back(self, profile_id: str, title_id: str) -> None:
        """It may be interested after all."""
        with self._database.write() as session:
            session.execute(
                delete(SayingRow).where(
                    SayingRow.profile_id == profile_id,
                    SayingRow.title_id == title_id,
                    SayingRow.aside,
                )
            )

    def everything(self) -> tuple[tuple[Seen, ...], tuple[Said, ...]]:
        """All that was seen and said, ordered by profile and title."""
        # Columns, not rows of the mapper: it is asked after every event.
        seen = select(
            ViewingRow.profile_id,
            ViewingRow.title_id,
            ViewingRow.watched_at,
            ViewingRow.position_s,
            ViewingRow.duration_s,
            ViewingRow.finished,
        ).order_by(ViewingRow.profile_id, ViewingRow.title_id)
        said = select(
            SayingRow.profile_id, SayingRow.title_id, SayingRow.at, SayingRow.thumb, SayingRow.aside
        ).order_by(SayingRow.profile_id, SayingRow.title_id, SayingRow.aside)
        with self._database.read() as session:
            return (
                tuple(
                    Seen(
                        profile_id=profile_id,
                        title_id=title_id,
                        at_s=at.timestamp(),
                        share=_share(position_s, duration_s),
                        finished=finished,
                    )
                    for profile_id, title_id, at, position_s, duration_s, finished in (
                        session.execute(seen)
                    )
                ),
                tuple(
                    Said(
                        profile_id=profile_id,
                        title_id=title_id,
                        at_s=at.timestamp(),
                        thumb=None if aside else Thumb(thumb),
                    )
                    for profile_id, title_id, at, thumb, aside in session.execute(said)
                ),
            )

    def forget(self, profile_id: str, title_ids: Collection[str] | None) -> None:
        """Keep nothing of a profile with these titles; with ``None`` nothing it watched."""
        with self._database.write() as session:
            viewings = delete(ViewingRow).where(ViewingRow.profile_id == profile_id)
            if title_ids is None:
                session.execute(viewings)
                session.execute(delete(ScreenRow).where(ScreenRow.profile_id == profile_id))
                return
            session.execute(viewings.where(ViewingRow.title_id.in_(title_ids)))
            session.execute(
                update(ScreenRow)
                .where(ScreenRow.profile_id == profile_id, ScreenRow.played_title.in_(title_ids))
                .values(played_row=None, played_title=None)
            )

    def forget_profile(self, profile_id: str) -> None:
        """Keep nothing of a profile."""
        with self._database.write() as session:
            for table in (ViewingRow, SayingRow, ScreenRow):
                session.execute(delete(table).where(table.profile_id == profile_id))

    def forget_titles(self, title_ids: Collection[str]) -> None:
        """Keep nothing of titles that are gone for good."""
        with self._database.write() as session:
            for table in (ViewingRow, SayingRow):
                session.execute(delete(table).where(table.title_id.in_(title_ids)))

    def showed(
        self,
        screen_id: str,
        profile_id: str,
        moment: Moment,
        rows: Sequence[tuple[PlannedRow, float]],
        *,
        at: datetime,
    ) -> None:
        """Keep a screen: its rows with their chances. Screens of long ago go."""
        shown = [
            {
                "id": row.id,
                "chance": chance,
                "cards": [[card.title_id, card.propensity] for card in row.cards],
            }
            for row, chance in rows
        ]
        with self._database.write() as session:
            session.execute(delete(ScreenRow).where(ScreenRow.at < at - SCREENS_KEPT))
            session.add(
                ScreenRow(
                    id=screen_id,
                    profile_id=profile_id,
                    at=at,
                    device=moment.device,
                    hour=moment.local.hour,
                    weekday=moment.local.weekday(),
                    order=[row.id for row, _ in rows],
                    rows=shown,
                )
            )

    def played(self, profile_id: str, title_ids: Collection[str], *, at: datetime) -> None:
        """A title was begun (given as itself and its work): the last screen that showed it led."""
        with self._database.write() as session:
            screens = session.scalars(
                select(ScreenRow)
                .where(ScreenRow.profile_id == profile_id, ScreenRow.at > at - SCREEN_COUNTS)
                .order_by(ScreenRow.at.desc(), ScreenRow.id)
                .limit(SCREENS_LOOKED_AT)
            )
            for screen in screens:
                row_id = _row_showing(screen, title_ids)
                if row_id is not None:
                    screen.played_row, screen.played_title = row_id, min(title_ids)
                    return

    def showings(self, profile_id: str) -> tuple[Showing, ...]:
        """The screens a profile was shown of late, newest first."""
        found = (
            select(
                ScreenRow.order,
                ScreenRow.device,
                ScreenRow.hour,
                ScreenRow.weekday,
                ScreenRow.played_row,
            )
            .where(ScreenRow.profile_id == profile_id)
            .order_by(ScreenRow.at.desc(), ScreenRow.id)
            .limit(SHOWINGS)
        )
        with self._database.read() as session:
            return tuple(
                Showing(
                    rows=tuple(order),
                    device=device,
                    hour=hour,
                    weekday=weekday,
                    played_row=played_row,
                )
                for order, device, hour, weekday, played_row in session.execute(found)
            )


def _learn(session: Session, moves: Sequence[ResumePointMoved]) -> None:
    statement = insert(ViewingRow)
    newest_wins = statement.on_conflict_do_update(
        index_elements=["profile_id", "title_id"],
        set_={
            name: statement.excluded[name]
            for name in ("position_s", "duration_s", "finished", "watched_at")
        },
        where=statement.excluded.watched_at >= ViewingRow.watched_at,
    )
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


def _say(session: Session, thumb: ThumbChanged) -> None:
    key = (thumb.profile_id, thumb.title_id, False)
    row = session.get(SayingRow, key)
    if not thumb.thumb:
        if row is not None:
            session.delete(row)
        return
    session.merge(
        SayingRow(
            profile_id=thumb.profile_id,
            title_id=thumb.title_id,
            aside=False,
            thumb=thumb.thumb,
            at=thumb.at,
        )
    )


def _share(position_s: float, duration_s: float) -> float:
    return min(1.0, position_s / duration_s) if duration_s > 0 else 0.0


def _row_showing(screen: ScreenRow, title_ids: Collection[str]) -> str | None:
    for row in screen.rows:
        if any(card[0] in title_ids for card in row["cards"]):
            return str(row["id"])
    return None
