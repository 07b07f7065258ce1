"""Joins the catalog and the studio: requests one way, what became of them the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from local_server import starter
from local_server.contracts import Job
from local_server.errors import NotFound
from local_server.media.generated import RecipeId
from local_server.media.pictures import MadePicture, PictureMaker, PictureTask
from local_server.media.results import StudioResult
from local_server.media.views import (
    JobId,
    JobView,
    StudioCancelled,
    StudioEvent,
    StudioFailed,
    StudioProgress,
    StudioReady,
    StudioRequest,
)
from local_server.runtime.events import StreamsChanged
from local_server.services.catalog.library import Library, Starter
from local_server.services.catalog.naming import Reading, ReadingKind
from local_server.services.catalog.ports import Picture, Prepared, TakenPicture

# What a person added is worked on before what came by itself.
ASKED_FOR = 10
BACKGROUND = 0


class StudioLike(Protocol):
    """What is used of :class:`local_server.media.studio.Studio`."""

    def start(self) -> None:
        """Begin working."""

    def stop(self) -> None:
        """Stop working and wait for it."""

    def submit(self, request: StudioRequest) -> JobId:
        """Queue a film."""

    def cancel(self, job_id: JobId) -> None:
        """Take a job back."""

    def jobs(self) -> tuple[JobView, ...]:
        """Every job there was, in the order they came."""

    def discard(self, presentation_id: str) -> None:
        """Delete a presentation."""

    def set_playing(self, playing: bool) -> None:
        """Give way to playback."""


class StudioDesk:
    """Where others leave work for the studio and look how it is doing. Any thread."""

    def __init__(self, studio: StudioLike) -> None:
        self._studio = studio

    def prepare(self, *, title_id: str, name: str, source: Path | str, background: bool) -> None:
        """Queue a title; see :class:`~local_server.services.catalog.ports.Preparation`."""
        self._studio.submit(
            StudioRequest(
                title_id=title_id,
                name=name,
                source=source if isinstance(source, Path) else RecipeId(source),
                priority=BACKGROUND if background else ASKED_FOR,
            )
        )

    def requested(self) -> Mapping[str, datetime]:
        """When each title was last queued: jobs come in that order."""
        return {job.title_id: job.created_at for job in self._studio.jobs()}

    def withdraw(self, title_ids: Sequence[str]) -> None:
        """Take back what is queued or under way for these titles."""
        wanted = frozenset(title_ids)
        for job in self._studio.jobs():
            if job.title_id in wanted and job.finished_at is None:
                self._studio.cancel(job.id)

    def discard(self, presentation_id: str) -> None:
        """Delete a presentation."""
        self._studio.discard(presentation_id)

    def jobs(self) -> tuple[Job, ...]:
        """All jobs, newest first."""
        return tuple(_wire(job) for job in reversed(self._studio.jobs()))

    def give_way(self, streams: StreamsChanged) -> None:
        """Let the studio's work give way while something plays."""
        self._studio.set_playing(streams.active > 0)

    def cancel(self, job_id: str) -> None:
        """Take a job back; :class:`~local_server.errors.NotFound` when there is none."""
        if all(job.id != job_id for job in self._studio.jobs()):
            raise NotFound("job_not_found", "There is no such job")
        self._studio.cancel(JobId(job_id))


class PictureDesk:
    """Where the library leaves pictures to be made. Any thread, one at a time."""

    def __init__(self, maker: PictureMaker) -> None:
        self._maker = maker

    def take(
        self, pictures: Sequence[Picture], taken: Callable[[Picture, TakenPicture], None]
    ) -> None:
        """See :class:`~local_server.services.catalog.ports.Pictures`."""
        by_task = {PictureTask(path=each.path, role=str(each.role)): each for each in pictures}

        def made(task: PictureTask, result: MadePicture) -> None:
            taken(
                by_task[task],
                TakenPicture(
                    reference=result.reference, colour=result.colour, problem=result.problem
                ),
            )

        self._maker.make(list(by_task), made)

    def stop(self) -> None:
        """Give up what is under way."""
        self._maker.stop()


class StudioNews:
    """Tells the library what the studio reports. Called on the studio's thread."""

    def __init__(self) -> None:
        self._library: Library | None = None

    def tell(self, library: Library) -> None:
        """Deliver to ``library`` from now on; called before the studio starts."""
        self._library = library

    def __call__(self, event: StudioEvent) -> None:
        """Deliver one event; raises when there is nobody to tell, so that it is told again."""
        library = self._library
        if library is None:
            raise LookupError("no library yet")
        match event:
            case StudioProgress():
                library.advanced(event.title_id, event.progress)
            case StudioReady():
                library.ready(event.title_id, _prepared(event.result))
            case StudioFailed():
                library.failed(event.title_id, event.problem)
            case StudioCancelled():
                library.cancelled(event.title_id)


def starters() -> tuple[Starter, ...]:
    """The starter library in the catalog's terms, the most urgent first."""
    return tuple(
        Starter(
            key=title.key,
            source=title.source,
            reading=_reading(title),
            synopsis=title.synopsis,
            attribution=title.attribution,
        )
        for title in starter.starter_titles()
    )


def _reading(title: starter.StarterTitle) -> Reading:
    if title.series_name is None:
        return Reading(kind=ReadingKind.MOVIE, title=title.name, year=title.year)
    return Reading(
        kind=ReadingKind.EPISODE,
        title=title.series_name,
        year=title.year,
        season=title.season or 0,
        episodes=(title.episode or 0,),
        episode_title=title.name,
    )


def _prepared(result: StudioResult) -> Prepared:
    return Prepared(
        presentation_id=result.presentation_id,
        duration_s=result.duration_s,
        max_height_px=result.max_height_px,
        audio_languages=result.audio_languages,
        subtitle_languages=result.subtitle_languages,
        size_bytes=result.size_bytes,
        poster_path=result.poster_path.relative_to(result.folder).as_posix(),
        still_path=result.still_path.relative_to(result.folder).as_posix(),
        average_colour=result.average_colour,
    )


def _wire(job: JobView) -> Job:
    return Job(
        id=job.id,
        title_id=job.title_id,
        title_name=job.name,
        state=job.state,
        stage=job.stage,
        progress=job.progress,
        problem=job.problem,
        created_at=job.created_at,
        finished_at=job.finished_at,
    )
