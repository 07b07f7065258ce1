"""A document's parts taken into a profile, in one transaction: the newer word holds."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from local_server.contracts import (
    PortableEvent,
    PortableHidden,
    PortableLanguages,
    PortableListing,
    PortableMark,
    PortableRating,
    PortableResume,
    TitleState,
    WatchEvent,
    WatchKind,
)
from local_server.runtime.events import Event, ThumbChanged
from local_server.services.playback.languages import EVERYTHING
from local_server.services.playback.lists import listed
from local_server.services.playback.rules import ResumeRules, Standing, marked, standing
from local_server.services.playback.standings import (
    Key,
    SittingKey,
    insert_event,
    insert_mark,
    move,
    moved,
    settle_sittings,
)
from local_server.services.playback.tables import (
    HiddenRow,
    LanguagesRow,
    RatingRow,
    WatchlistRow,
)


class Taking:
    """Takes parts into ``profile_id``. ``changes`` counts what was new."""

    def __init__(
        self,
        session: Session,
        profile_id: str,
        *,
        rules: ResumeRules,
        now: datetime,
    ) -> None:
        self.changes = 0
        self._session = session
        self._profile_id = profile_id
        self._starts: dict[str, datetime] = {}
        self._rules = rules
        self._now = now
        self._moved: dict[Key, Standing] = {}
        self._rated: list[Event] = []
        self._sittings: set[SittingKey] = set()
        self._listings: list[tuple[int, str, datetime]] = []

    def title(self, state: TitleState, *, duration_s: float) -> None:
        """Take in what is said of one title, which is ``duration_s`` long."""
        key = (self._profile_id, state.title_id)
        for event in (*state.events, *_event_of_resume(state)):
            self._event(key, event, duration_s)
        if state.mark is not None:
            self._mark(key, state.mark)
        if state.rating is not None:
            self._rating(key, state.rating)
        if state.listing is not None:
            self._listing(key, state.listing)
        if state.hidden is not None:
            self._hidden(key, state.hidden)
        if state.languages is not None:
            self.languages(state.languages, title_id=state.title_id)

    def languages(self, chosen: PortableLanguages, *, title_id: str = EVERYTHING) -> None:
        """Take preferred languages in."""
        key = (self._profile_id, title_id)
        row = self._session.get(LanguagesRow, key)
        if row is not None and row.changed_at >= chosen.at:
            return
        mode = chosen.languages.subtitles_mode
        self.changes += 1
        self._session.merge(
            LanguagesRow(
                profile_id=key[0],
                title_id=key[1],
                audio_language=chosen.languages.audio_language,
                subtitle_language=chosen.languages.subtitle_language,
                subtitles_mode=None if mode is None else str(mode),
                changed_at=chosen.at,
            )
        )

    def finish(self) -> list[Event]:
        """Make what follows from all that was taken in; the announcements to publish."""
        self._append_listings()
        settle_sittings(self._session, self._sittings, self._rules, starts=self._starts)
        moves: list[Event] = [moved(key, at, self._rules) for key, at in self._moved.items()]
        return moves + self._rated

    def _event(self, key: Key, told: PortableEvent, duration_s: float) -> None:
        received_at = min(told.received_at or told.at, self._now)
        event = WatchEvent(
            id=told.id,
            session_id=told.session_id,
            profile_id=key[0],
            title_id=key[1],
            kind=told.kind,
            position_s=told.position_s,
            duration_s=told.duration_s or duration_s,
            at=told.at,
        )
        if not insert_event(self._session, event, received_at=received_at):
            return
        self.changes += 1
        if told.session_started_at is not None:
            self._starts[told.session_id] = told.session_started_at
        self._sittings.add((key[0], told.session_id, key[1]))
        self._move(key, standing(event, received_at=received_at, rules=self._rules))

    def _mark(self, key: Key, mark: PortableMark) -> None:
        at = min(mark.at, self._now)
        if insert_mark(self._session, key, watched=mark.watched, at=at, mark_id=mark.id):
            self.changes += 1
            self._move(key, marked(watched=mark.watched, at=at, mark_id=mark.id))

    def _move(self, key: Key, candidate: Standing) -> None:
        if move(self._session, key, candidate):
            self._moved[key] = candidate

    def _rating(self, key: Key, rating: PortableRating) -> None:
        row = self._session.get(RatingRow, key)
        if row is not None and row.changed_at >= rating.at:
            return
        self.changes += 1
        self._session.merge(
            RatingRow(profile_id=key[0], title_id=key[1], thumb=rating.thumb, changed_at=rating.at)
        )
        self._rated.append(
            ThumbChanged(profile_id=key[0], title_id=key[1], thumb=rating.thumb, at=rating.at)
        )

    def _listing(self, key: Key, listing: PortableListing) -> None:
        row = self._session.get(WatchlistRow, key)
        if row is None or (not row.active and row.changed_at < listing.added_at):
            self._listings.append((listing.place, key[1], listing.added_at))

    def _append_listings(self) -> None:
        there = listed(self._session, self._profile_id)
        first = there[-1].rank + 1 if there else 0
        for rank, (_, title_id, added_at) in enumerate(sorted(self._listings), start=first):
            self.changes += 1
            self._session.merge(
                WatchlistRow(
                    profile_id=self._profile_id,
                    title_id=title_id,
                    active=True,
                    changed_at=added_at,
                    rank=rank,
                )
            )

    def _hidden(self, key: Key, hidden: PortableHidden) -> None:
        row = self._session.get(HiddenRow, key)
        if row is not None and row.changed_at >= hidden.hidden_at:
            return
        self.changes += 1
        self._session.merge(
            HiddenRow(
                profile_id=key[0],
                title_id=key[1],
                active=True,
                changed_at=hidden.hidden_at,
                until=hidden.until,
            )
        )


def _event_of_resume(state: TitleState) -> list[PortableEvent]:
    """A resume point whose event is not told stands for one: history is made of events."""
    resume = state.resume
    told = {event.id for event in state.events} | ({state.mark.id} if state.mark else set())
    if resume is None or resume.event_id in told:
        return []
    return [_told(resume)]


def _told(resume: PortableResume) -> PortableEvent:
    return PortableEvent(
        id=resume.event_id,
        session_id=f"import-{resume.event_id}"[:64],
        kind=WatchKind.END if resume.finished else WatchKind.STOP,
        position_s=resume.position_s,
        duration_s=resume.duration_s,
        at=resume.watched_at,
    )
