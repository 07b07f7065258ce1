"""Matinee's own document, version 1. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from local_server.contracts import PROFILE_FORMAT, PROFILE_VERSION, ProfileDocument
from local_server.portability import reading


def is_document(document: Any) -> bool:
    """Whether a parsed file says that it is one."""
    return isinstance(document, Mapping) and document.get("format") == PROFILE_FORMAT


def parse(document: Mapping[str, Any], data: bytes) -> ProfileDocument:
    """The document in ``data``, which was parsed to ``document``.

    Raises :class:`~local_server.errors.Refusal`.
    """
    version = document.get("version")
    if isinstance(version, int) and version > PROFILE_VERSION:
        raise reading.unreadable(
            "This profile was exported by a newer Matinee",
            hint="Install that version here, then import it again.",
        )
    try:
        return ProfileDocument.model_validate_json(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))[:200]
        raise reading.unreadable(
            f"This profile makes no sense at {where}: {first['msg']}"[:500],
            hint="docs/profile-export.md describes what belongs there.",
        ) from error
