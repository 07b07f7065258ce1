"""The API's side of a connection: uvicorn's protocol, with refusals in our shape."""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from local_server.contracts import Problem


class ApiProtocol(HttpToolsProtocol):
    """Speaks HTTP/1.1 for the application."""

    def send_400_response(self, msg: str) -> None:
        """Answer bytes that are no HTTP, and close."""
        problem = Problem(code="not_http", message="This is not a valid HTTP request", hint=msg)
        body = problem.model_dump_json().encode()
        head = (
            b"HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\n"
            b"content-length: %d\r\nconnection: close\r\n\r\n" % len(body)
        )
        self.transport.write(head + body)
        self.transport.close()
