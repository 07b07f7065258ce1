"""What a person is told when something went wrong: what happened, what is safe, what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from local_server.contracts import Problem


@runtime_checkable
class Told(Protocol):
    """An error that brings its own words."""

    title: str
    detail: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A problem in words for a person; ``code`` names it for logs."""

    title: str
    detail: str = ""
    hint: str = ""
    code: str = "unknown"


def trouble_of(error: Exception) -> Trouble:
    """The words of ``error``; errors without words of their own get plain ones."""
    code = str(getattr(error, "code", "") or type(error).__name__)
    if isinstance(error, Told):
        return Trouble(
            title=str(error.title), detail=str(error.detail), hint=str(error.hint), code=code
        )
    return Trouble(
        title="Something went wrong",
        detail=str(error) or type(error).__name__,
        hint="Try again. The log of Matinee says more.",
        code=code,
    )


def trouble_of_wire(problem: Problem) -> Trouble:
    """A problem as the server's answers carry it."""
    return Trouble(title=problem.message, hint=problem.hint, code=problem.code)
