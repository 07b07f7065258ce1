"""A profile's state goes out, and that of others comes in."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from local_server.contracts import (
    PortableTitle,
    ProfileState,
    TitleParts,
    TitleState,
    WaitingTitle,
)
from local_server.runtime.events import Event
from local_server.services.playback import unmatched
from local_server.services.playback.base import Part
from local_server.services.playback.exporting import state_of
from local_server.services.playback.tables import UnmatchedRow
from local_server.services.playback.taking import Taking

TITLES_AT_ONCE = 50
LAST = 1_000_000  # after every place on a list


class Exchange(Part):
    """Export and import, without the words and files around them."""

    def export_state(self, profile_id: str) -> ProfileState:
        """All that is kept of a profile; :class:`~local_server.errors.NotFound`."""
        self._require_profile(profile_id)
        with self._database.read() as session:
            return state_of(session, profile_id)

    def take_in(self, profile_id: str, state: ProfileState) -> int:
        """Add ``state`` to a profile; how much of it was new.

        Of two words about one thing the newer holds. The same state again changes nothing. Raises
        :class:`~local_server.errors.NotFound`.
        """
        self._require_profile(profile_id)
        lengths_s = self._lengths_s(state.titles)
        titles = sorted(state.titles, key=_place)
        changes = 0
        # In steps: players' events must find room between them. A step that fails can be repeated.
        for first in range(0, len(titles), TITLES_AT_ONCE):
            with self._database.write() as session:
                taking = Taking(session, profile_id, rules=self._rules, now=self._now())
                for title in titles[first : first + TITLES_AT_ONCE]:
                    taking.title(title, duration_s=lengths_s.get(title.title_id, 0.0))
                announcements = taking.finish()
            changes += taking.changes
            self._publish_all(announcements)
        with self._database.write() as session:
            taking = Taking(session, profile_id, rules=self._rules, now=self._now())
            if state.languages is not None:
                taking.languages(state.languages)
            for entry in state.unmatched:
                taking.changes += unmatched.keep(session, profile_id, entry)
        return changes + taking.changes

    def waiting_titles(self) -> tuple[WaitingTitle, ...]:
        """Titles that something was imported for and that were not here then."""
        with self._database.read() as session:
            rows = session.scalars(select(UnmatchedRow).order_by(UnmatchedRow.key))
            return tuple(
                WaitingTitle(
                    profile_id=row.profile_id,
                    key=row.key,
                    title=PortableTitle.model_validate(row.title),
                    not_interested=TitleParts.model_validate(row.parts).not_interested,
                )
                for row in rows
            )

    def settle_waiting(self, profile_id: str, key: str, title_id: str) -> bool:
        """A waiting title has come: take in what waits for it; whether anything did."""
        with self._database.read() as session:
            if session.get(UnmatchedRow, (profile_id, key)) is None:
                return False
        facts = self._facts([title_id]).get(title_id)
        with self._database.write() as session:
            row = session.get(UnmatchedRow, (profile_id, key))
            if row is None:
                return False
            taking = Taking(session, profile_id, rules=self._rules, now=self._now())
            state = TitleState.model_validate({**row.parts, "title_id": title_id})
            taking.title(state, duration_s=0.0 if facts is None else facts.duration_s)
            session.delete(row)
            announcements = taking.finish()
        self._publish_all(announcements)
        return True

    def _lengths_s(self, titles: Sequence[TitleState]) -> dict[str, float]:
        facts = self._facts([title.title_id for title in titles])
        return {title_id: known.duration_s for title_id, known in facts.items()}

    def _publish_all(self, announcements: Sequence[Event]) -> None:
        for announcement in announcements:
            self._bus.publish(announcement)


def _place(title: TitleState) -> int:
    """What is on the watchlist first, in its order."""
    return LAST if title.listing is None else title.listing.place
