"""The HTTP server process: uvicorn's loop, our segment path in front, an orderly end."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

import structlog
import uvicorn
from uvicorn.server import ServerState

from local_server.edge.answers import MediaAnswers
from local_server.edge.delivery import DeliveryProtocol
from local_server.gateway.guard import Guard
from local_server.gateway.protocol import ApiProtocol

_log = structlog.get_logger(__name__)

# Players fetch every few seconds and pause for a minute; a new connection costs them a round trip.
KEEP_ALIVE_S = 75
# Answers under way when the server stops.
GRACE_S = 5
# After that the process ends however it stands: nobody may wait for ever for a child to go.
STOP_DEADLINE_S = 20.0
EXIT_FORCED = 70
# How often the server looks after what time alone changes, such as leases.
HEARTBEAT_S = 5


class _Server(uvicorn.Server):
    """uvicorn's server; says when it listens, and ends without raising the signal again."""

    def __init__(self, config: uvicorn.Config, *, on_listening: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_listening = on_listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_listening()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        del sig, frame
        self.force_exit = self.should_exit  # asked a second time: do not wait
        self.should_exit = True


class HttpServer:
    """Serves ``api`` on ``listener``.

    ``on_listening`` is called once connections are accepted, ``on_heartbeat`` regularly on a
    thread of its own.
    """

    def __init__(
        self,
        api: Guard,
        *,
        answers: MediaAnswers,
        listener: socket.socket,
        on_listening: Callable[[], None],
        on_heartbeat: Callable[[], None],
    ) -> None:
        async def heartbeat() -> None:
            try:
                await asyncio.to_thread(on_heartbeat)
            except Exception:  # noqa: BLE001 - a full disk must not end the server
                _log.exception("server.heartbeat_failed")

        config = uvicorn.Config(
            api,
            http=_protocol_factory(answers),
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=GRACE_S,
            timeout_notify=HEARTBEAT_S,
            callback_notify=heartbeat,
        )
        self._listener = listener
        self._server = _Server(config, on_listening=on_listening)

    def run(self) -> None:
        """Serve until :meth:`stop`; in the main thread, SIGTERM and SIGINT stop it too. Blocks."""
        self._server.run(sockets=[self._listener])

    def stop(self) -> None:
        """End in an orderly way; returns at once. From any thread."""
        self._server.should_exit = True

    def stop_at_eof(self) -> None:
        """Stop when standard input ends, and end the process if stopping takes too long."""
        threading.Thread(target=self._watch_input, name="stdin-watch", daemon=True).start()

    def _watch_input(self) -> None:
        # The descriptor, not sys.stdin: a lock of the latter would outlive this thread at exit.
        while os.read(0, 4096):
            pass
        _log.info("server.parent_gone")
        self.stop()
        deadline = threading.Timer(STOP_DEADLINE_S, os._exit, args=(EXIT_FORCED,))
        deadline.daemon = True
        deadline.start()


def _protocol_factory(answers: MediaAnswers) -> Any:
    # uvicorn asks for a class and calls it; a function that makes the protocol does as well.
    def make(
        config: uvicorn.Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> DeliveryProtocol:
        loop = _loop or asyncio.get_running_loop()
        return DeliveryProtocol(
            answers=answers,
            connections=server_state.connections,
            default_fields=lambda: server_state.default_headers,
            successor=lambda: ApiProtocol(config, server_state, app_state, loop),
            keep_alive_s=config.timeout_keep_alive,
            loop=loop,
        )

    return make
