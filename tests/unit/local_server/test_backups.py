"""Automatic copies of a database, and what happens to a damaged one."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from local_server.errors import DatabaseUnusable
from local_server.runtime.backups import KEPT, Backups, damage
from local_server.runtime.database import Database, Durability

INSERT = text("INSERT INTO subscriptions (id, plan, started_at) VALUES (:id, 'free', 0)")
IDS = text("SELECT id FROM subscriptions ORDER BY id")


def opened(home: Path) -> Database:
    return Database(
        home / "billing.sqlite3",
        service="billing",
        durability=Durability.POWER_LOSS,
        backups=Backups(home / "backups", service="billing"),
    )


def add(database: Database, *ids: str) -> None:
    with database.write() as session:
        for each in ids:
            session.execute(INSERT, {"id": each})


def ids(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(IDS))


def spoil(path: Path) -> None:
    """Overwrite the pages after the first, as a dying disk might."""
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (path.stat().st_size - 4096))


def copies(home: Path) -> list[Path]:
    return Backups(home / "backups", service="billing").copies()


def test_a_damaged_database_is_replaced_by_its_latest_copy(tmp_path: Path) -> None:
    database = opened(tmp_path)
    add(database, "a")
    database.back_up()
    add(database, "b")
    database.close()
    spoil(database.path)
    with capture_logs() as log:
        again = opened(tmp_path)
    assert "backups.restored" in [entry["event"] for entry in log]
    assert ids(again) == ["a", "b"]  # closing had copied what came last
    assert again.restored is not None
    assert damage(again.restored.damaged)
    add(again, "c")
    assert ids(again) == ["a", "b", "c"]
    again.close()


@pytest.mark.parametrize("content", [b"", b"no database at all", b"SQLite format 3\0" + b"\1" * 99])
def test_any_rubbish_in_place_of_the_file_counts_as_damage(tmp_path: Path, content: bytes) -> None:
    database = opened(tmp_path)
    add(database, "a")
    database.close()
    database.path.write_bytes(content)
    with capture_logs():
        again = opened(tmp_path)
    assert ids(again) == ["a"]
    again.close()


def test_an_empty_file_without_copies_is_a_new_one(tmp_path: Path) -> None:
    (tmp_path / "billing.sqlite3").touch()
    database = opened(tmp_path)
    assert ids(database) == []
    database.close()


def test_a_damaged_copy_is_passed_over(tmp_path: Path) -> None:
    database = opened(tmp_path)
    add(database, "a")
    database.back_up()
    add(database, "b")
    database.close()
    newest, older = copies(tmp_path)
    spoil(newest)
    spoil(database.path)
    with capture_logs():
        again = opened(tmp_path)
    assert again.restored is not None
    assert again.restored.copy == older
    assert ids(again) == ["a"]
    again.close()


def test_without_a_sound_copy_the_file_stays_as_it_is(tmp_path: Path) -> None:
    database = opened(tmp_path)
    add(database, "a")
    database.close()
    for path in (database.path, *copies(tmp_path)):
        spoil(path)
    before = database.path.read_bytes()
    with capture_logs(), pytest.raises(DatabaseUnusable) as refused:
        opened(tmp_path)
    assert "backup" in refused.value.hint
    assert database.path.read_bytes() == before


def test_a_newer_version_is_refused_and_not_replaced_by_a_copy(tmp_path: Path) -> None:
    database = opened(tmp_path)
    database.close()
    with sqlite3.connect(database.path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'billing_9999'")
    connection.close()
    with pytest.raises(DatabaseUnusable, match="newer"):
        opened(tmp_path)


def test_what_has_not_changed_is_not_copied_again(tmp_path: Path) -> None:
    database = opened(tmp_path)
    add(database, "a")
    for _ in range(3):
        database.back_up()
    assert len(copies(tmp_path)) == 1
    database.close()
    for _ in range(3):
        opened(tmp_path).close()
    assert len(copies(tmp_path)) <= 2  # closing folds the log in, which may order pages anew


def test_only_the_newest_copies_are_kept_for_their_owner_alone(tmp_path: Path) -> None:
    database = opened(tmp_path)
    for number in range(KEPT + 3):
        add(database, f"{number:03d}")
        database.back_up()
    names = [path.name for path in copies(tmp_path)]
    assert len(names) == KEPT
    assert names[0] == f"billing-{KEPT + 3:06d}.sqlite3"
    assert {stat.S_IMODE(path.stat().st_mode) for path in copies(tmp_path)} == {0o600}
    database.close()


def test_a_disk_that_takes_no_copy_stops_nothing(tmp_path: Path) -> None:
    database = opened(tmp_path)
    (tmp_path / "backups").rmdir() if (tmp_path / "backups").exists() else None
    (tmp_path / "backups").write_text("in the way")
    add(database, "a")
    with capture_logs() as log:
        database.back_up()
    assert [entry["event"] for entry in log] == ["database.backup_failed"]
    assert ids(database) == ["a"]
    with capture_logs():
        database.close()


def test_what_was_forgotten_is_in_no_file_any_more(tmp_path: Path) -> None:
    database = opened(tmp_path)
    add(database, "keep", "secret-evening")
    database.back_up()
    with database.write() as session:
        session.execute(text("DELETE FROM subscriptions WHERE id = 'secret-evening'"))
    database.forget()
    assert ids(database) == ["keep"]
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or b"secret-evening" not in path.read_bytes(), path
    database.close()
