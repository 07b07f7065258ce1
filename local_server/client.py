"""The edge server as a client sees it: one method per route, wire types in and out.

The only place of the server's package that speaks HTTP outwards. All failures are
:class:`~local_server.errors.EdgeError`; see that module for the tree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import quote

import httpx
from pydantic import ValidationError

from local_server.contracts import (
    AddedPath,
    AddedPaths,
    AddPaths,
    AskPrefetch,
    Entitlements,
    Health,
    Home,
    Household,
    Job,
    Jobs,
    PlaybackGrant,
    PrefetchGrant,
    Problem,
    StartPlayback,
    TitleDetail,
    TitleKind,
    TitlePage,
    WatchEvent,
    WatchEvents,
    Wire,
)
from local_server.errors import EdgeError, EdgeRefused, EdgeUnexpected, EdgeUnreachable
from local_server.runtime.running import RunningServer, running_server

__all__ = [
    "EdgeClient",
    "EdgeError",
    "EdgeRefused",
    "EdgeUnexpected",
    "EdgeUnreachable",
    "RunningServer",
    "running_server",
]

WireT = TypeVar("WireT", bound=Wire)

# Long enough for a disk that spins up, short enough that a screen can still say so.
DEFAULT_TIMEOUT = timedelta(seconds=10)
# Thousands of files are looked into one by one, on a disk that may be slow.
ADDING_TIMEOUT = timedelta(minutes=5)


class EdgeClient:
    """Speaks to the server at ``base_url``; every method may be called from any thread.

    ``token`` is the owner token. Each method blocks for at most ``timeout_s`` per network step,
    :meth:`add_paths` for as long as the files take, and raises :class:`EdgeUnreachable`,
    :class:`EdgeRefused` or :class:`EdgeUnexpected`.
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

    @classmethod
    def of_home(cls, home: Path) -> Self | None:
        """A client of the server now working on ``home``; ``None`` when there is none."""
        running = running_server(home)
        return None if running is None else cls(running.url, running.read_token())

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

    def health(self) -> Health:
        """State of the server; needs no valid token."""
        return self._get("v1/health", Health)

    def titles(
        self,
        query: str | None = None,
        kind: TitleKind | None = None,
        *,
        limit: int = 100,
        offset: int = 0,
        profile_id: str | None = None,
    ) -> TitlePage:
        """Titles by name; with ``profile_id`` they carry that profile's resume points.

        Without a ``kind``, films and series; episodes are found in their series' detail or by
        asking for their kind.
        """
        params = _given(query=query, kind=kind, limit=limit, offset=offset, profile_id=profile_id)
        return self._get("v1/titles", TitlePage, params)

    def title(self, title_id: str, *, profile_id: str | None = None) -> TitleDetail:
        """Everything about one title."""
        return self._get(
            f"v1/titles/{_segment(title_id)}", TitleDetail, _given(profile_id=profile_id)
        )

    def home(self, profile_id: str) -> Home:
        """The home screen of a profile."""
        return self._get(f"v1/home/{_segment(profile_id)}", Home)

    def household(self) -> Household:
        """The household and its profiles."""
        return self._get("v1/household", Household)

    def add_paths(self, paths: Iterable[str | Path]) -> tuple[AddedPath, ...]:
        """Take files or folders on the server's machine into the library.

        One result per file found, in order; a path that could not be used is a result with a
        ``problem``, not an error.
        """
        body = AddPaths(paths=tuple(_wire_path(path) for path in paths))
        timeout_s = max(self._timeout_s, ADDING_TIMEOUT.total_seconds())
        response = self._call("POST", "v1/library/paths", body=body, timeout_s=timeout_s)
        return _read(response, AddedPaths).results

    def jobs(self) -> tuple[Job, ...]:
        """Work of the studio, newest first."""
        return self._get("v1/jobs", Jobs).items

    def cancel_job(self, job_id: str) -> None:
        """Stop a job; one that has ended already stays as it is."""
        self._call("DELETE", f"v1/jobs/{_segment(job_id)}")

    def entitlements(self) -> Entitlements:
        """What the household's plan allows."""
        return self._get("v1/entitlements", Entitlements)

    def start_playback(self, title_id: str, profile_id: str, device_id: str) -> PlaybackGrant:
        """Leave to play a title, or :class:`EdgeRefused` with the reason."""
        body = StartPlayback(title_id=title_id, profile_id=profile_id, device_id=device_id)
        return _read(self._call("POST", "v1/playback/sessions", body=body), PlaybackGrant)

    def end_playback(self, session_id: str) -> None:
        """Give the session's stream back; one that has ended already stays ended."""
        self._call("DELETE", f"v1/playback/sessions/{_segment(session_id)}")

    def prefetch(self, title_id: str, profile_id: str) -> PrefetchGrant:
        """Leave to read the beginning of a title; takes no stream and ends no session."""
        body = AskPrefetch(title_id=title_id, profile_id=profile_id)
        return _read(self._call("POST", "v1/playback/prefetch", body=body), PrefetchGrant)

    def post_watch_events(self, events: Iterable[WatchEvent]) -> None:
        """Record at most 500 watch events; once this returns they are durable.

        May be repeated with the same events: each counts once.
        """
        self._call("POST", "v1/playback/events", body=WatchEvents(events=tuple(events)))

    def _get(
        self, path: str, answer: type[WireT], params: Mapping[str, str] | None = None
    ) -> WireT:
        return _read(self._call("GET", path, params=params), answer)

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


def _given(**params: object) -> dict[str, str]:
    return {name: str(value) for name, value in params.items() if value is not None}


def _segment(identifier: str) -> str:
    return quote(identifier, safe="")


def _wire_path(path: str | Path) -> str:
    # The server's working folder is not ours, hence absolute. JSON is UTF-8: a name that is not
    # travels percent-escaped, as in a file: URL.
    absolute = Path(path).absolute()
    try:
        str(absolute).encode()
    except UnicodeEncodeError:
        return absolute.as_uri()
    return str(absolute)


def _read(response: httpx.Response, answer: type[WireT]) -> WireT:
    try:
        return answer.model_validate_json(response.content)
    except ValidationError as error:
        raise _unexpected(response) from error


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
