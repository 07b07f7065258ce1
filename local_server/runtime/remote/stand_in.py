"""Objects that stand for those of another process."""

from __future__ import annotations

import threading
from collections.abc import Callable
from multiprocessing.connection import Client, Connection
from typing import Any, TypeVar, cast

from local_server.errors import Unavailable
from local_server.runtime.remote.frames import (
    Outcome,
    call_frame,
    read_answer,
    unpack_refusal,
)
from local_server.runtime.remote.surface import method_of

T = TypeVar("T")

IDLE_MAX = 32  # connections kept; more than that were needed for a moment
# The longest honest call looks into thousands of files; whoever waits shorter says so itself.
ANSWER_DEADLINE_S = 330.0


class RemoteFailure(RuntimeError):
    """A call failed in the other process in a way that is nobody's answer."""


class Line:
    """Connections to one host, shared by all stand-ins for its objects. Any thread.

    A service that is down or does not answer gives :class:`~local_server.errors.Unavailable`.
    """

    def __init__(self, address: str, *, key: bytes, service: str) -> None:
        self._address = address
        self._key = key
        self._service = service
        self._lock = threading.Lock()
        self._idle: list[Connection[Any, Any]] = []

    def ask(self, frame: bytes) -> bytes:
        """Send a call; its answer."""
        for connection in self._kept():
            # Its host may have been restarted since: what could not be sent was not done.
            try:
                connection.send_bytes(frame)
            except OSError:
                connection.close()
                continue
            return self._receive(connection)
        try:
            connection = Client(self._address, authkey=self._key)
            connection.send_bytes(frame)
        except (OSError, EOFError) as error:
            raise self._away() from error
        return self._receive(connection)

    def close(self) -> None:
        """Let go of idle connections."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _kept(self) -> Any:
        while True:
            with self._lock:
                if not self._idle:
                    return
                connection = self._idle.pop()
            yield connection

    def _receive(self, connection: Connection[Any, Any]) -> bytes:
        try:
            if not connection.poll(ANSWER_DEADLINE_S):
                raise TimeoutError
            answer = connection.recv_bytes()
        except (OSError, EOFError) as error:
            connection.close()
            raise self._away() from error
        with self._lock:
            if len(self._idle) < IDLE_MAX:
                self._idle.append(connection)
                return answer
        connection.close()
        return answer

    def _away(self) -> Unavailable:
        return Unavailable(
            "service_away",
            f"The {self._service} service does not answer",
            hint="It is started again by itself; try again in a moment.",
            retryable=True,
        )


class StandIn:
    """Has the public methods of ``kind`` and asks the object hosted as ``target``."""

    def __init__(self, kind: type, target: str, line: Line) -> None:
        self._kind = kind
        self._target = target
        self._line = line

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = method_of(self._kind, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            frame = call_frame(self._target, name, method.pack(args, kwargs))
            outcome, body = read_answer(self._line.ask(frame))
            if outcome is Outcome.REFUSED:
                raise unpack_refusal(body)
            if outcome is Outcome.FAILED:
                raise RemoteFailure(f"{self._target}.{name}: {body.decode(errors='replace')}")
            return method.result.validate_json(body)

        self.__dict__[name] = call  # found at once from now on
        return call


def stand_in(kind: type[T], target: str, line: Line) -> T:
    """An object to be used as one of ``kind``, whose work is done elsewhere."""
    return cast("T", StandIn(kind, target, line))
