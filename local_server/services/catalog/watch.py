"""Folders that are watched: what changes in them is looked at when it rests."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from watchfiles import watch

from local_server.services.catalog.scan.tour import Tops
from local_server.services.catalog.scan.units import unit_of
from local_server.services.catalog.scan.walk import HINTS_NAME, IGNORE_NAME

_log = structlog.get_logger(__name__)

QUIET_S = 2.0
AT_MOST_S = 30.0
# Where the system cannot tell of changes, folders are looked through this often instead.
POLL_S = 15 * 60.0
LOOK_S = 0.5
_JOIN_S = 5.0


@dataclass(slots=True)
class Debounce:
    """Collects what changed until nothing has for ``quiet_s``, or for ``at_most_s``. Pure."""

    quiet_s: float = QUIET_S
    at_most_s: float = AT_MOST_S
    _units: set[tuple[str, str]] = field(default_factory=set)
    _first_s: float = 0.0
    _last_s: float = 0.0

    def note(self, units: Iterable[tuple[str, str]], now_s: float) -> None:
        """These have changed just now."""
        known = bool(self._units)
        self._units.update(units)
        if self._units and not known:
            self._first_s = now_s
        self._last_s = now_s

    def take(self, now_s: float) -> Tops | None:
        """What is to be looked at now; ``None`` while there is nothing, or it has no rest."""
        rested = now_s - self._last_s >= self.quiet_s
        if not self._units or not (rested or now_s - self._first_s >= self.at_most_s):
            return None
        taken, self._units = frozenset(self._units), set()
        return taken


@dataclass(slots=True)
class _Watch:
    folders: tuple[str, ...]
    stopped: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None


class Watches:
    """Watches the folders of libraries, each on a thread. Threading: any method from any thread.

    ``changed`` is called with what to scan; ``None`` for everything.
    """

    def __init__(
        self,
        changed: Callable[[str, Tops | None], None],
        *,
        quiet_s: float = QUIET_S,
        at_most_s: float = AT_MOST_S,
        poll_s: float = POLL_S,
        look_s: float = LOOK_S,
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._changed = changed
        self._quiet_s = quiet_s
        self._at_most_s = at_most_s
        self._poll_s = poll_s
        self._look_ms = max(1, round(look_s * 1000))
        self._monotonic_s = monotonic_s
        self._lock = threading.Lock()
        self._watches: dict[str, _Watch] = {}
        self._closed = False

    def set(self, library_id: str, folders: Sequence[str]) -> None:
        """Watch these folders of a library from now on, and no others; none stops it."""
        with self._lock:
            known = self._watches.get(library_id)
            if self._closed or (known is not None and known.folders == tuple(folders)):
                return
            if known is not None:
                known.stopped.set()
                del self._watches[library_id]
            if folders:
                made = self._watches[library_id] = _Watch(tuple(folders))
                made.thread = threading.Thread(
                    target=self._run,
                    args=(library_id, made),
                    name=f"watch-{library_id}",
                    daemon=True,
                )
                made.thread.start()

    def stop(self) -> None:
        """Watch nothing any more."""
        with self._lock:
            self._closed = True
            watches = list(self._watches.values())
            self._watches.clear()
        for each in watches:
            each.stopped.set()
        for each in watches:
            if each.thread is not None:
                each.thread.join(_JOIN_S)

    def _run(self, library_id: str, watched: _Watch) -> None:
        while not watched.stopped.is_set():
            try:
                self._watch(library_id, watched)
            except Exception as error:  # noqa: BLE001 - the system's limits come as many kinds
                # Too many folders for the system, a share that tells nothing, a folder not there.
                _log.warning("catalog.watching_impossible", library_id=library_id, error=str(error))
            if watched.stopped.wait(self._poll_s):
                return
            self._changed(library_id, None)

    def _watch(self, library_id: str, watched: _Watch) -> None:
        debounce = Debounce(self._quiet_s, self._at_most_s)
        for changes in watch(
            *watched.folders,
            watch_filter=None,
            debounce=self._look_ms,
            rust_timeout=self._look_ms,
            yield_on_timeout=True,
            stop_event=watched.stopped,
            raise_interrupt=False,
        ):
            now_s = self._monotonic_s()
            debounce.note(units_of((path for _, path in changes), watched.folders), now_s)
            units = debounce.take(now_s)
            if units is not None:
                self._changed(library_id, units)


def units_of(paths: Iterable[str], roots: Sequence[str]) -> set[tuple[str, str]]:
    """The units that changed paths lie in; a folder at the top may be one itself."""
    found: set[tuple[str, str]] = set()
    for path in paths:
        for root in roots:
            inside = os.path.relpath(path, root)
            if inside.startswith(os.pardir) or _is_hidden(inside):
                continue
            found.add((root, unit_of(root, path)))
            found.add((root, unit_of(root, str(Path(path).parent))))
    return found


def _is_hidden(inside: str) -> bool:
    if Path(inside).name in (IGNORE_NAME, HINTS_NAME):
        return False
    return inside != os.curdir and any(part.startswith(".") for part in Path(inside).parts)
