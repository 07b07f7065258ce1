"""Search indexes for tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from local_server.services.catalog.search import SearchDocument, SearchIndex


@contextmanager
def index_of(*documents: SearchDocument) -> Iterator[SearchIndex]:
    """An index of ``documents`` in a folder of its own."""
    with TemporaryDirectory() as folder:
        index = SearchIndex(Path(folder) / "search.sqlite3")
        try:
            index.put(documents)
            yield index
        finally:
            index.close()


def title(name: str, *others: str, **fields: object) -> SearchDocument:
    """A film; its id is its name unless told otherwise."""
    known: dict[str, object] = {"id": name, "kind": "movie", **fields}
    return SearchDocument(names=(name, *others), **known)  # type: ignore[arg-type]


def ids(index: SearchIndex, text: str, **how: object) -> list[str]:
    """The ids found, best first."""
    asked: dict[str, object] = {"limit": 50, **how}
    return [hit.id for hit in index.query(text, **asked).hits]  # type: ignore[arg-type]
