"""Stands before the application: who may come in, what they may bring, what never goes out.

Every route needs a token, the home's own or a device's, except the few in :data:`PUBLIC`, which
tell nothing about the household, and media, whose URLs carry tokens of their own. What a device
may do with a route is said at the route.
"""

from __future__ import annotations

import math
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from fastapi import HTTPException

from local_server.contracts import IMPORT_MAX_BYTES, Principal, Problem
from local_server.edge.answers import PREFIX, host_problem
from local_server.edge.hosts import is_allowed
from local_server.errors import Unauthorised
from local_server.gateway import problems
from local_server.gateway.doorkeeper import Doorkeeper
from local_server.gateway.limits import Buckets, address_caller
from local_server.gateway.media import MediaApp
from local_server.gateway.origins import is_cross_site

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

PUBLIC = {
    "/v1/health": ("GET", "HEAD"),
    "/v1/setup": ("GET", "HEAD"),
    "/v1/setup/redeem": ("POST",),
    "/docs": ("GET", "HEAD"),
    "/openapi.json": ("GET", "HEAD"),
}
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
_CROSS_SITE = Problem(
    code="cross_site",
    message="This server answers no pages of other sites",
    hint="Open the address itself, or use a client of Matinee.",
)
_TOO_OFTEN = Problem(
    code="too_many_requests",
    message="There were too many requests at once",
    hint="Try again in a moment.",
    retryable=True,
)


class Guard:
    """An ASGI application around another."""

    def __init__(
        self, app: AsgiApp, *, doorkeeper: Doorkeeper, buckets: Buckets, media: MediaApp
    ) -> None:
        self._app = app
        self._doorkeeper = doorkeeper
        self._buckets = buckets
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
        elif is_cross_site(fields):
            await refuse(send, 403, _CROSS_SITE)
        else:
            await self._admit(scope, fields, receive, send)

    async def _admit(
        self, scope: Scope, fields: dict[bytes, bytes], receive: Receive, send: Send
    ) -> None:
        caller = address_caller((scope.get("client") or ("",))[0])
        try:
            principal = await self._principal(scope, fields)
        except Unauthorised as error:
            if not await self._refused_as_too_often(caller, send):
                await refuse(send, 401, error.problem, (b"www-authenticate", b"Bearer"))
            return
        except Exception as error:  # noqa: BLE001 - every failure has the one shape
            await refuse(send, *problems.of_failure(error, path=scope["path"]))
            return
        if principal is not None:
            caller = f"device {principal.device_id}"
        if not await self._refused_as_too_often(caller, send):
            scope["state"] = {**scope.get("state", {}), "principal": principal}
            await self._pass_on(scope, receive, send)

    async def _principal(self, scope: Scope, fields: dict[bytes, bytes]) -> Principal | None:
        """Who asks; ``None`` for anybody, where anybody may."""
        if scope["method"] in PUBLIC.get(scope["path"], ()):
            return None
        scheme, _, token = fields.get(b"authorization", b"").partition(b" ")
        if scheme.lower() != b"bearer" or not token:
            raise Unauthorised(
                "token_missing_or_wrong",
                "This request does not carry a token",
                hint="Pair the device: `matinee pair` on the server's machine shows a code.",
            )
        return await self._doorkeeper.principal(token)

    async def _refused_as_too_often(self, caller: str, send: Send) -> bool:
        wait_s = self._buckets.take(caller)
        if wait_s > 0:
            await refuse(send, 429, _TOO_OFTEN, (b"retry-after", b"%d" % math.ceil(wait_s)))
        return wait_s > 0

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = _Guarded(send)
        try:
            await self._app(scope, _limited(receive, _body_max_bytes(scope)), answer)
        except Exception:
            # The application's handler has answered and logged; it raises again for those who
            # stand around it, and here is the last of them.
            if not answer.started:
                raise


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
