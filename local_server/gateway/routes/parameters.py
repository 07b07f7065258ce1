"""What routes take: ids, pages, texts, each with its limit."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query

from local_server.contracts import Id

# A screen shows some dozens; a list for a script may be long.
PAGE_MAX = 500
QUERY_MAX = 200  # characters
OFFSET_MAX = 10_000_000

PathId = Annotated[Id, Path()]
ProfileId = Annotated[Id | None, Query()]
SearchText = Annotated[str | None, Query(max_length=QUERY_MAX)]
Limit = Annotated[int, Query(ge=1, le=PAGE_MAX)]
Offset = Annotated[int, Query(ge=0, le=OFFSET_MAX)]
