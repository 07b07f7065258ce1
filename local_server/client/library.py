"""The library of files, and the studio's work on it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from local_server.client.calls import Caller, segment
from local_server.contracts import AddedPath, AddedPaths, AddPaths, Job, Jobs

# Thousands of files are looked into one by one, on a disk that may be slow.
ADDING_TIMEOUT = timedelta(minutes=5)


class LibraryCalls(Caller):
    """What the owner of the files does."""

    def add_paths(self, paths: Iterable[str | Path]) -> tuple[AddedPath, ...]:
        """Take files or folders on the server's machine into the library.

        One result per file found, in order; a path that could not be used is a result with a
        ``problem``, not an error. Blocks for as long as the files take.
        """
        body = AddPaths(paths=tuple(_wire_path(path) for path in paths))
        timeout_s = max(self._timeout_s, ADDING_TIMEOUT.total_seconds())
        return self._ask(
            "POST", "v1/library/paths", AddedPaths, body=body, timeout_s=timeout_s
        ).results

    def jobs(self) -> tuple[Job, ...]:
        """Work of the studio, newest first."""
        return self._get("v1/jobs", Jobs).items

    def cancel_job(self, job_id: str) -> None:
        """Stop a job; one that has ended already stays as it is."""
        self._call("DELETE", f"v1/jobs/{segment(job_id)}")


def _wire_path(path: str | Path) -> str:
    # The server's working folder is not ours, hence absolute. JSON is UTF-8: a name that is not
    # travels percent-escaped, as in a file: URL.
    absolute = Path(path).absolute()
    try:
        str(absolute).encode()
    except UnicodeEncodeError:
        return absolute.as_uri()
    return str(absolute)
