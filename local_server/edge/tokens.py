"""Media tokens: leave to fetch the files of one presentation, carried in the URL's path.

``<expiry>.<presentation>.<mac>``: seconds since 1970, the id, and HMAC-SHA256 over both in
base64url. In the path it is inherited by every relative URL of a manifest. Lists hand out pictures
to everybody who may see a title, also when they may not play it: after their expiry stands a ``p``,
and such a token opens pictures alone.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

# A token lives between 24 and 36 h, a film evening and more. Within a step it stays the same, so
# that a picture keeps its URL and caches keep the picture.
STEP_S = 12 * 3600
STEPS = 3
# Tokens known to be right. Far more than a household has in use; it bounds memory.
VERIFIED_MAX = 4096
# Tokens made: two pictures of each title of a large library.
ISSUED_MAX = 32_768

PICTURES = "p"
PICTURE_SUFFIXES = (".jpg", ".png")

_FORM = re.compile(
    r"(?P<expiry>[0-9]{1,12})(?P<scope>p?)\.(?P<id>[A-Za-z0-9_-]{1,64})\.[A-Za-z0-9_-]{43}"
)


class Verdict(StrEnum):
    """Why a token opens nothing."""

    INVALID = "media_token_invalid"
    EXPIRED = "media_token_expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaToken:
    """A token and when it lapses, in seconds since 1970."""

    text: str
    expires_at_s: int


class MediaTokens:
    """Issues and checks tokens under ``key`` (32 bytes). Used from any thread."""

    def __init__(self, key: bytes, *, now_s: Callable[[], float]) -> None:
        self._key = key
        self._now_s = now_s
        self._verified: dict[str, tuple[int, str]] = {}
        self._issued: dict[tuple[int, str, str], MediaToken] = {}

    def issue(
        self, presentation_id: str, *, lifetime_s: int | None = None, pictures: bool = False
    ) -> MediaToken:
        """A token for the presentation, or its ``pictures`` alone.

        For an evening or for ``lifetime_s``.
        """
        now_s = int(self._now_s())
        scope = PICTURES if pictures else ""
        long = (now_s // STEP_S + STEPS) * STEP_S
        if lifetime_s is not None:
            return self._issue(now_s + lifetime_s, scope, presentation_id)
        # A list asks for the same hundreds again and again within a step.
        key = (long, scope, presentation_id)
        known = self._issued.get(key)
        if known is None:
            known = self._issue(long, scope, presentation_id)
            if len(self._issued) >= ISSUED_MAX:
                self._issued.clear()
            self._issued[key] = known
        return known

    def _issue(self, expiry: int, scope: str, presentation_id: str) -> MediaToken:
        mac = self._mac(expiry, scope, presentation_id)
        text = f"{expiry}{scope}.{presentation_id}.{mac}"
        return MediaToken(text=text, expires_at_s=expiry)

    def opens(self, token: str, path: str) -> bool:
        """Whether a token that :meth:`check` found right reaches as far as this file."""
        pictures_alone = token.partition(".")[0].endswith(PICTURES)
        return not pictures_alone or path.endswith(PICTURE_SUFFIXES)

    def check(self, token: str) -> str | Verdict:
        """The id of the presentation that ``token`` opens, or why it opens none.

        The MAC is computed once per token; its expiry is looked at every time.
        """
        known = self._verified.get(token)
        if known is None:
            known = self._verify(token)
            if known is None:
                return Verdict.INVALID
            if len(self._verified) >= VERIFIED_MAX:
                self._verified.clear()
            self._verified[token] = known
        expiry, presentation_id = known
        return presentation_id if self._now_s() < expiry else Verdict.EXPIRED

    def _verify(self, token: str) -> tuple[int, str] | None:
        match = _FORM.fullmatch(token)
        if match is None:
            return None
        expiry, scope, presentation_id = int(match["expiry"]), match["scope"], match["id"]
        mac = self._mac(expiry, scope, presentation_id)
        expected = f"{expiry}{scope}.{presentation_id}.{mac}"
        return (expiry, presentation_id) if hmac.compare_digest(expected, token) else None

    def _mac(self, expiry: int, scope: str, presentation_id: str) -> str:
        message = f"matinee media token 1\n{expiry}{scope}\n{presentation_id}".encode()
        digest = hmac.digest(self._key, message, hashlib.sha256)
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")
