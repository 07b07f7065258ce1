"""Offers objects of this process to others."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Mapping
from multiprocessing.connection import Connection, Listener
from typing import Any

import structlog
from pydantic import ValidationError

from local_server.errors import Refusal
from local_server.runtime.remote.frames import (
    FRAME_MAX_BYTES,
    Outcome,
    answer_frame,
    pack_refusal,
    read_call,
)
from local_server.runtime.remote.surface import method_of
from local_server.runtime.storage import storage_refusal

_log = structlog.get_logger(__name__)

BACKLOG = 64  # every thread of the gateway may come at once


class Host:
    """Answers calls at ``address`` from whoever holds ``key``; a thread per connection.

    ``objects`` may be called from any thread. Owns its listener: close it with :meth:`close`.
    """

    def __init__(self, address: str, *, key: bytes, objects: Mapping[str, object]) -> None:
        self._objects = dict(objects)
        self._closing = False
        self._listener = Listener(address, backlog=BACKLOG, authkey=key)
        self._thread = threading.Thread(target=self._accept, name="remote-host", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Take no more connections; calls under way are answered."""
        self._closing = True
        self._listener.close()

    def _accept(self) -> None:
        while not self._closing:
            try:
                connection = self._listener.accept()
            except Exception:  # noqa: BLE001 - a stranger's failed handshake must not end the host
                if not self._closing:
                    _log.warning("remote.connection_refused")
                continue
            threading.Thread(
                target=self._serve, args=(connection,), name="remote-call", daemon=True
            ).start()

    def _serve(self, connection: Connection[Any, Any]) -> None:
        with connection, contextlib.suppress(EOFError, OSError):
            while True:
                connection.send_bytes(self._answer(connection.recv_bytes(FRAME_MAX_BYTES)))

    def _answer(self, frame: bytes) -> bytes:
        try:
            target, name, arguments = read_call(frame)
            thing = self._objects[target]
            kind: type = type(thing)
            method = method_of(kind, name)
            result = getattr(thing, name)(**method.unpack(arguments))
            return answer_frame(Outcome.RESULT, method.result.dump_json(result))
        except Refusal as refusal:
            return answer_frame(Outcome.REFUSED, pack_refusal(refusal))
        except (ValueError, KeyError, AttributeError, ValidationError) as error:
            _log.exception("remote.call_unknown")
            return answer_frame(Outcome.FAILED, repr(error).encode())
        except Exception as error:  # noqa: BLE001 - the caller has to hear of any failure
            away = storage_refusal(error)
            if away is not None:
                return answer_frame(Outcome.REFUSED, pack_refusal(away))
            _log.exception("remote.call_failed")
            return answer_frame(Outcome.FAILED, repr(error).encode())
