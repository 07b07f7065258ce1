"""Finding titles, and titles like another."""

from __future__ import annotations

from local_server.client.calls import Caller, given, segment
from local_server.contracts import (
    SearchPage,
    SearchSort,
    Suggestion,
    Suggestions,
    TitleKind,
    TitlePage,
)


class SearchCalls(Caller):
    """What a viewer looks for."""

    def search(
        self,
        query: str = "",
        *,
        profile_id: str | None = None,
        kind: TitleKind | None = None,
        genre: str | None = None,
        language: str | None = None,
        year_from: int | None = None,
        year_to: int | None = None,
        watched: bool | None = None,
        sort: SearchSort = SearchSort.RELEVANCE,
        limit: int = 50,
        offset: int = 0,
    ) -> SearchPage:
        """What a text leads to, however it is spelt; without a text, everything that fits."""
        params = given(
            query=query,
            profile_id=profile_id,
            kind=kind,
            genre=genre,
            language=language,
            year_from=year_from,
            year_to=year_to,
            watched=watched,
            sort=sort,
            limit=limit,
            offset=offset,
        )
        return self._get("v1/search", SearchPage, params)

    def suggestions(
        self, query: str, *, profile_id: str | None = None, limit: int = 8
    ) -> tuple[Suggestion, ...]:
        """What a text may become while it is typed."""
        params = given(query=query, profile_id=profile_id, limit=limit)
        return self._get("v1/search/suggestions", Suggestions, params).items

    def similar(self, profile_id: str, title_id: str, *, limit: int = 20) -> TitlePage:
        """Titles like another, each with what they have in common."""
        path = f"v1/profiles/{segment(profile_id)}/similar/{segment(title_id)}"
        return self._get(path, TitlePage, given(limit=limit))

    def not_interested(self, profile_id: str) -> TitlePage:
        """What a profile does not want to be shown."""
        return self._get(f"v1/profiles/{segment(profile_id)}/not-interested", TitlePage)

    def set_aside(self, profile_id: str, title_id: str) -> None:
        """Show a title to this profile no more, except in lists and searches."""
        self._call("PUT", _aside(profile_id, title_id))

    def take_back(self, profile_id: str, title_id: str) -> None:
        """It may be shown again."""
        self._call("DELETE", _aside(profile_id, title_id))


def _aside(profile_id: str, title_id: str) -> str:
    return f"v1/profiles/{segment(profile_id)}/not-interested/{segment(title_id)}"
