"""What the owner changes about titles."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from local_server.contracts import MergeTitles, Role, TitleDetail, TitleEdit, WrittenNfo
from local_server.gateway.roles import needs
from local_server.gateway.routes.parameters import PathId
from local_server.gateway.services import Services

_OWNERS: dict[str, Any] = {"tags": ["editing"], "dependencies": [needs(Role.OWNER)]}


def add_routes(router: APIRouter, services: Services) -> None:
    """Add the routes to ``router``."""
    library, catalog = services.library, services.catalog

    @router.patch("/titles/{title_id}", **_OWNERS)
    def edit_title(title_id: PathId, body: TitleEdit) -> TitleDetail:
        """Set fields by hand, which keeps them from scans, or give them back."""
        library.edit(title_id, body)
        return catalog.detail(title_id)

    @router.post("/titles/{title_id}/merge", **_OWNERS)
    def merge_titles(title_id: PathId, body: MergeTitles) -> TitleDetail:
        """Make another title an edition of this one."""
        library.merge(title_id, body.edition_id)
        return catalog.detail(title_id)

    @router.post("/titles/{title_id}/split", **_OWNERS)
    def split_title(title_id: PathId) -> TitleDetail:
        """Make an edition a title of its own."""
        library.split(title_id)
        return catalog.detail(title_id)

    @router.post("/titles/{title_id}/nfo", **_OWNERS)
    def write_nfo(title_id: PathId) -> WrittenNfo:
        """Write what is known of a title beside its file."""
        return library.write_nfo(title_id)

    @router.post("/titles/{title_id}/prepare", **_OWNERS, status_code=202)
    def prepare_title(title_id: PathId) -> None:
        """Prepare a title before all that was only found; one that failed, once more."""
        library.prepare(title_id)
