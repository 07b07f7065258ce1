"""What a failing database means to whoever asked."""

from __future__ import annotations

import structlog
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError

from local_server.errors import Unavailable

_log = structlog.get_logger(__name__)


def storage_refusal(error: Exception) -> Unavailable | None:
    """The refusal for a database that cannot be used; ``None`` for any other failure. Logs it."""
    if isinstance(error, OperationalError):
        # The statement alone: what it was given may be a secret's digest.
        _log.error("storage.unavailable", error=str(error.orig)[:500])
        return Unavailable(
            "storage_unavailable",
            "The server cannot use its disk right now",
            hint="Check that the disk of Matinee's home folder has space left and can be written.",
            retryable=True,
        )
    if isinstance(error, DatabaseError) and not isinstance(error, IntegrityError):
        _log.error("storage.damaged", error=str(error.orig)[:500])
        return Unavailable(
            "database_damaged",
            "A database of the server is damaged",
            hint="Start the server again: it puts the latest sound copy in its place.",
        )
    return None
