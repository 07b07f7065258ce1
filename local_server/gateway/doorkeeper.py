"""Who sends a request, remembered for a moment so that not each one asks the database."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable

from local_server.contracts import Principal
from local_server.runtime.events import DeviceRevoked, EventBus
from local_server.services.users.devices import Devices

REMEMBERED_S = 1.0
REMEMBERED_MAX = 512


class Doorkeeper:
    """Turns tokens into principals.

    Threading: :meth:`principal` on the event loop; revocations arrive from any thread.
    """

    def __init__(
        self, devices: Devices, *, bus: EventBus, monotonic_s: Callable[[], float]
    ) -> None:
        self._devices = devices
        self._monotonic_s = monotonic_s
        self._known: OrderedDict[bytes, tuple[Principal, float]] = OrderedDict()
        self._lock = threading.Lock()
        self._revocations = 0
        bus.subscribe(DeviceRevoked, self._forget)

    async def principal(self, token: bytes) -> Principal:
        """Whose token it is; :class:`~local_server.errors.Unauthorised` when it is nobody's."""
        key, now_s = hashlib.sha256(token).digest(), self._monotonic_s()
        known = self._known.get(key)
        if known is not None and now_s < known[1]:
            return known[0]
        before = self._revocations
        principal = await asyncio.to_thread(self._devices.authenticate, token.decode("latin-1"))
        # One revoked while it was being looked up must not be remembered as good.
        with self._lock:
            if before == self._revocations:
                self._known[key] = (principal, now_s + REMEMBERED_S)
                self._known.move_to_end(key)
                if len(self._known) > REMEMBERED_MAX:
                    self._known.popitem(last=False)
        return principal

    def _forget(self, _event: DeviceRevoked) -> None:
        with self._lock:
            self._revocations += 1
            self._known.clear()
