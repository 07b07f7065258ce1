"""``matinee add`` and ``matinee titles``."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from local_server.client import EdgeClient
from local_server.contracts import AddedPath, Availability, Job, JobState, TitleSummary
from ui.cli.choose import all_titles, full_name
from ui.cli.words import CommandError, complain, err, one_line, out
from ui.edge import open_edge
from ui.places import Places

_LOOK_EVERY_S = 0.5


def list_titles(where: Places, *, as_json: bool) -> None:
    """Print all films and episodes."""
    with open_edge(where) as edge:
        found = all_titles(edge.client)
    if as_json:
        rows = [
            {
                "id": title.id,
                "name": full_name(title),
                "duration_s": title.duration_s,
                "availability": str(title.availability),
            }
            for title in found
        ]
        out.print_json(json.dumps(rows))
        return
    if not found:
        out.print("The library is empty. 'matinee add FOLDER' fills it.")
        return
    lines = [
        (one_line(full_name(title)), _length(title), _state(title), title.id) for title in found
    ]
    widths = [max(len(line[column]) for line in lines) for column in range(3)]
    for name, length, state, title_id in lines:
        # One title a line, however narrow the terminal: this is read by programs, too.
        text = f"{name:<{widths[0]}}  {length:>{widths[1]}}  {state:<{widths[2]}}  {title_id}"
        out.print(text, markup=False)


def _length(title: TitleSummary) -> str:
    minutes, seconds = divmod(round(title.duration_s), 60)
    return f"{minutes}:{seconds:02}" if title.duration_s else "-"


def _state(title: TitleSummary) -> str:
    if title.availability is Availability.PREPARING:
        return f"preparing, {title.progress:.0%}"
    return str(title.availability)


def add_paths(where: Places, paths: Sequence[Path], *, wait: bool) -> None:
    """Take files and folders in; raises :class:`CommandError` when any could not be used."""
    if not paths:
        raise CommandError("No file or folder given.", hint="Example: matinee add ~/Films")
    with open_edge(where) as edge:
        results = edge.client.add_paths(paths)
        accepted = [result for result in results if result.title_id is not None]
        for result in results:
            _tell(result)
        if not results:
            raise CommandError(
                "There is no film in there.",
                detail=", ".join(str(path) for path in paths),
                hint="Folders are searched for video files such as .mkv, .mp4 and .webm.",
            )
        unusable = len(results) - len(accepted)
        if accepted and wait:
            wanted = {result.title_id for result in accepted if result.title_id}
            unusable += await_titles(edge.client, wanted)
    if unusable:
        raise CommandError(f"{unusable} of {len(results)} could not be used.")


def await_titles(client: EdgeClient, title_ids: set[str]) -> int:
    """Show progress until all are playable or have failed; the answer counts the failed."""
    failed: dict[str, Job] = {}
    with Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=30),
        TaskProgressColumn(),
        TextColumn("{task.fields[stage]}", markup=False),
        TimeRemainingColumn(),
        console=err,
    ) as bar:
        tasks = {}
        while True:
            jobs = [job for job in reversed(client.jobs()) if job.title_id in title_ids]
            for job in jobs:
                if job.title_id not in tasks:
                    name = one_line(job.title_name)[:40]
                    tasks[job.title_id] = bar.add_task(name, total=1.0, stage=job.stage)
                done = 1.0 if job.state is JobState.DONE else job.progress
                bar.update(tasks[job.title_id], completed=done, stage=job.stage)
            newest = {job.title_id: job for job in jobs}
            over = [j for j in newest.values() if j.finished_at is not None]
            if len(over) == len(newest):
                failed = {j.title_id: j for j in over if j.state is not JobState.DONE}
                break
            time.sleep(_LOOK_EVERY_S)
    for job in failed.values():
        problem = job.problem
        complain(
            f"{job.title_name} {job.state}.",
            problem.message if problem else "",
            problem.hint if problem else "",
        )
    return len(failed)


def _tell(result: AddedPath) -> None:
    name = one_line(result.path)
    if result.title_id is not None and result.problem is not None:
        out.print(f"there   {name}: {result.problem.message}", markup=False)
    elif result.problem is None:
        out.print(f"added   {name}", markup=False)
    else:
        complain(name, result.problem.message, result.problem.hint)
