"""How the client speaks HTTP: one call, its failures in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import quote

import httpx
from pydantic import ValidationError

from local_server.contracts import Problem, Wire
from local_server.errors import EdgeError, EdgeRefused, EdgeUnexpected, EdgeUnreachable

WireT = TypeVar("WireT", bound=Wire)

# Long enough for a disk that spins up, short enough that a screen can still say so.
DEFAULT_TIMEOUT = timedelta(seconds=10)


class Caller:
    """Speaks to the server at ``base_url``; every method may be called from any thread.

    Each call blocks for at most ``timeout_s`` per network step and raises
    :class:`EdgeUnreachable`, :class:`EdgeRefused` or :class:`EdgeUnexpected`.
    """

    def __init__(
        self,
        base_url: str,
        token: str,
        *,
        timeout_s: float = DEFAULT_TIMEOUT.total_seconds(),
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/") + "/"
        self._timeout_s = timeout_s
        self._http = httpx.Client(
            base_url=self.base_url,
            headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
            transport=transport,
            # A proxy of the environment has no business between a player and its own server.
            trust_env=False,
        )

    def close(self) -> None:
        """Release the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def absolute(self, url: str) -> str:
        """``url`` as the wire carries it (relative to the server's root), made absolute."""
        return str(httpx.URL(self.base_url).join(url))

    def _get(
        self, path: str, answer: type[WireT], params: Mapping[str, str] | None = None
    ) -> WireT:
        return self._ask("GET", path, answer, params=params)

    def _ask(
        self,
        method: str,
        path: str,
        answer: type[WireT],
        *,
        params: Mapping[str, str] | None = None,
        body: Wire | None = None,
        timeout_s: float | None = None,
    ) -> WireT:
        response = self._call(method, path, params=params, body=body, timeout_s=timeout_s)
        try:
            return answer.model_validate_json(response.content)
        except ValidationError as error:
            raise _unexpected(response) from error

    def _call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Wire | None = None,
        timeout_s: float | None = None,
    ) -> httpx.Response:
        content = None if body is None else body.model_dump_json().encode()
        headers = {} if body is None else {"Content-Type": "application/json"}
        try:
            response = self._http.request(
                method,
                path,
                params=params,
                content=content,
                headers=headers,
                timeout=timeout_s or self._timeout_s,
            )
        except (httpx.TransportError, OSError) as error:
            raise EdgeUnreachable(
                "The Matinee server does not answer",
                detail=f"{self.base_url}: {error or type(error).__name__}",
                hint="Is it running? `matinee serve` starts it.",
            ) from error
        if not response.is_success:
            raise _refusal(response)
        return response


def given(**params: object) -> dict[str, str]:
    """Those parameters of a query that were given."""
    return {name: str(value) for name, value in params.items() if value is not None}


def segment(identifier: str) -> str:
    """``identifier`` as one segment of a path."""
    return quote(identifier, safe="")


def _refusal(response: httpx.Response) -> EdgeError:
    try:
        problem = Problem.model_validate_json(response.content)
    except ValidationError:
        return _unexpected(response)
    return EdgeRefused(problem, status=response.status_code)


def _unexpected(response: httpx.Response) -> EdgeUnexpected:
    return EdgeUnexpected(
        "The answer is not one of a Matinee server",
        detail=f"{response.request.url}: status {response.status_code}",
        hint="Another program may be listening at this address, or the server is too old.",
    )
