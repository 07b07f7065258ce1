"""In which languages a profile watches."""

from __future__ import annotations

from sqlalchemy.orm import Session

from local_server.contracts import Languages, SubtitlesMode
from local_server.services.playback.base import Part, group_of
from local_server.services.playback.tables import LanguagesRow

EVERYTHING = ""  # stands for all titles that have no languages of their own


class LanguageChoices(Part):
    """Languages of a profile, and those it prefers for one film or series."""

    def languages(self, profile_id: str, title_id: str | None = None) -> Languages:
        """The profile's; those for a title when one is given, filled up with the profile's."""
        self._require_profile(profile_id)
        group = EVERYTHING if title_id is None else group_of(self._require_title(title_id))
        with self._database.read() as session:
            return languages_for(session, profile_id, group)

    def set_languages(
        self, profile_id: str, languages: Languages, title_id: str | None = None
    ) -> None:
        """Remember languages, for one title's film or series when it is given.

        What is ``None`` is not preferred any more. Raises
        :class:`~local_server.errors.NotFound` for an unknown profile or title.
        """
        self._require_profile(profile_id)
        group = EVERYTHING if title_id is None else group_of(self._require_title(title_id))
        mode = languages.subtitles_mode
        with self._database.write() as session:
            session.merge(
                LanguagesRow(
                    profile_id=profile_id,
                    title_id=group,
                    audio_language=languages.audio_language,
                    subtitle_language=languages.subtitle_language,
                    subtitles_mode=None if mode is None else str(mode),
                    changed_at=self._now(),
                )
            )


def languages_for(session: Session, profile_id: str, group: str) -> Languages:
    """Those for a film or series, each filled up with what the profile prefers everywhere."""
    usual = _stored(session, profile_id, EVERYTHING)
    if group == EVERYTHING:
        return usual
    own = _stored(session, profile_id, group)
    return usual.model_copy(update=own.model_dump(exclude_none=True))


def _stored(session: Session, profile_id: str, group: str) -> Languages:
    row = session.get(LanguagesRow, (profile_id, group))
    if row is None:
        return Languages()
    return Languages(
        audio_language=row.audio_language,
        subtitle_language=row.subtitle_language,
        subtitles_mode=None if row.subtitles_mode is None else SubtitlesMode(row.subtitles_mode),
    )
