"""Brings a service's database to the newest schema, in the caller's transaction.

Revision ``<service>_<number>`` is in ``local_server/migrations/<service>/m<number>_<what>.py``, so
that a database that is up to date, as nearly all are, starts without loading Alembic.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy

from local_server.errors import DatabaseUnusable

if TYPE_CHECKING:
    from alembic.config import Config

ROOT = Path(__file__).parent.parent / "migrations"


def configuration(service: str) -> Config:
    """Alembic's configuration for the revisions of one service."""
    from alembic.config import Config  # noqa: PLC0415 - a fifth of a second, seldom needed

    config = Config()
    # Alembic expands %(name)s in its options.
    config.set_main_option("script_location", str(ROOT).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", str(ROOT / service).replace("%", "%%"))
    return config


def migrate(connection: sqlalchemy.Connection, *, service: str) -> None:
    """Apply what is missing; :class:`DatabaseUnusable` when a newer version made the database."""
    current = _present_revision(connection)
    known = revisions(service)
    if current == known[-1]:
        return
    if current is not None and current not in known:
        raise DatabaseUnusable(
            f"The database of {service} was made by a newer Matinee",
            detail=f"its schema is {current}",
            hint="Install that version again, or start with another --home.",
        )
    from alembic import command  # noqa: PLC0415 - see above

    config = configuration(service)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def revisions(service: str) -> list[str]:
    """Ids of the service's revisions, oldest first."""
    numbers = sorted(path.name[1:5] for path in (ROOT / service).glob("m[0-9]*_*.py"))
    return [f"{service}_{number}" for number in numbers]


def _present_revision(connection: sqlalchemy.Connection) -> str | None:
    if not sqlalchemy.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(
        sqlalchemy.text("SELECT version_num FROM alembic_version")
    ).scalar_one_or_none()
