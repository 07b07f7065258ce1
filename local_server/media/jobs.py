"""The studio's queue: a table that outlives any crash.

Every claim raises a job's ``fence``. A worker names the fence it claimed with in each later
write; a write with an older one changes nothing and raises
:class:`~local_server.media.errors.LeaseLost`, so that of two workers only the later can write.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BLOB,
    Boolean,
    Column,
    Connection,
    CursorResult,
    Engine,
    Float,
    Integer,
    MetaData,
    Row,
    String,
    Table,
    create_engine,
    event,
    select,
    update,
)

from local_server.contracts import JobState, Problem
from local_server.media.errors import LeaseLost, StudioUnusable
from local_server.media.generated import RecipeId
from local_server.media.views import JobId, JobView, StudioRequest

SCHEMA_VERSION = 1
# A job the server died under this often without finishing a chunk lets the others go first ...
PATIENCE = 3
# ... and is given up after so many: somebody may just be switching the machine off and on.
MAX_INTERRUPTIONS = 50

_metadata = MetaData()
_jobs = Table(
    "jobs",
    _metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    Column("title_id", String, nullable=False, index=True),
    Column("name", String, nullable=False),
    Column("path", BLOB),  # bytes as the system has them: names need not be UTF-8
    Column("recipe", String),
    Column("priority", Integer, nullable=False),
    Column("presentation_id", String, nullable=False, unique=True),
    Column("state", String, nullable=False, index=True),
    Column("stage", String, nullable=False, default=""),
    Column("progress", Float, nullable=False, default=0.0),
    Column("problem", String),
    Column("fence", Integer, nullable=False, default=0),
    Column("crashes", Integer, nullable=False, default=0),
    Column("interruptions", Integer, nullable=False, default=0),
    Column("announced", Boolean, nullable=False, default=True),
    Column("created_at", String, nullable=False),
    Column("finished_at", String),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A job this worker may work on as long as nobody claims it anew."""

    job: JobView
    fence: int
    crashes: int
    interruptions: int


class JobTable:
    """The queue in ``database_path``. Safe to use from any thread; transactions are short."""

    def __init__(
        self, database_path: Path, *, now: Callable[[], datetime], new_id: Callable[[], str]
    ) -> None:
        self._now = now
        self._new_id = new_id
        self._engine = _open(database_path)

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def add(self, request: StudioRequest) -> JobId:
        """Queue a request; a title that is queued or running already keeps its job."""
        path = os.fsencode(request.source) if isinstance(request.source, Path) else None
        with self._engine.begin() as connection:
            waiting = connection.execute(
                select(_jobs.c.id).where(
                    _jobs.c.title_id == request.title_id,
                    _jobs.c.state.in_([JobState.QUEUED, JobState.RUNNING]),
                )
            ).scalar()
            if waiting is not None:
                return JobId(waiting)
            job_id = JobId(self._new_id())
            connection.execute(
                _jobs.insert().values(
                    id=job_id,
                    title_id=request.title_id,
                    name=_printable(request.name),
                    path=path,
                    recipe=None if path is not None else str(request.source),
                    priority=request.priority,
                    presentation_id=self._new_id(),
                    state=JobState.QUEUED,
                    created_at=self._now().isoformat(),
                )
            )
        return job_id

    def all(self) -> tuple[JobView, ...]:
        """Every job, in the order they came."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(_jobs).order_by(_jobs.c.number)).all()
        return tuple(_view(row) for row in rows)

    def get(self, job_id: JobId) -> JobView | None:
        """One job."""
        with self._engine.connect() as connection:
            row = connection.execute(select(_jobs).where(_jobs.c.id == job_id)).one_or_none()
        return None if row is None else _view(row)

    def recover(self) -> None:
        """Queue again what a worker that died was working on. Only for the one live worker."""
        self._write(
            update(_jobs)
            .where(_jobs.c.state == JobState.RUNNING)
            .values(state=JobState.QUEUED, interruptions=_jobs.c.interruptions + 1)
        )

    def claim(self) -> Claim | None:
        """Take the next job, if any waits."""
        with self._engine.begin() as connection:
            row = _next(connection)
            if row is None:
                return None
            fence = row.fence + 1
            connection.execute(
                update(_jobs)
                .where(_jobs.c.id == row.id)
                .values(state=JobState.RUNNING, fence=fence)
            )
        return Claim(
            job=_view(row), fence=fence, crashes=row.crashes, interruptions=row.interruptions
        )

    def more_urgent_waits(self, claim: Claim) -> bool:
        """Whether a job of higher priority is queued."""
        with self._engine.connect() as connection:
            row = _next(connection)
        return row is not None and row.priority > claim.job.priority

    def report(self, claim: Claim, stage: str, progress: float) -> None:
        """Note how far a claimed job is."""
        self._fenced(claim, stage=stage, progress=progress)

    def chunk_finished(self, claim: Claim) -> None:
        """Something that stays was made: earlier crashes count no more."""
        self._fenced(claim, crashes=0, interruptions=0)

    def put_back(self, claim: Claim, *, crashes: int) -> None:
        """Queue a claimed job again."""
        self._fenced(claim, state=JobState.QUEUED, crashes=crashes)

    def finish(self, claim: Claim, state: JobState, problem: Problem | None = None) -> None:
        """Close a claimed job. It counts as unannounced until :meth:`announced`."""
        self._fenced(claim, **self._closed(state, problem))

    def cancel_waiting(self, job_id: JobId) -> bool:
        """Cancel a job nobody works on; False when it is running or closed."""
        changed = self._write(
            update(_jobs)
            .where(_jobs.c.id == job_id, _jobs.c.state == JobState.QUEUED)
            .values(fence=_jobs.c.fence + 1, **self._closed(JobState.CANCELLED, None))
        )
        return changed == 1

    def retry(self, job_id: JobId) -> bool:
        """Queue a failed or cancelled job again; False when it is neither."""
        changed = self._write(
            update(_jobs)
            .where(_jobs.c.id == job_id, _jobs.c.state.in_([JobState.FAILED, JobState.CANCELLED]))
            .values(
                state=JobState.QUEUED,
                stage="",
                progress=0.0,
                problem=None,
                crashes=0,
                interruptions=0,
                announced=True,
                finished_at=None,
            )
        )
        return changed == 1

    def unannounced(self) -> tuple[JobView, ...]:
        """Closed jobs of which nobody has confirmed to have heard."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(_jobs).where(_jobs.c.announced.is_(False)).order_by(_jobs.c.number)
            ).all()
        return tuple(_view(row) for row in rows)

    def announced(self, job_id: JobId) -> None:
        """The closing of this job was heard of."""
        self._write(update(_jobs).where(_jobs.c.id == job_id).values(announced=True))

    def _closed(self, state: JobState, problem: Problem | None) -> dict[str, Any]:
        values: dict[str, Any] = {
            "state": state,
            "stage": "",
            "problem": None if problem is None else problem.model_dump_json(),
            "announced": False,
            "finished_at": self._now().isoformat(),
        }
        return values | ({"progress": 1.0} if state is JobState.DONE else {})

    def _fenced(self, claim: Claim, **values: Any) -> None:
        changed = self._write(
            update(_jobs)
            .where(
                _jobs.c.id == claim.job.id,
                _jobs.c.fence == claim.fence,
                _jobs.c.state == JobState.RUNNING,
            )
            .values(**values)
        )
        if changed != 1:
            raise LeaseLost(claim.job.id)

    def _write(self, statement: Any) -> int:
        with self._engine.begin() as connection:
            result: CursorResult[Any] = connection.execute(statement)
            return result.rowcount


def _printable(name: str) -> str:
    """``name`` without the stand-ins for bytes that are no UTF-8: they cannot be stored."""
    return name.encode("utf-8", "replace").decode("utf-8")


def _next(connection: Connection) -> Row[Any] | None:
    waiting = select(_jobs).where(_jobs.c.state == JobState.QUEUED)
    order = (_jobs.c.interruptions >= PATIENCE, -_jobs.c.priority, _jobs.c.number)
    return connection.execute(waiting.order_by(*order).limit(1)).one_or_none()


def _view(row: Row[Any]) -> JobView:
    return JobView(
        id=JobId(row.id),
        title_id=row.title_id,
        name=row.name,
        source=RecipeId(row.recipe) if row.path is None else Path(os.fsdecode(row.path)),
        priority=row.priority,
        state=JobState(row.state),
        stage=row.stage,
        progress=row.progress,
        problem=None if row.problem is None else Problem.model_validate_json(row.problem),
        presentation_id=row.presentation_id,
        created_at=datetime.fromisoformat(row.created_at),
        finished_at=None if row.finished_at is None else datetime.fromisoformat(row.finished_at),
    )


def _open(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A reader that turns into a writer half way cannot wait for another writer; ask at once.
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    with engine.begin() as connection:
        version = connection.exec_driver_sql("PRAGMA user_version").scalar() or 0
        if version > SCHEMA_VERSION:
            raise StudioUnusable(
                f"The studio's database {path.name} was written by a newer Matinee "
                f"(version {version}). Update Matinee, or move the file away."
            )
        _metadata.create_all(connection)
        connection.exec_driver_sql(f"PRAGMA user_version={SCHEMA_VERSION}")
    return engine


def utc_now() -> datetime:
    """The system's clock, in UTC."""
    return datetime.now(UTC)
