"""Watchlist and ratings."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from local_server.contracts import LIST_MAX, Rating, Ratings, Thumb, WatchlistItem
from local_server.errors import Conflict
from local_server.runtime.events import ThumbChanged
from local_server.services.playback.base import Part
from local_server.services.playback.tables import RatingRow, WatchlistRow


class Lists(Part):
    """What a profile wants to watch, and what it thinks of what it watched."""

    def watchlist(self, profile_id: str) -> tuple[WatchlistItem, ...]:
        """The list in the profile's order."""
        self._require_profile(profile_id)
        with self._database.read() as session:
            return tuple(
                WatchlistItem(title_id=row.title_id, added_at=row.changed_at)
                for row in listed(session, profile_id)
            )

    def add_to_watchlist(self, profile_id: str, title_id: str) -> None:
        """Put a title in front, unless it is on the list.

        Raises :class:`~local_server.errors.NotFound`, and
        :class:`~local_server.errors.Conflict` when the list is full.
        """
        self._require_profile(profile_id)
        self._require_title(title_id)
        with self._database.write() as session:
            there = listed(session, profile_id)
            if any(row.title_id == title_id for row in there):
                return
            if len(there) >= LIST_MAX:
                raise Conflict(
                    "watchlist_full",
                    f"Your list holds {LIST_MAX} titles already",
                    hint="Take something off it first.",
                )
            session.merge(
                WatchlistRow(
                    profile_id=profile_id,
                    title_id=title_id,
                    active=True,
                    changed_at=self._now(),
                    rank=there[0].rank - 1 if there else 0,
                )
            )

    def remove_from_watchlist(self, profile_id: str, title_id: str) -> None:
        """Take a title off; harmless for what is not on the list."""
        self._require_profile(profile_id)
        with self._database.write() as session:
            row = session.get(WatchlistRow, (profile_id, title_id))
            if row is not None and row.active:
                row.active, row.changed_at = False, self._now()

    def arrange_watchlist(self, profile_id: str, title_ids: Sequence[str]) -> None:
        """Put the list in this order; what is not named comes after, in the order it has."""
        self._require_profile(profile_id)
        wanted = {title_id: place for place, title_id in reversed(list(enumerate(title_ids)))}
        with self._database.write() as session:
            there = listed(session, profile_id)
            there.sort(key=lambda row: wanted.get(row.title_id, len(wanted)))
            for rank, row in enumerate(there):
                row.rank = rank

    def rate(self, profile_id: str, title_id: str, thumb: Thumb) -> None:
        """Remember what a profile thinks; :class:`~local_server.errors.NotFound`."""
        self._require_profile(profile_id)
        self._require_title(title_id)
        self._set_thumb(profile_id, title_id, thumb)

    def take_rating_back(self, profile_id: str, title_id: str) -> None:
        """Have no opinion any more; harmless where there is none."""
        self._require_profile(profile_id)
        self._set_thumb(profile_id, title_id, None)

    def ratings(self, profile_id: str, *, limit: int, offset: int) -> Ratings:
        """A page of a profile's opinions, newest first."""
        self._require_profile(profile_id)
        own = (RatingRow.profile_id == profile_id, RatingRow.thumb.is_not(None))
        with self._database.read() as session:
            total = session.scalar(select(func.count()).select_from(RatingRow).where(*own)) or 0
            rows = session.scalars(
                select(RatingRow)
                .where(*own)
                .order_by(RatingRow.changed_at.desc(), RatingRow.title_id)
                .limit(limit)
                .offset(offset)
            )
            items = tuple(
                Rating(title_id=row.title_id, thumb=Thumb(row.thumb or ""), at=row.changed_at)
                for row in rows
            )
        return Ratings(items=items, total=total)

    def all_ratings(self) -> tuple[ThumbChanged, ...]:
        """Everyone's, as the events that would have announced them."""
        with self._database.read() as session:
            rows = session.scalars(select(RatingRow).where(RatingRow.thumb.is_not(None)))
            return tuple(
                ThumbChanged(
                    profile_id=row.profile_id,
                    title_id=row.title_id,
                    thumb=row.thumb or "",
                    at=row.changed_at,
                )
                for row in rows
            )

    def _set_thumb(self, profile_id: str, title_id: str, thumb: Thumb | None) -> None:
        now = self._now()
        with self._database.write() as session:
            row = session.get(RatingRow, (profile_id, title_id))
            before = None if row is None else row.thumb
            if before == thumb:
                return
            session.merge(
                RatingRow(profile_id=profile_id, title_id=title_id, thumb=thumb, changed_at=now)
            )
        self._bus.publish(
            ThumbChanged(profile_id=profile_id, title_id=title_id, thumb=thumb or "", at=now)
        )


def listed(session: Session, profile_id: str) -> list[WatchlistRow]:
    """Rows on the list, in order."""
    return list(
        session.scalars(
            select(WatchlistRow)
            .where(WatchlistRow.profile_id == profile_id, WatchlistRow.active)
            .order_by(WatchlistRow.rank, WatchlistRow.changed_at.desc(), WatchlistRow.title_id)
        )
    )
