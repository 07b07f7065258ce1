"""Watch events wait here until the server has them: on disk, in order, through any outage."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import structlog
from sqlalchemy import (
    Column,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    delete,
    event,
    func,
    insert,
    select,
)
from sqlalchemy.exc import OperationalError

from player.errors import PlayerError, SourceUnreachable
from player.events import WatchEvent, WatchKind

log = structlog.get_logger()

_BATCH = 100
_FIRST_WAIT_S, _LAST_WAIT_S = 0.5, 15.0

_metadata = MetaData()
_events = Table(
    "watch_events",
    _metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    Column("session_id", String, nullable=False),
    Column("title_id", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("position_s", Float, nullable=False),
    Column("duration_s", Float, nullable=False),
    Column("at", String, nullable=False),  # ISO 8601, UTC
)


class Outbox:
    """Delivers watch events at least once, oldest first.

    ``deliver`` raises :class:`~player.errors.SourceUnreachable` to be asked again later; any other
    :class:`~player.errors.PlayerError` means that the server will never take the batch, which is
    then delivered event by event and the refused ones dropped.

    Threading: :meth:`put` may be called from any thread and returns after the event is on disk;
    ``deliver`` is called on a thread of the outbox's own.
    """

    def __init__(self, path: Path, deliver: Callable[[Sequence[WatchEvent]], None]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._deliver = deliver
        self._engine = create_engine(f"sqlite:///{path}")
        event.listen(self._engine, "connect", _configure)
        _metadata.create_all(self._engine)
        self._wake = threading.Event()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)

    def start(self) -> None:
        """Begin to deliver, first what an earlier run left."""
        self._thread.start()
        self._wake.set()

    def put(self, item: WatchEvent) -> None:
        """Keep an event until it is delivered.

        Raises :class:`~player.errors.PlayerError` when the disk does not take it.
        """
        row = insert(_events).values(
            id=item.id,
            session_id=item.session_id,
            title_id=item.title_id,
            kind=str(item.kind),
            position_s=item.position_s,
            duration_s=item.duration_s,
            at=item.at.astimezone(UTC).isoformat(),
        )
        try:
            with self._engine.begin() as connection:
                connection.execute(row)
        except OperationalError as error:
            raise PlayerError(
                "How far you have watched cannot be kept.",
                detail=str(error.orig),
                hint="Free some disk space.",
            ) from error
        self._wake.set()

    @property
    def pending(self) -> int:
        """Events not delivered yet."""
        with self._engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(_events)).scalar_one()

    def close(self, *, patience_s: float = 2.0) -> None:
        """Try to deliver what is left for ``patience_s``, then stop; the rest stays on disk."""
        self._closing.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(patience_s)
        self._engine.dispose()

    def _run(self) -> None:
        wait_s = _FIRST_WAIT_S
        while True:
            try:
                while self._deliver_batch():
                    wait_s = _FIRST_WAIT_S
            except (SourceUnreachable, OperationalError) as error:
                log.info("outbox.waiting", error=str(error), wait_s=wait_s)
                if self._closing.wait(wait_s):
                    return
                wait_s = min(2 * wait_s, _LAST_WAIT_S)
                continue
            if self._closing.is_set():
                return
            self._wake.wait()
            self._wake.clear()

    def _deliver_batch(self) -> bool:
        """Deliver one batch; whether there was one."""
        with self._engine.connect() as connection:
            query = select(_events).order_by(_events.c.number).limit(_BATCH)
            rows = connection.execute(query).all()
        if not rows:
            return False
        batch = [
            WatchEvent(
                id=row.id,
                session_id=row.session_id,
                title_id=row.title_id,
                kind=WatchKind(row.kind),
                position_s=row.position_s,
                duration_s=row.duration_s,
                at=datetime.fromisoformat(row.at),
            )
            for row in rows
        ]
        self._hand_over(batch)
        with self._engine.begin() as connection:
            connection.execute(delete(_events).where(_events.c.number <= rows[-1].number))
        return True

    def _hand_over(self, batch: list[WatchEvent]) -> None:
        try:
            self._deliver(batch)
        except SourceUnreachable:
            raise
        except PlayerError as error:
            if len(batch) == 1:
                log.warning("outbox.refused", event_id=batch[0].id, error=error.title)
                return
            for item in batch:
                self._hand_over([item])


def _configure(connection: object, _: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined] # a DB-API connection
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")  # survives kill -9; a power cut may cost seconds
    cursor.execute("PRAGMA busy_timeout=5000")
    cursor.close()
