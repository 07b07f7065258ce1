"""Rows of the catalog as clients see them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from local_server.contracts import Availability, Problem, TitleDetail, TitleKind, TitleSummary
from local_server.services.catalog.ports import MediaFolder
from local_server.services.catalog.tables import TitleRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Views:
    """Turns rows into wire types. ``progress`` tells how far titles in preparation have come."""

    media: MediaFolder
    progress: Mapping[str, float]

    def summary(self, row: TitleRow, series_name: str | None = None) -> TitleSummary:
        """A film or an episode."""
        availability = Availability(row.availability)
        preparing = availability is Availability.PREPARING
        return TitleSummary(
            id=row.id,
            kind=TitleKind(row.kind),
            name=row.name,
            year=row.year,
            duration_s=row.duration_s,
            availability=availability,
            progress=self.progress.get(row.id, 0.0) if preparing else 1.0,
            problem=None if row.problem is None else Problem.model_validate(row.problem),
            poster_url=self._picture(row, row.poster_path),
            still_url=self._picture(row, row.still_path),
            average_colour=row.average_colour,
            series_id=row.series_id,
            series_name=series_name,
            season=row.season,
            episode=row.episode,
            attribution=row.attribution,
        )

    def series(self, row: TitleRow, episodes: Sequence[TitleRow]) -> TitleSummary:
        """A series, as ready as its readiest episode and with that one's pictures."""
        shown = [self.summary(episode) for episode in episodes]
        face = next((e for e in shown if e.availability is Availability.READY), None)
        own = self.summary(row)
        if face is None:
            states = {e.availability for e in shown}
            order = (Availability.PREPARING, Availability.FAILED, Availability.MISSING)
            state = next((s for s in order if s in states), Availability.MISSING)
            problem = next((e.problem for e in shown if e.problem), None)
            progress = max((e.progress for e in shown if e.availability is state), default=0.0)
            return own.model_copy(
                update={
                    "availability": state,
                    "progress": progress if state is Availability.PREPARING else 1.0,
                    "problem": problem if state is Availability.FAILED else None,
                }
            )
        return own.model_copy(
            update={
                "availability": Availability.READY,
                "progress": 1.0,
                "poster_url": face.poster_url,
                "still_url": face.still_url,
                "average_colour": face.average_colour,
            }
        )

    def detail(
        self, row: TitleRow, summary: TitleSummary, episodes: Sequence[TitleRow]
    ) -> TitleDetail:
        """Everything about a title; a series adds up its ``episodes``."""
        parts = episodes or [row]
        return TitleDetail(
            summary=summary,
            synopsis=row.synopsis,
            audio_languages=_union(part.audio_languages for part in parts),
            subtitle_languages=_union(part.subtitle_languages for part in parts),
            max_height_px=max(part.max_height_px for part in parts),
            episodes=tuple(self.summary(episode, row.name) for episode in episodes),
            added_at=row.added_at,
            size_bytes=sum(part.size_bytes for part in parts),
        )

    def _picture(self, row: TitleRow, path: str | None) -> str | None:
        if path is None or row.presentation_id is None:
            return None
        return self.media.url(row.presentation_id, path)


def _union(lists: Iterable[Sequence[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(language for languages in lists for language in languages))
