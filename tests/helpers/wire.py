"""HTTP by hand: a connection that sends exactly the bytes it is told to."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

CRLF = "\r\n"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it came; field names in lower case."""

    status: int
    fields: dict[str, str]
    body: bytes


class Wire:
    """One connection to a server."""

    def __init__(self, url: str, *, receive_buffer_bytes: int | None = None) -> None:
        address = urlsplit(url)
        self._socket = socket.socket()
        self._socket.settimeout(20)
        if receive_buffer_bytes is not None:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer_bytes)
        self._socket.connect((address.hostname, address.port))
        self._host = address.netloc
        self._unread = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._socket.close()

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def end(self) -> None:
        """Say that nothing more will be sent."""
        self._socket.shutdown(socket.SHUT_WR)

    def request(self, method: str, target: str, fields: dict[str, str] | None = None) -> bytes:
        """The bytes of a request without a body."""
        lines = [f"{method} {target} HTTP/1.1"]
        lines += [f"{k}: {v}" for k, v in ({"Host": self._host} | (fields or {})).items()]
        return (CRLF.join(lines) + CRLF + CRLF).encode("latin-1")

    def ask(self, method: str, target: str, fields: dict[str, str] | None = None) -> Answer:
        self.send(self.request(method, target, fields))
        return self.answer(method)

    def answer(self, method: str = "GET") -> Answer:
        """The next answer; reads no byte beyond it from what follows."""
        head = self._until(b"\r\n\r\n").decode("latin-1")
        first, *lines = head.strip().split(CRLF)
        fields = {k.lower(): v for k, v in (line.split(": ", 1) for line in lines)}
        status = int(first.split(" ")[1])
        length = 0 if method == "HEAD" or status in (204, 304) else int(fields["content-length"])
        return Answer(status, fields, self._exactly(length))

    def is_closed(self) -> bool:
        """Whether the server has closed; waits for it."""
        return not self._unread and self._socket.recv(1) == b""

    def _until(self, mark: bytes) -> bytes:
        while mark not in self._unread:
            self._more()
        head, self._unread = self._unread.split(mark, 1)
        return head

    def _exactly(self, count: int) -> bytes:
        while len(self._unread) < count:
            self._more()
        data, self._unread = self._unread[:count], self._unread[count:]
        return data

    def _more(self) -> None:
        data = self._socket.recv(1 << 16)
        if not data:
            raise EOFError(f"closed after {self._unread!r}")
        self._unread += data
