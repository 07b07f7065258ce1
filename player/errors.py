"""What can go wrong in the player.

PlayerError                  title, detail, hint: what a person is told
├── SourceError              a transfer failed; ``retryable`` says whether trying again can help
│   ├── SourceUnreachable    no connection, no answer, a broken one, or the server is not ready
│   └── SourceRefused        the server answered, and the answer is no
├── FilmError                what arrived is not playable
└── EngineError              the media engine could not start
"""

from __future__ import annotations


class PlayerError(Exception):
    """Base of all errors of the player."""

    code = "player_error"
    retryable = False

    def __init__(self, title: str, *, detail: str = "", hint: str = "") -> None:
        super().__init__(f"{title} {detail}".strip())
        self.title = title
        self.detail = detail
        self.hint = hint


class SourceError(PlayerError):
    """A transfer failed."""

    code = "source_error"


class SourceUnreachable(SourceError):
    """No connection, no answer in time, broken midway, or the server cannot answer just now."""

    code = "source_unreachable"
    retryable = True


class SourceRefused(SourceError):
    """The server answered with a refusal; ``status`` is its HTTP status."""

    code = "source_refused"

    def __init__(self, title: str, *, status: int, detail: str = "", hint: str = "") -> None:
        super().__init__(title, detail=detail, hint=hint)
        self.status = status

    @property
    def lapsed(self) -> bool:
        """The address has expired; a new grant gives a fresh one."""
        return self.status in (401, 403, 410)


class FilmError(PlayerError):
    """What arrived is not playable."""

    code = "film_error"


class EngineError(PlayerError):
    """The media engine could not start."""

    code = "engine_error"
