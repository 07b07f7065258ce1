"""Addresses of media, for the services that hand them out."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from local_server.edge.answers import PREFIX
from local_server.edge.tokens import MediaTokens


class MediaLinks:
    """Makes URLs, relative to the server's root, that carry their own token. Any thread."""

    def __init__(self, *, tokens: MediaTokens, root: Path) -> None:
        self._tokens = tokens
        self._root = root

    def url(self, presentation_id: str, path: str) -> str:
        """The URL of one picture; it opens no film."""
        return f"{PREFIX}{self._tokens.issue(presentation_id, pictures=True).text}/{path}"

    def folder(
        self, presentation_id: str, *, lifetime_s: int | None = None
    ) -> tuple[str, datetime]:
        """The URL of the presentation's folder, ending in a slash, and when it lapses."""
        token = self._tokens.issue(presentation_id, lifetime_s=lifetime_s)
        return f"{PREFIX}{token.text}/", datetime.fromtimestamp(token.expires_at_s, UTC)

    def exists(self, presentation_id: str) -> bool:
        """Whether the presentation's manifest is there."""
        return (self._root / presentation_id / "manifest.json").is_file()
