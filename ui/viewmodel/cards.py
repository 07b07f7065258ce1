"""A title as a card shows it. Pure: from the wire type to words and fractions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from local_server.contracts import (
    Availability,
    Job,
    JobState,
    ResumePoint,
    TitleKind,
    TitleSummary,
)
from ui.viewmodel import words

Absolute = Callable[[str], str]

ACTIVE_JOBS = frozenset({JobState.QUEUED, JobState.RUNNING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One title in a row, a grid or a list of episodes.

    ``watched`` and ``progress`` run from 0 to 1: how far a viewer and how far preparing has come.
    ``playable`` says whether activating it plays; otherwise it opens its page.
    """

    id: str
    kind: str
    name: str
    line: str = ""
    poster_url: str = ""
    still_url: str = ""
    colour: str = "#1C1C24"
    watched: float = 0.0
    finished: bool = False
    playable: bool = True
    preparing: bool = False
    progress: float = 1.0
    stage: str = ""
    failed: bool = False
    trouble: str = ""
    hint: str = ""
    season: int = 0
    episode: int = 0
    series_id: str = ""
    spoken: str = ""


def card_of(
    summary: TitleSummary,
    absolute: Absolute,
    *,
    job: Job | None = None,
    line: str | None = None,
    name: str | None = None,
) -> Card:
    """The card of ``summary``; ``job`` adds the stage of its preparation."""
    ready = summary.availability is Availability.READY
    preparing = summary.availability is Availability.PREPARING
    shown_name = words.one_line(summary.name if name is None else name) or "Untitled"
    shown_line = default_line(summary) if line is None else line
    progress = summary.progress if job is None else max(summary.progress, job.progress)
    if preparing:
        shown_line = preparing_line(job, progress)
    trouble, hint = _trouble(summary)
    return Card(
        id=summary.id,
        kind=str(summary.kind),
        name=shown_name,
        line=trouble or shown_line,
        poster_url=absolute(summary.poster_url) if summary.poster_url else "",
        still_url=absolute(summary.still_url) if summary.still_url else "",
        colour=summary.average_colour,
        watched=watched(summary.resume),
        finished=summary.resume is not None and summary.resume.finished,
        playable=ready and summary.kind is not TitleKind.SERIES,
        preparing=preparing,
        progress=progress if preparing else 1.0,
        stage=job.stage if preparing and job is not None else "",
        failed=summary.availability in {Availability.FAILED, Availability.MISSING},
        trouble=trouble,
        hint=hint,
        season=summary.season or 0,
        episode=summary.episode or 0,
        series_id=summary.series_id or "",
        spoken=", ".join(part for part in (shown_name, trouble or shown_line) if part),
    )


def continue_card(summary: TitleSummary, absolute: Absolute, *, job: Job | None = None) -> Card:
    """A card of "continue watching": an episode goes by its series, and says what is left."""
    number = episode_number(summary)
    remaining = ""
    if summary.resume is not None:
        duration_s = summary.resume.duration_s or summary.duration_s
        remaining = words.left(summary.resume.position_s, duration_s)
    return card_of(
        summary,
        absolute,
        job=job,
        name=summary.series_name or summary.name,
        line=words.joined(number, remaining),
    )


def episode_card(summary: TitleSummary, absolute: Absolute, *, job: Job | None = None) -> Card:
    """An episode in its series' list."""
    resume = summary.resume
    length = words.spoken_duration(summary.duration_s)
    if resume is not None and not resume.finished:
        length = words.left(resume.position_s, resume.duration_s or summary.duration_s)
    state = "Watched" if resume is not None and resume.finished else ""
    number = f"Episode {summary.episode}" if summary.episode is not None else ""
    return card_of(summary, absolute, job=job, line=words.joined(number, length, state))


def job_card(job: Job) -> Card:
    """A title that is known only by the work on it."""
    name = words.one_line(job.title_name) or "Untitled"
    line = preparing_line(job, job.progress)
    return Card(
        id=job.title_id,
        kind=str(TitleKind.MOVIE),
        name=name,
        line=line,
        playable=False,
        preparing=True,
        progress=job.progress,
        stage=job.stage,
        spoken=f"{name}, {line}",
    )


def preparing_line(job: Job | None, progress: float) -> str:
    """How far preparing has come, in words."""
    if job is not None and job.state is JobState.QUEUED:
        return "Waiting its turn"
    stage = job.stage if job is not None and job.stage else "Preparing"
    return words.joined(stage[:1].upper() + stage[1:], words.percent(progress))


def default_line(summary: TitleSummary) -> str:
    """Year and length, or what else tells a title from its neighbours."""
    if summary.kind is TitleKind.EPISODE:
        return words.joined(summary.series_name or "", episode_number(summary))
    kind = "Series" if summary.kind is TitleKind.SERIES else ""
    year = str(summary.year) if summary.year else ""
    return words.joined(year, kind, words.spoken_duration(summary.duration_s))


def episode_number(summary: TitleSummary) -> str:
    """``S1 E4``, as far as the numbers are known."""
    season = f"S{summary.season}" if summary.season is not None else ""
    episode = f"E{summary.episode}" if summary.episode is not None else ""
    return " ".join(part for part in (season, episode) if part)


def watched(resume: ResumePoint | None) -> float:
    """How far a viewer has come, 0 to 1; a finished title counts as not begun."""
    if resume is None or resume.finished or resume.duration_s <= 0:
        return 0.0
    return min(1.0, resume.position_s / resume.duration_s)


def in_progress(summary: TitleSummary) -> bool:
    """Begun and not finished."""
    return watched(summary.resume) > 0.0


def jobs_by_title(jobs: tuple[Job, ...]) -> dict[str, Job]:
    """The work now going on, by title; of several the newest."""
    active = [job for job in jobs if job.state in ACTIVE_JOBS]
    return {job.title_id: job for job in sorted(active, key=lambda job: job.created_at)}


def _trouble(summary: TitleSummary) -> tuple[str, str]:
    if summary.availability is Availability.MISSING:
        return "The file is gone", "Put it back where it was, or add it from its new place."
    if summary.availability is not Availability.FAILED:
        return "", ""
    if summary.problem is None:
        return "This file could not be prepared", "Add it again to try once more."
    return words.one_line(summary.problem.message), words.one_line(summary.problem.hint)
