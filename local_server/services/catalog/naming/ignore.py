"""``.ignore``: what a library's owner wants left alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from pathspec import GitIgnoreSpec

LINES_MAX = 2000


@dataclass(frozen=True, slots=True)
class Ignore:
    """The rules of one ``.ignore`` file for the folder that it lies in."""

    rules: GitIgnoreSpec | None
    """None: the whole folder is left alone."""

    @classmethod
    def parse(cls, text: str) -> Ignore:
        """Read the file: nothing in it leaves the whole folder out, else it is gitignore's syntax.

        A file of comments alone leaves nothing out. Lines that are no pattern are passed over.
        """
        if not text.strip():
            return cls(None)
        lines = [line for line in text.splitlines()[:LINES_MAX] if _is_pattern(line)]
        return cls(GitIgnoreSpec.from_lines(lines))

    @property
    def whole_folder(self) -> bool:
        """Whether nothing in the folder counts."""
        return self.rules is None

    def matches(self, path: PurePath, *, folder: bool = False) -> bool:
        """Whether ``path``, relative to the file's folder, is left out; ``folder``: it is one."""
        if self.rules is None:
            return True
        return self.rules.match_file(path.as_posix() + ("/" if folder else ""))


def _is_pattern(line: str) -> bool:
    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True
