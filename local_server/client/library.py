"""The library of files, and the studio's work on it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from local_server.client.calls import Caller, given, segment
from local_server.contracts import (
    AddedPath,
    AddedPaths,
    AddPaths,
    ChangeLibrary,
    Job,
    Jobs,
    Libraries,
    LibraryProblems,
    LibraryView,
    MakeLibrary,
    MergeTitles,
    TitleDetail,
    TitleEdit,
    WrittenNfo,
)

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

    def libraries(self) -> tuple[LibraryView, ...]:
        """All libraries, with their scans."""
        return self._get("v1/libraries", Libraries).items

    def library(self, library_id: str) -> LibraryView:
        """One library, with its scan."""
        return self._get(f"v1/libraries/{segment(library_id)}", LibraryView)

    def make_library(self, wanted: MakeLibrary) -> LibraryView:
        """Make a library; its first scan begins."""
        return self._ask("POST", "v1/libraries", LibraryView, body=wanted)

    def change_library(self, library_id: str, wanted: ChangeLibrary) -> LibraryView:
        """Set a library up otherwise."""
        path = f"v1/libraries/{segment(library_id)}"
        return self._ask("PATCH", path, LibraryView, body=wanted)

    def remove_library(self, library_id: str) -> None:
        """Remove a library and its titles; no file is touched."""
        self._call("DELETE", f"v1/libraries/{segment(library_id)}")

    def scan_library(self, library_id: str) -> None:
        """Look through a library's folders, in the background."""
        self._call("POST", f"v1/libraries/{segment(library_id)}/scan")

    def cancel_scan(self, library_id: str) -> None:
        """End a scan where it is; what it has found stays."""
        self._call("DELETE", f"v1/libraries/{segment(library_id)}/scan")

    def library_problems(
        self, library_id: str, *, limit: int = 100, offset: int = 0
    ) -> LibraryProblems:
        """Files of a library that could not be used, or only in part."""
        path = f"v1/libraries/{segment(library_id)}/problems"
        return self._get(path, LibraryProblems, given(limit=limit, offset=offset))

    def edit_title(self, title_id: str, edit: TitleEdit) -> TitleDetail:
        """Set fields by hand, which keeps them from scans, or give them back."""
        return self._ask("PATCH", f"v1/titles/{segment(title_id)}", TitleDetail, body=edit)

    def merge_titles(self, title_id: str, edition_id: str) -> TitleDetail:
        """Make one title an edition of another."""
        path, body = f"v1/titles/{segment(title_id)}/merge", MergeTitles(edition_id=edition_id)
        return self._ask("POST", path, TitleDetail, body=body)

    def split_title(self, title_id: str) -> TitleDetail:
        """Make an edition a title of its own."""
        return self._ask("POST", f"v1/titles/{segment(title_id)}/split", TitleDetail)

    def write_nfo(self, title_id: str) -> WrittenNfo:
        """Write what is known of a title beside its file."""
        return self._ask("POST", f"v1/titles/{segment(title_id)}/nfo", WrittenNfo)

    def prepare_title(self, title_id: str) -> None:
        """Prepare a title before all that was only found; one that failed, once more."""
        self._call("POST", f"v1/titles/{segment(title_id)}/prepare")

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
