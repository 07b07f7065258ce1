"""Rows of the catalog as clients see them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePath

from local_server.contracts import (
    Availability,
    EditableField,
    ExternalId,
    Person,
    Problem,
    Regions,
    Sidecar,
    SidecarKind,
    TitleDetail,
    TitleKind,
    TitleSummary,
)
from local_server.services.catalog.intake import display
from local_server.services.catalog.ports import MediaFolder, PictureRole
from local_server.services.catalog.tables import SidecarRow, TitleIdRow, TitleRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a detail shows besides the title's own row."""

    series_name: str | None = None
    episodes: Sequence[TitleRow] = ()
    children: Sequence[TitleRow] = ()
    ids: Sequence[TitleIdRow] = ()
    sidecars: Sequence[SidecarRow] = ()
    path: bytes | None = None
    problems: Sequence[Problem] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Views:
    """Turns rows into wire types. ``progress`` tells how far titles in preparation have come."""

    media: MediaFolder
    progress: Mapping[str, float] = field(default_factory=dict)

    def summary(self, row: TitleRow, series_name: str | None = None) -> TitleSummary:
        """Anything but a series."""
        availability = Availability(row.availability)
        preparing = availability is Availability.PREPARING
        # The row is ours: checking it again costs a list of hundreds more than reading it.
        return TitleSummary.model_construct(
            id=row.id,
            kind=TitleKind(row.kind),
            name=row.name,
            year=row.year,
            duration_s=row.duration_s,
            availability=availability,
            progress=self.progress.get(row.id, 0.0) if preparing else 1.0,
            problem=None if row.problem is None else Problem.model_validate(row.problem),
            poster_url=self._picture(row, PictureRole.POSTER, row.poster_path),
            still_url=self._picture(row, PictureRole.BACKDROP, row.still_path),
            average_colour=row.average_colour,
            series_id=row.series_id,
            series_name=series_name,
            season=row.season,
            episode=row.episode,
            attribution=row.attribution,
            parent_id=row.parent_id,
            label=row.label,
            certificate=row.certificate,
            min_age=row.shown_age,
            rating=row.rating,
            genres=tuple(row.genres),
        )

    def series(self, row: TitleRow, episodes: Sequence[TitleRow]) -> TitleSummary:
        """A series, as ready as its readiest episode, whose pictures stand in for its own."""
        own = self.summary(row)
        face = next((e for e in episodes if e.availability == Availability.READY), None)
        if face is not None:
            return own.model_copy(
                update={
                    "availability": Availability.READY,
                    "progress": 1.0,
                    "poster_url": own.poster_url or self.poster(face),
                    "still_url": own.still_url or self.still(face),
                    "average_colour": own.average_colour if row.artwork else face.average_colour,
                }
            )
        states = {Availability(e.availability) for e in episodes}
        order = (Availability.PREPARING, Availability.FAILED, Availability.MISSING)
        state = next((s for s in order if s in states), Availability.MISSING)
        problem = next((e.problem for e in episodes if e.problem), None)
        preparing = state is Availability.PREPARING
        progress = max((self.progress.get(e.id, 0.0) for e in episodes), default=0.0)
        failed = problem if state is Availability.FAILED else None
        return own.model_copy(
            update={
                "availability": state,
                "progress": progress if preparing else 1.0,
                "problem": None if failed is None else Problem.model_validate(failed),
            }
        )

    def detail(self, row: TitleRow, summary: TitleSummary, around: Around) -> TitleDetail:
        """Everything about a title; a series adds up its episodes."""
        parts = around.episodes or [row]

        def under(kind: TitleKind) -> tuple[TitleSummary, ...]:
            children = (child for child in around.children if child.kind == kind)
            return tuple(self.summary(child, around.series_name) for child in children)

        return TitleDetail(
            summary=summary,
            synopsis=row.synopsis,
            audio_languages=_union(part.audio_languages for part in parts),
            subtitle_languages=_union(part.subtitle_languages for part in parts),
            max_height_px=max(part.max_height_px for part in parts),
            episodes=tuple(self.summary(episode, row.name) for episode in around.episodes),
            added_at=row.added_at,
            size_bytes=sum(part.size_bytes for part in parts),
            tagline=row.tagline,
            original_name=row.original_name,
            sort_name=row.sort_name,
            other_names=tuple(row.other_names),
            premiered=_day(row.premiered),
            episode_end=row.episode_end,
            people=tuple(Person.model_validate(person) for person in row.people),
            studios=tuple(row.studios),
            tags=tuple(row.tags),
            collections=tuple(row.collections),
            ids=tuple(ExternalId(provider=each.provider, id=each.value) for each in around.ids),
            editions=under(TitleKind.EDITION),
            parts=under(TitleKind.PART),
            extras=under(TitleKind.EXTRA),
            sidecars=tuple(_sidecar(each) for each in around.sidecars),
            logo_url=self._art(row, PictureRole.LOGO),
            banner_url=self._art(row, PictureRole.BANNER),
            library_id=row.library_id,
            locked=tuple(EditableField(name) for name in row.locked),
            regions=Regions(allowed=tuple(row.allowed_regions), blocked=tuple(row.blocked_regions)),
            file_path="" if around.path is None else display(os.fsdecode(around.path)),
            problems=tuple(around.problems),
        )

    def poster(self, row: TitleRow) -> str | None:
        """The picture in the shape of a poster."""
        return self._picture(row, PictureRole.POSTER, row.poster_path)

    def still(self, row: TitleRow) -> str | None:
        """The picture in the shape of a screen."""
        return self._picture(row, PictureRole.BACKDROP, row.still_path)

    def _picture(self, row: TitleRow, role: PictureRole, path: str | None) -> str | None:
        if row.artwork:
            url = self._art(row, role)
            if url is None and role is PictureRole.BACKDROP:
                url = self._art(row, PictureRole.THUMB)
            if url is not None:
                return url
        if path is None or row.presentation_id is None:
            return None
        return self.media.url(row.presentation_id, path)

    def _art(self, row: TitleRow, role: PictureRole) -> str | None:
        reference = row.artwork.get(role)
        if reference is None:
            return None
        folder, _, name = reference.partition("/")
        return self.media.url(folder, name)


def _sidecar(row: SidecarRow) -> Sidecar:
    return Sidecar(
        kind=SidecarKind(row.kind),
        file_name=display(PurePath(os.fsdecode(row.path)).name),
        language=row.language,
        label=row.label,
        forced=row.forced,
        default=row.default,
        hearing_impaired=row.hearing_impaired,
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _union(lists: Iterable[Sequence[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(language for languages in lists for language in languages))
