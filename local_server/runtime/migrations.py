"""Brings a service's database to the newest schema, in the caller's transaction."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from local_server.errors import DatabaseUnusable

ROOT = Path(__file__).parent.parent / "migrations"


def configuration(service: str) -> Config:
    """Alembic's configuration for the revisions of one service."""
    config = Config()
    # Alembic expands %(name)s in its options.
    config.set_main_option("script_location", str(ROOT).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", str(ROOT / service).replace("%", "%%"))
    return config


def migrate(connection: sqlalchemy.Connection, *, service: str) -> None:
    """Apply what is missing; :class:`DatabaseUnusable` when a newer version made the database."""
    config = configuration(service)
    scripts = ScriptDirectory.from_config(config)
    current = MigrationContext.configure(connection).get_current_revision()
    if current == scripts.get_current_head():
        return
    known = {script.revision for script in scripts.walk_revisions()}
    if current is not None and current not in known:
        raise DatabaseUnusable(
            f"The database of {service} was made by a newer Matinee",
            detail=f"its schema is {current}",
            hint="Install that version again, or start with another --home.",
        )
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
