"""How the command line speaks: errors with a hint on stderr, progress for what takes long."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from local_server.errors import LocalServerError
from player.errors import PlayerError

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


class CommandError(Exception):
    """A command cannot do what it was asked; words for a person."""

    def __init__(self, title: str, *, detail: str = "", hint: str = "") -> None:
        super().__init__(title)
        self.title, self.detail, self.hint = title, detail, hint


@contextmanager
def spoken_errors() -> Iterator[None]:
    """Tell errors in words and end with exit code 1; a Ctrl-C ends with 130."""
    try:
        yield
    except (CommandError, LocalServerError, PlayerError) as error:
        complain(error.title, error.detail, error.hint)
        sys.exit(1)
    except KeyboardInterrupt:
        err.print("Stopped.")
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(0)  # whoever read our output has seen enough


def complain(title: str, detail: str = "", hint: str = "") -> None:
    """One problem on stderr. What it quotes is text, never markup."""
    err.print(f"matinee: {one_line(title)}", style="bold", markup=False)
    if detail:
        err.print(f"  {one_line(detail)}", markup=False)
    if hint:
        err.print(f"  {one_line(hint)}", markup=False, style="yellow")


def one_line(text: str) -> str:
    """Text fit for a terminal: no control characters, no line breaks, no lone surrogates."""
    clean = text.encode("utf-8", "replace").decode()
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in clean)
