"""Errors of the studio.

::

    StudioError               base
    ├── StudioProblem         a film cannot be prepared: code, message, hint, words for a person
    ├── Interrupted           the work was told to stop; it goes on from here another time
    ├── LeaseLost             another worker has taken the job over; nothing more may be written
    └── StudioUnusable        the studio itself cannot work: programs or folders are not right
"""

from __future__ import annotations

from enum import StrEnum


class ProblemCode(StrEnum):
    """Why a film cannot be prepared; stable, travels over the wire."""

    NOT_FOUND = "file_not_found"
    UNREADABLE = "file_unreadable"
    NAME_TOO_LONG = "file_name_too_long"
    EMPTY = "file_empty"
    NOT_MEDIA = "not_a_media_file"
    DAMAGED = "file_damaged"
    TOO_SHORT = "film_too_short"
    NO_VIDEO = "no_video"
    UNSUPPORTED = "video_unsupported"
    CHANGED = "file_changed"
    TIMED_OUT = "file_takes_too_long"
    NO_SPACE = "no_space_left"
    CRASHED = "preparing_crashed"
    FOLDER = "media_folder_unusable"


class StudioError(Exception):
    """Base of all errors of the studio."""


class StudioProblem(StudioError):
    """A film cannot be prepared.

    ``message`` says what is wrong, ``hint`` what to do about it; ``retryable`` when the same file
    may well work later (space made, reading allowed). ``detail`` is for the log.
    """

    def __init__(
        self,
        code: ProblemCode,
        message: str,
        *,
        hint: str,
        retryable: bool = False,
        detail: str = "",
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.retryable = retryable
        self.detail = detail


class Interrupted(StudioError):
    """The work was told to stop (cancelled, or the studio is stopping)."""


class LeaseLost(StudioError):
    """The job belongs to another worker now."""


class StudioUnusable(StudioError):
    """The studio cannot work at all; the message says why and what to do."""
