"""Media through the application, for connections that have asked for something else before."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from local_server.contracts import Problem
from local_server.edge.answers import Answer, MediaAnswers, MediaRequest, problem_answer
from local_server.edge.senders import READ_BYTES

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class MediaApp:
    """Answers requests below ``/m/`` exactly as the segment path does."""

    def __init__(self, answers: MediaAnswers) -> None:
        self._answers = answers

    async def __call__(self, scope: MutableMapping[str, Any], send: Send) -> None:
        """Answer one request."""
        request = _request(scope)
        if request.method in ("GET", "HEAD"):
            await _send_answer(self._answers.answer(request), send)
        else:
            await _send_answer(_wrong_method(request), send)


async def _send_answer(answer: Answer, send: Send) -> None:
    try:
        start = {"status": answer.status, "headers": list(answer.fields)}
        await send({"type": "http.response.start", **start})
        offset, end = answer.offset, answer.offset + answer.count
        while answer.file is not None and offset < end:
            data = answer.file.read(offset, min(READ_BYTES, end - offset))
            if not data:
                break  # cut short on disk: the server breaks the connection off
            offset += len(data)
            await send({"type": "http.response.body", "body": data, "more_body": True})
        await send({"type": "http.response.body", "body": answer.body})
    finally:
        if answer.file is not None:
            answer.file.release()


def _request(scope: MutableMapping[str, Any]) -> MediaRequest:
    fields = dict(reversed(scope["headers"]))

    def field(name: bytes) -> str:
        value: bytes = fields.get(name, b"")
        return value.decode("latin-1")

    return MediaRequest(
        method=scope["method"],
        target=scope["raw_path"].decode("latin-1"),
        host=field(b"host"),
        range=field(b"range"),
        if_range=field(b"if-range"),
        if_none_match=field(b"if-none-match"),
    )


def _wrong_method(request: MediaRequest) -> Answer:
    problem = Problem(
        code="method_not_allowed",
        message="Media can be fetched and nothing else",
        hint="Use GET or HEAD.",
    )
    return problem_answer(request, 405, problem, (b"allow", b"GET, HEAD"))
