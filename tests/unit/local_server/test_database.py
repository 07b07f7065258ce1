"""A service's database: opened, migrated, guarded."""

from __future__ import annotations

import importlib
import pkgutil
import sqlite3
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, create_engine, text

from local_server.errors import DatabaseUnusable
from local_server.runtime.columns import Moment
from local_server.runtime.database import Database, Durability
from local_server.runtime.migrations import configuration, revisions

SERVICES = ("catalog", "users", "recommendation", "playback", "billing")


def opened(path: Path, service: str = "billing") -> Database:
    return Database(path, service=service, durability=Durability.POWER_LOSS)


def metadata_of(service: str) -> MetaData:
    """All tables of a service, also those of its packages."""
    package = importlib.import_module(f"local_server.services.{service}")
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if module.name.endswith(".tables"):
            importlib.import_module(module.name)
    tables = importlib.import_module(f"{package.__name__}.tables")
    assert isinstance(tables.Base.metadata, MetaData)
    return tables.Base.metadata


@pytest.mark.parametrize("service", SERVICES)
def test_migrations_make_what_the_tables_say(service: str, tmp_path: Path) -> None:
    opened(tmp_path / "db", service).close()
    metadata = metadata_of(service)
    engine = create_engine(f"sqlite:///{tmp_path / 'db'}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == revisions(service)[-1]
    engine.dispose()


@pytest.mark.parametrize("service", SERVICES)
def test_names_of_migrations_tell_their_order(service: str) -> None:
    scripts = ScriptDirectory.from_config(configuration(service))
    assert [s.revision for s in scripts.walk_revisions()][::-1] == revisions(service)


@pytest.mark.parametrize("service", SERVICES)
def test_migrations_can_be_undone(service: str, tmp_path: Path) -> None:
    from alembic import command  # noqa: PLC0415 - as the server does, only when it is needed

    opened(tmp_path / "db", service).close()
    engine = create_engine(f"sqlite:///{tmp_path / 'db'}")
    with engine.begin() as connection:
        config = configuration(service)
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        left = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))
        assert [row[0] for row in left] == ["alembic_version"]
    engine.dispose()


def test_settings_of_every_connection(tmp_path: Path) -> None:
    for durability, number in ((Durability.POWER_LOSS, 2), (Durability.CRASH, 1)):
        path = tmp_path / durability
        database = Database(path, service="billing", durability=durability)
        for session_of in (database.read, database.write):
            with session_of() as session:
                for pragma, value in (
                    ("journal_mode", "wal"),
                    ("synchronous", number),
                    ("foreign_keys", 1),
                    ("busy_timeout", 5000),
                ):
                    assert session.execute(text(f"PRAGMA {pragma}")).scalar() == value
        database.close()


def test_an_error_undoes_the_whole_transaction(tmp_path: Path) -> None:
    database = opened(tmp_path / "db")
    insert = text("INSERT INTO subscriptions (id, plan, started_at) VALUES (:id, 'free', 0)")
    with pytest.raises(ZeroDivisionError), database.write() as session:  # noqa: PT012
        session.execute(insert, {"id": "a"})
        raise ZeroDivisionError
    with database.read() as session:
        assert session.execute(text("SELECT count(*) FROM subscriptions")).scalar() == 0
    database.close()


def test_readers_go_on_while_one_writes_and_see_one_moment(tmp_path: Path) -> None:
    database = opened(tmp_path / "db")
    count = text("SELECT count(*) FROM subscriptions")
    insert = text("INSERT INTO subscriptions (id, plan, started_at) VALUES (:id, 'free', 0)")
    with database.read() as reader:
        assert reader.execute(count).scalar() == 0
        with database.write() as writer:
            writer.execute(insert, {"id": "a"})
            assert reader.execute(count).scalar() == 0
        assert reader.execute(count).scalar() == 0
    with database.read() as reader:
        assert reader.execute(count).scalar() == 1
    database.close()


def test_writers_wait_for_each_other(tmp_path: Path) -> None:
    database = opened(tmp_path / "db")
    insert = text("INSERT INTO subscriptions (id, plan, started_at) VALUES (:id, 'free', :n)")
    newest = text("SELECT coalesce(max(started_at), 0) FROM subscriptions")

    def count_up(name: str) -> None:
        for step in range(20):
            with database.write() as session:
                value = session.execute(newest).scalar()
                session.execute(insert, {"id": f"{name}{step}", "n": (value or 0) + 1})

    threads = [threading.Thread(target=count_up, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as session:
        assert session.execute(newest).scalar() == 80
    database.close()


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "billing.sqlite3"
    path.write_bytes(b"what a person once wrote" * 100)
    with pytest.raises(DatabaseUnusable) as unusable:
        opened(path)
    assert "billing.sqlite3" in unusable.value.title
    assert str(path) in unusable.value.detail
    assert unusable.value.hint
    assert path.read_bytes() == b"what a person once wrote" * 100
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_a_damaged_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite3"
    database = opened(path, "catalog")
    with database.write() as session:
        session.execute(
            text("INSERT INTO starter_titles (key, title_id) VALUES (:key, :id)"),
            [{"key": "x" * 200 + str(n), "id": "y" * 200} for n in range(2000)],
        )
    database.close()
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 20_000] = b"\xaa" * 20_000
    path.write_bytes(content)
    with pytest.raises(DatabaseUnusable):
        opened(path, "catalog")
    assert path.read_bytes() == bytes(content)


def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "billing.sqlite3"
    opened(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'billing_9999'")
    connection.close()
    with pytest.raises(DatabaseUnusable, match="newer"):
        opened(path)
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [
            ("billing_9999",)
        ]
    connection.close()


def test_a_folder_in_the_place_of_a_database(tmp_path: Path) -> None:
    (tmp_path / "db").mkdir()
    with pytest.raises(DatabaseUnusable):
        opened(tmp_path / "db")


@pytest.mark.parametrize(
    "moment",
    [
        datetime.max.replace(tzinfo=timezone(-timedelta(hours=14))),
        datetime.max.replace(tzinfo=UTC),
        datetime.min.replace(tzinfo=timezone(timedelta(hours=14))),
    ],
)
def test_any_moment_that_was_kept_can_be_read(moment: datetime) -> None:
    column, dialect = Moment(), create_engine("sqlite://").dialect
    read = column.process_result_value(column.process_bind_param(moment, dialect), dialect)
    assert read is not None
    assert abs(read.year - moment.year) <= 1
