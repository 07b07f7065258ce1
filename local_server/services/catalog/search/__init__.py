"""Finding titles by what people type."""

from local_server.contracts import MatchField, SearchSort
from local_server.services.catalog.search.index import SearchIndex
from local_server.services.catalog.search.values import (
    QUERY_MAX,
    TOTAL_MAX,
    Hit,
    SearchDocument,
    SearchFilters,
    SearchResult,
    Suggestion,
)

__all__ = [
    "QUERY_MAX",
    "TOTAL_MAX",
    "Hit",
    "MatchField",
    "SearchDocument",
    "SearchFilters",
    "SearchIndex",
    "SearchResult",
    "SearchSort",
    "Suggestion",
]
