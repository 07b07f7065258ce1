"""Hands profiles out as documents and takes in those of others."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime

from local_server.contracts import (
    ImportFile,
    ImportReport,
    NotMatched,
    PortableEntry,
    PortableTitle,
    ProfileDocument,
    ProfileSettings,
    ProfileState,
    TitleKind,
    TitleState,
    WaitingTitle,
)
from local_server.portability import files
from local_server.portability.ports import Catalog, Playback, Recommendation, Users

NOT_MATCHED_MAX = 200  # named in a report; nobody reads further

_WORD = re.compile(r"\w{3,}")


class ProfileDesk:
    """Export and import of whole profiles. ``moment_of`` reads the household's wall clock.

    Any method from any thread.
    """

    def __init__(
        self,
        *,
        users: Users,
        playback: Playback,
        catalog: Catalog,
        recommendation: Recommendation,
        now: Callable[[], datetime],
        moment_of: Callable[[datetime], datetime],
    ) -> None:
        self._users = users
        self._playback = playback
        self._catalog = catalog
        self._recommendation = recommendation
        self._now = now
        self._moment_of = moment_of

    def export_profile(self, profile_id: str) -> ProfileDocument:
        """Everything of a profile; :class:`~local_server.errors.NotFound`."""
        state = self._playback.export_state(profile_id)
        titles = _told_aside(state.titles, self._recommendation.aside(profile_id))
        known = self._catalog.identities([title.title_id for title in titles])
        entries = [_entry(title, known.get(title.title_id)) for title in titles]
        profile = next(
            (
                p.model_dump(mode="json")
                for p in self._users.household().profiles
                if p.id == profile_id
            ),
            {},
        )
        return ProfileDocument(
            exported_at=self._now(),
            profile=profile,
            languages=state.languages,
            titles=tuple(
                sorted((*entries, *state.unmatched), key=lambda e: e.title.model_dump_json())
            ),
            settings=self._users.export_profile(profile_id),
        )

    def import_file(self, profile_id: str, file: ImportFile) -> ImportReport:
        """Take a file of any known kind into a profile.

        The newer of two words about one thing holds; the same file again changes nothing. What
        is of no title here is kept until that arrives. Settings of the file are taken in when
        ``file`` asks for them; whoever calls has seen to it that they may be. Raises
        :class:`~local_server.errors.Refusal` for a file that cannot be read and
        :class:`~local_server.errors.NotFound` for an unknown profile; then nothing has changed.
        """
        contents = files.read(file.data, now=self._now(), moment_of=self._moment_of)
        document = contents.document
        ids = self._catalog.identify([entry.title for entry in document.titles])
        pairs = list(zip(ids, document.titles, strict=True))
        unmatched = tuple(entry for title_id, entry in pairs if title_id is None)
        named = tuple(_state(title_id, entry) for title_id, entry in pairs if title_id)
        changes = self._playback.take_in(
            profile_id,
            ProfileState(
                languages=document.languages,
                titles=named,
                unmatched=unmatched,
            ),
        )
        changes += self._set_aside(profile_id, [t.title_id for t in named if t.not_interested])
        settings = document.settings if file.settings else None
        if settings is not None:
            changes += self._apply(profile_id, settings)
        return ImportReport(
            source=contents.source,
            matched=len(pairs) - len(unmatched),
            unmatched=len(unmatched),
            changes=changes,
            not_matched=tuple(
                NotMatched(title=entry.title, reason=_reason(entry.title))
                for entry in unmatched[:NOT_MATCHED_MAX]
            ),
            skipped=contents.skipped,
            settings=settings is not None,
        )

    def titles_changed(self, title_ids: Sequence[str]) -> None:
        """Apply what waits for those of the titles that have come."""
        self.match(title_ids)

    def match(self, title_ids: Sequence[str] | None) -> int:
        """Apply what waits for titles that have come: these, or any; how many it was."""
        waiting = self._playback.waiting_titles()
        if waiting and title_ids is not None:
            # A library that is being filled sends word of every title; most have nothing waiting.
            come = self._catalog.identities(title_ids).values()
            told = set[str]().union(*map(_words, come))
            waiting = tuple(wanted for wanted in waiting if _words(wanted.title) & told)
        if not waiting:
            return 0
        found = self._catalog.identify([wanted.title for wanted in waiting])
        return sum(
            self._settle(wanted, title_id)
            for wanted, title_id in zip(waiting, found, strict=True)
            if title_id is not None
        )

    def _settle(self, wanted: WaitingTitle, title_id: str) -> bool:
        if wanted.not_interested:  # first: once settled it is not waiting any more
            self._recommendation.set_aside(wanted.profile_id, title_id)
        return self._playback.settle_waiting(wanted.profile_id, wanted.key, title_id)

    def _set_aside(self, profile_id: str, title_ids: Sequence[str]) -> int:
        """How many it did not know of."""
        if not title_ids:
            return 0
        before = set(self._recommendation.aside(profile_id))
        for title_id in title_ids:
            if title_id not in before:
                self._recommendation.set_aside(profile_id, title_id)
        return len(set(self._recommendation.aside(profile_id)) - before)

    def _apply(self, profile_id: str, settings: ProfileSettings) -> int:
        """Whether they differ from those of before, as a number."""
        before = self._users.export_profile(profile_id)
        # A picture is of one server; the document names it and does not carry it.
        style = settings.style.model_copy(update={"picture_id": before.style.picture_id})
        settings = settings.model_copy(update={"style": style})
        if settings == before:
            return 0
        self._users.import_profile(profile_id, settings)
        return 1


def _told_aside(titles: Sequence[TitleState], aside: Sequence[str]) -> list[TitleState]:
    """The titles, and those aside, which say so."""
    known = {title.title_id: title for title in titles}
    for title_id in aside:
        title = known.get(title_id) or TitleState(title_id=title_id)
        known[title_id] = title.model_copy(update={"not_interested": True})
    return list(known.values())


def _entry(state: TitleState, title: PortableTitle | None) -> PortableEntry:
    # A title that has left the library has no name any more, only its id.
    told = title or PortableTitle(kind=TitleKind.VIDEO, external_ids={"matinee": state.title_id})
    return PortableEntry.model_validate({**dict(state), "title": told})


def _state(title_id: str, entry: PortableEntry) -> TitleState:
    return TitleState.model_validate({**dict(entry), "title_id": title_id})


def _words(title: PortableTitle) -> set[str]:
    """What two descriptions of one title have at least one of in common."""
    names = f"{title.name} {title.series or ''}".casefold()
    ids = {f"{source}:{known}" for source, known in title.external_ids.items()}
    series = {f"{source}:{known}" for source, known in title.series_external_ids.items()}
    return set(_WORD.findall(names)) | ids | series | {names.strip()}


def _reason(title: PortableTitle) -> str:
    if title.kind is TitleKind.EPISODE and (title.season is None or title.episode is None):
        return "Which season and episode it is was not told"
    if not title.name and not title.series and not title.external_ids:
        return "It has no name"
    return "Not in this library, or several titles there fit"
