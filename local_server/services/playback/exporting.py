"""A profile's state as the parts of a document."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from local_server.contracts import (
    Languages,
    PortableEvent,
    PortableHidden,
    PortableLanguages,
    PortableListing,
    PortableMark,
    PortableRating,
    PortableResume,
    ProfileState,
    SubtitlesMode,
    Thumb,
    TitleState,
    WatchKind,
)
from local_server.services.playback import unmatched
from local_server.services.playback.languages import EVERYTHING
from local_server.services.playback.lists import listed
from local_server.services.playback.tables import (
    HiddenRow,
    LanguagesRow,
    MarkRow,
    RatingRow,
    ResumePointRow,
    SittingRow,
    WatchEventRow,
)

# So much of a film's progress is exported: the same history can be made of it again.
PROGRESS_EVERY = timedelta(seconds=60)

Parts = defaultdict[str, dict[str, Any]]


def state_of(session: Session, profile_id: str) -> ProfileState:
    """Everything that is kept of a profile, in one order whenever it is asked for."""
    parts: Parts = defaultdict(dict)
    _add_choices(session, profile_id, parts)
    _add_standings(session, profile_id, parts)
    for title_id, events in _events(session, profile_id).items():
        resume = parts[title_id].get("resume")
        keep = {resume.event_id} if resume is not None else set()
        parts[title_id]["events"] = thinned(events, keep=keep)
    usual = session.get(LanguagesRow, (profile_id, EVERYTHING))
    return ProfileState(
        languages=None if usual is None else _languages(usual),
        titles=tuple(
            TitleState(title_id=title_id, **own) for title_id, own in sorted(parts.items())
        ),
        unmatched=unmatched.entries(session, profile_id),
    )


def thinned(
    events: Sequence[PortableEvent], *, keep: AbstractSet[str]
) -> tuple[PortableEvent, ...]:
    """``events`` of a title without progress that adds nothing: the same sittings come of them.

    What has been thinned out already stays as it is. ``keep``: ids of events that stay.
    """
    sessions: defaultdict[str, list[PortableEvent]] = defaultdict(list)
    for event in sorted(events, key=lambda e: (e.at, e.id)):
        sessions[event.session_id].append(event)
    return tuple(
        event
        for session_id in sorted(sessions)
        for event in _thinned_session(sessions[session_id], keep)
    )


def _thinned_session(
    events: list[PortableEvent], keep: AbstractSet[str]
) -> Iterable[PortableEvent]:
    # The one that came fastest tells how wrong the device's clock is.
    fastest = min(events, key=lambda e: (_received(e) - e.at, e.id))
    kept = events[:1]
    for event, after in itertools.pairwise(events[1:]):
        if event is fastest or event.id in keep or not _adds_nothing(kept[-1], event, after):
            kept.append(event)
    return [*kept, *events[1:][-1:]]


def _adds_nothing(before: PortableEvent, event: PortableEvent, after: PortableEvent) -> bool:
    alike = before.kind is event.kind is after.kind is WatchKind.PROGRESS
    moving = before.position_s < event.position_s < after.position_s
    same_film = before.duration_s == event.duration_s == after.duration_s
    soon = after.at - before.at <= PROGRESS_EVERY
    in_order = _received(before) <= _received(event) <= _received(after)
    arrived_soon = _received(after) - _received(before) <= PROGRESS_EVERY
    return alike and moving and same_film and soon and in_order and arrived_soon


def _received(event: PortableEvent) -> datetime:
    return event.received_at or event.at


def _events(session: Session, profile_id: str) -> dict[str, list[PortableEvent]]:
    starts = _session_starts(session, profile_id)
    found: defaultdict[str, list[PortableEvent]] = defaultdict(list)
    for row in session.scalars(
        select(WatchEventRow)
        .where(WatchEventRow.profile_id == profile_id)
        .order_by(WatchEventRow.at, WatchEventRow.id)
    ):
        found[row.title_id].append(
            PortableEvent(
                id=row.id,
                session_id=row.session_id,
                kind=WatchKind(row.kind),
                position_s=row.position_s,
                duration_s=row.duration_s,
                at=row.at,
                received_at=row.received_at,
                session_started_at=starts.pop((row.session_id, row.title_id), None),
            )
        )
    return found


def _session_starts(session: Session, profile_id: str) -> dict[tuple[str, str], datetime]:
    rows = session.execute(
        select(SittingRow.session_id, SittingRow.title_id, SittingRow.session_started_at).where(
            SittingRow.profile_id == profile_id, SittingRow.session_started_at.is_not(None)
        )
    )
    return {(row[0], row[1]): row[2] for row in rows if row[2] is not None}


def _add_standings(session: Session, profile_id: str, parts: Parts) -> None:
    for mark in session.scalars(select(MarkRow).where(MarkRow.profile_id == profile_id)):
        own = PortableMark(id=mark.id, watched=mark.watched, at=mark.at)
        parts[mark.title_id]["mark"] = own
    for row in session.scalars(
        select(ResumePointRow).where(ResumePointRow.profile_id == profile_id)
    ):
        parts[row.title_id]["resume"] = PortableResume(
            position_s=row.position_s,
            duration_s=row.duration_s,
            finished=row.finished,
            watched_at=row.watched_at,
            event_id=row.event_id,
        )


def _add_choices(session: Session, profile_id: str, parts: Parts) -> None:
    rated: ColumnElement[bool] = RatingRow.thumb.is_not(None)
    for rating in session.scalars(
        select(RatingRow).where(RatingRow.profile_id == profile_id, rated)
    ):
        thumb = Thumb(rating.thumb or "")
        parts[rating.title_id]["rating"] = PortableRating(thumb=thumb, at=rating.changed_at)
    for place, item in enumerate(listed(session, profile_id)):
        listing = PortableListing(place=place, added_at=item.changed_at)
        parts[item.title_id]["listing"] = listing
    for row in session.scalars(
        select(HiddenRow).where(HiddenRow.profile_id == profile_id, HiddenRow.active)
    ):
        parts[row.title_id]["hidden"] = PortableHidden(hidden_at=row.changed_at, until=row.until)
    for chosen in session.scalars(
        select(LanguagesRow).where(
            LanguagesRow.profile_id == profile_id, LanguagesRow.title_id != EVERYTHING
        )
    ):
        parts[chosen.title_id]["languages"] = _languages(chosen)


def _languages(row: LanguagesRow) -> PortableLanguages:
    mode = row.subtitles_mode
    return PortableLanguages(
        languages=Languages(
            audio_language=row.audio_language,
            subtitle_language=row.subtitle_language,
            subtitles_mode=None if mode is None else SubtitlesMode(mode),
        ),
        at=row.changed_at,
    )
