"""Stands before the application: who may come in, what they may bring, what never goes out.

Every route needs the owner token, except the few in :data:`PUBLIC`, which tell nothing about the
household, and media, whose URLs carry tokens of their own.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from fastapi import HTTPException

from local_server.contracts import IMPORT_MAX_BYTES, Problem
from local_server.edge.answers import PREFIX, host_problem
from local_server.edge.hosts import is_allowed
from local_server.gateway.media import MediaApp

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

PUBLIC = frozenset({"/v1/health", "/docs", "/openapi.json"})
# The largest honest request: a thousand paths of four thousand characters.
BODY_MAX_BYTES = 8 * 1024 * 1024
# A profile that is taken in comes whole, in base64.
IMPORT_BODY_MAX_BYTES = IMPORT_MAX_BYTES * 4 // 3 + 4096
_IMPORT = re.compile(r"/v1/profiles/[^/]+/import")

_PREFIX = PREFIX.encode()
_FIELDS = [
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'"),
]


class Guard:
    """An ASGI application around another."""

    def __init__(self, app: AsgiApp, *, token: str, media: MediaApp) -> None:
        self._app = app
        self._expected = f"Bearer {token}".encode()
        self._media = media

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through or answer it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        fields = dict(reversed(scope["headers"]))
        if not is_allowed(fields.get(b"host", b"").decode("latin-1")):
            await refuse(send, 421, host_problem())
        # The bytes as they came: a decoded path may look like media without being one.
        elif scope["raw_path"].startswith(_PREFIX):
            await self._media(scope, send)
        elif not self._may_pass(scope, fields):
            await refuse(send, 401, _unauthorised(), (b"www-authenticate", b"Bearer"))
        else:
            await self._pass_on(scope, receive, send)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = _Guarded(send)
        try:
            await self._app(scope, _limited(receive, _body_max_bytes(scope)), answer)
        except Exception:
            # The application's handler has answered and logged; it raises again for those who
            # stand around it, and here is the last of them.
            if not answer.started:
                raise

    def _may_pass(self, scope: Scope, fields: dict[bytes, bytes]) -> bool:
        if scope["path"] in PUBLIC and scope["method"] in ("GET", "HEAD"):
            return True
        return hmac.compare_digest(fields.get(b"authorization", b""), self._expected)


async def refuse(send: Send, status: int, problem: Problem, *fields: tuple[bytes, bytes]) -> None:
    """Answer with ``problem``."""
    body = problem.model_dump_json().encode()
    length = (b"content-length", b"%d" % len(body))
    headers = [(b"content-type", b"application/json"), length, *_FIELDS, *fields]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _body_max_bytes(scope: Scope) -> int:
    imports = scope["method"] == "POST" and _IMPORT.fullmatch(scope["path"])
    return IMPORT_BODY_MAX_BYTES if imports else BODY_MAX_BYTES


def _limited(receive: Receive, max_bytes: int) -> Receive:
    received = 0

    async def limited() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > max_bytes:
            raise HTTPException(413)
        return message

    return limited


class _Guarded:
    """Sends with the fields that every answer carries; knows whether an answer has begun."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.started = False

    async def __call__(self, message: Message) -> None:
        """Send one message."""
        if message["type"] == "http.response.start":
            self.started = True
            message = {**message, "headers": [*message.get("headers", ()), *_FIELDS]}
        await self._send(message)


def _unauthorised() -> Problem:
    return Problem(
        code="token_missing_or_wrong",
        message="This request does not carry the server's owner token",
        hint="The token is in server/token in Matinee's home folder on the server's machine.",
    )
