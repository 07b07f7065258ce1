"""What a request for media is answered with, whichever way it came in."""

from __future__ import annotations

import re
from dataclasses import dataclass

from local_server.contracts import Problem
from local_server.edge.files import MediaFiles, OpenFile
from local_server.edge.hosts import is_allowed
from local_server.edge.ranges import ByteRange, Unsatisfiable, parse_range
from local_server.edge.tokens import MediaTokens, Verdict

PREFIX = "/m/"
TARGET_MAX = 2048  # characters; our own are under 250, a query may carry player telemetry

# Names of our own making only. What does not look like one needs no decoding and no resolving:
# no dot files, no percent, no backslash, no NUL, no empty part.
_TARGET = re.compile(
    r"/m/(?P<token>[A-Za-z0-9._-]+)"
    r"/(?P<path>[A-Za-z0-9_][A-Za-z0-9._-]*(?:/[A-Za-z0-9_][A-Za-z0-9._-]*)*)(?:\?.*)?"
)

_TOKEN_WORDS = {
    Verdict.INVALID: "This address was not issued by this server",
    Verdict.EXPIRED: "This address has lapsed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaRequest:
    """A GET or HEAD below ``/m/``; header fields as text, empty when absent."""

    method: str
    target: str
    host: str
    range: str = ""
    if_range: str = ""
    if_none_match: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Status, header fields, and either ``body`` or ``count`` bytes of ``file`` from ``offset``.

    Whoever sends the answer releases ``file``.
    """

    status: int
    fields: tuple[tuple[bytes, bytes], ...]
    body: bytes = b""
    file: OpenFile | None = None
    offset: int = 0
    count: int = 0


class MediaAnswers:
    """Answers requests for media. Owned by the thread of the event loop."""

    def __init__(self, *, tokens: MediaTokens, files: MediaFiles) -> None:
        self._tokens = tokens
        self._files = files
        self._hosts: set[str] = set()

    def answer(self, request: MediaRequest) -> Answer:
        """The answer; never raises."""
        if request.host not in self._hosts:
            if not is_allowed(request.host):
                return problem_answer(request, 421, host_problem())
            # Hosts come from a short list in practice; a flood of made-up ones is not kept.
            if len(self._hosts) < 64:
                self._hosts.add(request.host)
        match = _TARGET.fullmatch(request.target) if len(request.target) <= TARGET_MAX else None
        if match is None:
            return problem_answer(request, 404, _no_such_file())
        presentation_id = self._tokens.check(match["token"])
        if isinstance(presentation_id, Verdict):
            return problem_answer(request, 403, _token_problem(presentation_id))
        if not self._tokens.opens(match["token"], match["path"]):
            return problem_answer(request, 403, _token_problem(Verdict.INVALID))
        file = self._files.open(presentation_id, match["path"])
        if file is None:
            return problem_answer(request, 404, _no_such_file())
        return _of_file(request, file)


def problem_answer(
    request: MediaRequest, status: int, problem: Problem, *fields: tuple[bytes, bytes]
) -> Answer:
    """``problem`` in the one error shape."""
    body = problem.model_dump_json().encode()
    return Answer(
        status=status,
        fields=(
            (b"content-type", b"application/json"),
            (b"content-length", b"%d" % len(body)),
            (b"cache-control", b"no-store"),
            *fields,
        ),
        body=b"" if request.method == "HEAD" else body,
    )


def host_problem() -> Problem:
    """The Host header names something that is not this server."""
    return Problem(
        code="host_not_allowed",
        message="This server does not answer to that name",
        hint="Address it by its IP address, as localhost, or by its name ending in .local.",
    )


def _of_file(request: MediaRequest, file: OpenFile) -> Answer:
    if request.if_none_match and _matches(request.if_none_match, file.etag):
        file.release()
        return Answer(status=304, fields=file.fields[1:])
    wanted = ByteRange(0, file.size_bytes)
    status = 200
    more: tuple[tuple[bytes, bytes], ...] = ()
    if request.range and request.method == "GET" and request.if_range in ("", file.etag):
        parsed = parse_range(request.range, file.size_bytes)
        if isinstance(parsed, Unsatisfiable):
            file.release()
            return _outside(request, file.size_bytes)
        if parsed is not None:
            status, wanted = 206, parsed
            last = parsed.start + parsed.count - 1
            content_range = b"bytes %d-%d/%d" % (parsed.start, last, file.size_bytes)
            more = ((b"content-range", content_range),)
    fields = (*file.fields, (b"content-length", b"%d" % wanted.count), *more)
    if request.method == "HEAD":
        file.release()
        return Answer(status=status, fields=fields)
    return Answer(status=status, fields=fields, file=file, offset=wanted.start, count=wanted.count)


def _matches(if_none_match: str, etag: str) -> bool:
    candidates = (entry.strip().removeprefix("W/") for entry in if_none_match.split(","))
    return any(candidate in ("*", etag) for candidate in candidates)


def _outside(request: MediaRequest, size_bytes: int) -> Answer:
    problem = Problem(
        code="range_not_satisfiable",
        message="The file is shorter than that",
        hint=f"It has {size_bytes} bytes.",
    )
    return problem_answer(request, 416, problem, (b"content-range", b"bytes */%d" % size_bytes))


def _no_such_file() -> Problem:
    return Problem(
        code="media_not_found",
        message="There is no such file",
        hint="Take paths from the manifest; the title may have been removed.",
    )


def _token_problem(verdict: Verdict) -> Problem:
    return Problem(
        code=verdict,
        message=_TOKEN_WORDS[verdict],
        hint="Ask for playback again; the new address replaces this one.",
        retryable=verdict is Verdict.EXPIRED,
    )
