"""A database of before the profile's state was kept."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from alembic import command
from sqlalchemy import create_engine

from local_server.runtime.database import Database, Durability
from local_server.runtime.migrations import configuration


def old_database(path: Path) -> None:
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config = configuration("playback")
        config.attributes["connection"] = connection
        command.upgrade(config, "playback_0001")
    engine.dispose()
    with sqlite3.connect(path) as database:
        database.executemany(
            "INSERT INTO watch_events VALUES (?, 's', 'anna', 'film', 'progress', ?, 1000, ?, ?)",
            [(f"e{n}", 10.0 * n, n * 10_000_000, n * 10_000_000) for n in range(5)],
        )
        database.executemany(
            "INSERT INTO resume_points VALUES ('anna', ?, ?, 1000, ?, 0, 'e')",
            [("film", 500, 0), ("nearly", 920, 0), ("ended", 100, 1)],
        )
        database.execute("INSERT INTO sessions VALUES ('s', 'film', 'anna', 'tv', 0, 0, NULL)")
    database.close()


def test_nothing_that_was_watched_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "playback.sqlite3"
    old_database(path)
    Database(path, service="playback", durability=Durability.CRASH).close()
    with sqlite3.connect(path) as connection:
        events = connection.execute("SELECT profile_id, id, position_s, at FROM watch_events")
        assert events.fetchall() == [("anna", f"e{n}", 10.0 * n, n * 10_000_000) for n in range(5)]
        finished = connection.execute("SELECT title_id, finished FROM resume_points")
        assert dict(finished.fetchall()) == {"film": 0, "nearly": 1, "ended": 1}
        assert connection.execute("SELECT id, private FROM sessions").fetchall() == [("s", 0)]
    connection.close()
