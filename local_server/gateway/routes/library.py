"""The library of files, and the studio's work on it."""

from __future__ import annotations

from fastapi import APIRouter

from local_server.contracts import AddedPaths, AddPaths, Jobs, Role
from local_server.gateway.roles import needs
from local_server.gateway.routes.parameters import PathId
from local_server.gateway.services import Services


def add_routes(router: APIRouter, services: Services) -> None:
    """Add the routes to ``router``."""

    @router.post("/library/paths", tags=["library"], dependencies=[needs(Role.OWNER)])
    def add_paths(body: AddPaths) -> AddedPaths:
        """Take files or folders on the server's machine into the library."""
        return AddedPaths(results=services.library.add_paths(body.paths))

    @router.get("/jobs", tags=["library"], dependencies=[needs(Role.OWNER)])
    def jobs() -> Jobs:
        """Work of the studio, newest first."""
        return Jobs(items=services.jobs.jobs())

    @router.delete(
        "/jobs/{job_id}", tags=["library"], dependencies=[needs(Role.OWNER)], status_code=204
    )
    def cancel_job(job_id: PathId) -> None:
        """Stop a job; one that has ended stays as it is."""
        services.jobs.cancel(job_id)
