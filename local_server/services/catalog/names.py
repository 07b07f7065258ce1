"""Names made comparable. Pure."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """``text`` for comparing and searching: no case, no accents, single spaces."""
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(bare.casefold().split())
