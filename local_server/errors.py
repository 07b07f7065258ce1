"""Errors of the edge server and of its client.

::

    LocalServerError            title, detail, hint: words for a person
    ├── EdgeError               a client's request did not succeed; ``retryable``
    │   ├── EdgeUnreachable     no answer: not running, network gone, too slow
    │   ├── EdgeRefused         an answer that says no, with its ``problem`` and HTTP ``status``
    │   └── EdgeUnexpected      an answer no edge server gives: something else listens there
    ├── ServerStartError        the server cannot start
    │   ├── AlreadyRunning      another server holds this home
    │   ├── AddressUnavailable  port taken or address not of this machine
    │   ├── HomeUnusable        the home folder cannot be created, read or written
    │   └── DatabaseUnusable    a database file is damaged or from a newer version
    └── Refusal                 a service says no; carries the wire ``code`` and HTTP ``status``
        ├── Unauthorised        401
        ├── Forbidden           403
        ├── NotFound            404
        ├── Conflict            409
        ├── TooMany             429
        └── Unavailable         503
"""

from __future__ import annotations

from typing import ClassVar

from local_server.contracts import Problem


class LocalServerError(Exception):
    """Base: what happened (``title``, ``detail``) and what to do about it (``hint``)."""

    def __init__(self, title: str, *, detail: str = "", hint: str = "") -> None:
        super().__init__(f"{title}: {detail}" if detail else title)
        self.title = title
        self.detail = detail
        self.hint = hint


class EdgeError(LocalServerError):
    """A request to an edge server did not succeed. ``retryable``: the same may work later."""

    retryable: bool = False


class EdgeUnreachable(EdgeError):
    """The server gave no answer."""

    retryable = True


class EdgeRefused(EdgeError):
    """The server answered no."""

    def __init__(self, problem: Problem, *, status: int) -> None:
        super().__init__(problem.message, detail=f"{problem.code}, {status}", hint=problem.hint)
        self.problem = problem
        self.status = status
        self.retryable = problem.retryable


class EdgeUnexpected(EdgeError):
    """The answer is not one of an edge server."""


class ServerStartError(LocalServerError):
    """The server cannot start."""


class AlreadyRunning(ServerStartError):
    """Another server works on the same home."""


class AddressUnavailable(ServerStartError):
    """The address asked for cannot be listened on."""


class HomeUnusable(ServerStartError):
    """The home folder cannot be used."""


class DatabaseUnusable(ServerStartError):
    """A database file cannot be used; it was left as it is."""


class Refusal(LocalServerError):
    """A service says no. ``code`` is the wire code, ``status`` the HTTP status."""

    status: ClassVar[int] = 400

    def __init__(self, code: str, message: str, *, hint: str = "", retryable: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.code = code
        self.retryable = retryable

    @property
    def problem(self) -> Problem:
        """The wire form."""
        return Problem(code=self.code, message=self.title, hint=self.hint, retryable=self.retryable)


class NotFound(Refusal):
    """There is no such thing."""

    status = 404


class Conflict(Refusal):
    """It does not fit the present state."""

    status = 409


class Unauthorised(Refusal):
    """Nobody knows who asks."""

    status = 401


class Forbidden(Refusal):
    """Who asks may not."""

    status = 403


class TooMany(Refusal):
    """Asked too often; ``retryable`` after a while."""

    status = 429


class Unavailable(Refusal):
    """Something behind the answer is away; ``retryable``."""

    status = 503
