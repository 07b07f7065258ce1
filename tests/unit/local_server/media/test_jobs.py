"""The queue: order, fences, and what survives."""

from __future__ import annotations

import itertools
import os
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from local_server.contracts import JobState, Problem
from local_server.media.errors import LeaseLost, StudioUnusable
from local_server.media.generated import RecipeId
from local_server.media.jobs import PATIENCE, Claim, JobTable
from local_server.media.views import JobId, StudioRequest

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
PROBLEM = Problem(code="file_empty", message="The file is empty.", hint="Copy it again.")


def open_table(path: Path) -> JobTable:
    numbers = itertools.count(path.stat().st_size if path.exists() else 0)
    return JobTable(path, now=lambda: NOON, new_id=lambda: f"id{next(numbers)}")


@pytest.fixture
def table(tmp_path: Path) -> Iterator[JobTable]:
    jobs = open_table(tmp_path / "studio.sqlite3")
    yield jobs
    jobs.close()


def request(
    title: str, *, priority: int = 0, source: Path | RecipeId = Path("/f")
) -> StudioRequest:
    return StudioRequest(title_id=title, name=title.upper(), source=source, priority=priority)


def claimed(table: JobTable) -> Claim:
    claim = table.claim()
    assert claim is not None
    return claim


def state_of(table: JobTable, job_id: JobId) -> JobState:
    job = table.get(job_id)
    assert job is not None
    return job.state


def test_the_urgent_come_first_then_the_early(table: JobTable) -> None:
    for title, priority in (("a", 0), ("b", 5), ("c", 5), ("d", 1)):
        table.add(request(title, priority=priority))
    assert [claimed(table).job.title_id for _ in range(4)] == ["b", "c", "d", "a"]
    assert table.claim() is None


def test_a_title_has_one_unfinished_job_at_most(table: JobTable) -> None:
    first = table.add(request("a"))
    assert table.add(request("a")) == first
    table.finish(claimed(table), JobState.DONE)
    assert table.add(request("a")) != first


def test_names_that_are_not_unicode_come_back_as_they_were(table: JobTable) -> None:
    path = Path(os.fsdecode(b"/films/\xff\n'\".mkv"))
    table.add(StudioRequest(title_id="a", name=path.stem, source=path))
    job = claimed(table).job
    assert job.source == path
    assert job.name.isprintable() or "\n" in job.name
    table.add(request("b", source=RecipeId("drawn")))
    assert claimed(table).job.source == "drawn"


def test_an_older_claim_can_write_nothing(table: JobTable) -> None:
    table.add(request("a"))
    old = claimed(table)
    table.recover()
    new = claimed(table)
    assert new.fence > old.fence
    with pytest.raises(LeaseLost):
        table.report(old, "Packaging", 0.9)
    with pytest.raises(LeaseLost):
        table.chunk_finished(old)
    with pytest.raises(LeaseLost):
        table.put_back(old, crashes=0)
    with pytest.raises(LeaseLost):
        table.finish(old, JobState.DONE)
    table.report(new, "Looking", 0.1)
    job = table.get(new.job.id)
    assert job is not None
    assert (job.state, job.stage, job.progress) == (JobState.RUNNING, "Looking", 0.1)


def test_a_closed_job_takes_no_more_reports(table: JobTable) -> None:
    table.add(request("a"))
    claim = claimed(table)
    table.finish(claim, JobState.FAILED, PROBLEM)
    with pytest.raises(LeaseLost):
        table.report(claim, "Packaging", 0.9)
    job = table.get(claim.job.id)
    assert job is not None
    assert (job.state, job.problem, job.finished_at) == (JobState.FAILED, PROBLEM, NOON)


def test_what_a_dead_worker_held_is_queued_again(tmp_path: Path) -> None:
    first = open_table(tmp_path / "studio.sqlite3")
    job_id = first.add(request("a"))
    first.report(claimed(first), "Picture", 0.4)
    first.close()
    second = open_table(tmp_path / "studio.sqlite3")
    second.recover()
    assert state_of(second, job_id) is JobState.QUEUED
    claim = claimed(second)
    assert (claim.job.progress, claim.interruptions) == (0.4, 1)
    second.close()


def test_a_job_servers_die_under_lets_others_pass_until_it_gets_somewhere(table: JobTable) -> None:
    table.add(request("poison", priority=9))
    table.add(request("harmless"))
    for _ in range(PATIENCE):
        assert claimed(table).job.title_id == "poison"
        table.recover()
    assert claimed(table).job.title_id == "harmless"
    poison = claimed(table)
    table.chunk_finished(poison)
    table.put_back(poison, crashes=0)
    table.add(request("later", priority=1))
    assert claimed(table).job.title_id == "poison"


def test_more_urgent_means_strictly(table: JobTable) -> None:
    table.add(request("a", priority=1))
    claim = claimed(table)
    table.add(request("b", priority=1))
    assert not table.more_urgent_waits(claim)
    table.add(request("c", priority=2))
    assert table.more_urgent_waits(claim)


def test_cancelling_and_trying_again(table: JobTable) -> None:
    job_id = table.add(request("a"))
    assert table.cancel_waiting(job_id)
    assert not table.cancel_waiting(job_id)
    assert state_of(table, job_id) is JobState.CANCELLED
    assert table.retry(job_id)
    assert not table.retry(job_id)
    claim = claimed(table)
    assert claim.job.id == job_id
    assert not table.cancel_waiting(job_id)


def test_an_ending_counts_as_untold_until_somebody_confirms(table: JobTable) -> None:
    job_id = table.add(request("a"))
    assert table.unannounced() == ()
    table.finish(claimed(table), JobState.DONE)
    assert [job.id for job in table.unannounced()] == [job_id]
    table.announced(job_id)
    assert table.unannounced() == ()


def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "studio.sqlite3"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version=99")
    connection.close()
    with pytest.raises(StudioUnusable, match="newer"):
        open_table(path)
