"""The library of files, and the studio's work on it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from local_server.contracts import (
    AddedPaths,
    AddPaths,
    ChangeLibrary,
    Jobs,
    Libraries,
    LibraryProblems,
    LibraryView,
    MakeLibrary,
    Role,
)
from local_server.gateway.roles import needs
from local_server.gateway.routes.parameters import Limit, Offset, PathId
from local_server.gateway.services import Services

_OWNERS: dict[str, Any] = {"tags": ["library"], "dependencies": [needs(Role.OWNER)]}


def add_routes(router: APIRouter, services: Services) -> None:
    """Add the routes to ``router``."""
    _add_files(router, services)
    _add_libraries(router, services)
    _add_scans(router, services)


def _add_files(router: APIRouter, services: Services) -> None:
    library = services.library

    @router.post("/library/paths", **_OWNERS)
    def add_paths(body: AddPaths) -> AddedPaths:
        """Take files or folders on the server's machine into the library."""
        return AddedPaths(results=library.add_paths(body.paths))

    @router.get("/jobs", **_OWNERS)
    def jobs() -> Jobs:
        """Work of the studio, newest first."""
        return Jobs(items=services.jobs.jobs())

    @router.delete("/jobs/{job_id}", **_OWNERS, status_code=204)
    def cancel_job(job_id: PathId) -> None:
        """Stop a job; one that has ended stays as it is."""
        services.jobs.cancel(job_id)


def _add_libraries(router: APIRouter, services: Services) -> None:
    library = services.library

    @router.get("/libraries", **_OWNERS)
    def libraries() -> Libraries:
        """All libraries, with their scans."""
        return library.libraries()

    @router.post("/libraries", **_OWNERS, status_code=201)
    def make_library(body: MakeLibrary) -> LibraryView:
        """Make a library; its first scan begins."""
        return library.make_library(body)

    @router.get("/libraries/{library_id}", **_OWNERS)
    def one_library(library_id: PathId) -> LibraryView:
        """One library, with its scan."""
        return library.library(library_id)

    @router.patch("/libraries/{library_id}", **_OWNERS)
    def change_library(library_id: PathId, body: ChangeLibrary) -> LibraryView:
        """Set a library up otherwise."""
        return library.change_library(library_id, body)

    @router.delete("/libraries/{library_id}", **_OWNERS, status_code=204)
    def remove_library(library_id: PathId) -> None:
        """Remove a library and its titles; no file is touched."""
        library.remove_library(library_id)


def _add_scans(router: APIRouter, services: Services) -> None:
    library = services.library

    @router.post("/libraries/{library_id}/scan", **_OWNERS, status_code=202)
    def scan(library_id: PathId) -> None:
        """Look through a library's folders, in the background."""
        library.scan(library_id)

    @router.delete("/libraries/{library_id}/scan", **_OWNERS, status_code=204)
    def cancel_scan(library_id: PathId) -> None:
        """End a scan where it is; what it has found stays."""
        library.cancel_scan(library_id)

    @router.get("/libraries/{library_id}/problems", **_OWNERS)
    def problems(library_id: PathId, limit: Limit = 100, offset: Offset = 0) -> LibraryProblems:
        """Files of a library that could not be used, or only in part."""
        return library.problems(library_id, limit=limit, offset=offset)
