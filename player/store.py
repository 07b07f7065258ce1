"""The segment store: what was fetched stays on disk, for seeking back and for watching again."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import structlog

from abr.media import PresentationId, RepresentationId

log = structlog.get_logger()

DEFAULT_LIMIT_BYTES = 4 * 2**30  # about four films at 720p
_SUFFIX = ".seg"
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,80}")


@dataclass(frozen=True, slots=True)
class StoreKey:
    """A segment of a representation; index -1 is its init segment or subtitle file."""

    presentation_id: PresentationId
    representation_id: RepresentationId
    index: int


class SegmentStore:
    """Files under ``folder``, the least recently used go first when ``limit_bytes`` is reached.

    A file appears whole or not at all (written aside, then renamed). A store that cannot write,
    for a full disk say, keeps the most recent segments in memory instead, so that playback goes
    on. Threading: one thread at a time; the player calls it from its event loop.
    """

    def __init__(
        self,
        folder: Path,
        *,
        limit_bytes: int = DEFAULT_LIMIT_BYTES,
        spare_bytes: int = 64 * 2**20,
    ) -> None:
        self._folder = folder
        self._limit_bytes = limit_bytes
        self._spare_bytes = spare_bytes  # what the memory fallback may hold
        self._sizes: OrderedDict[StoreKey, int] = OrderedDict()  # least recently used first
        self._memory: OrderedDict[StoreKey, bytes] = OrderedDict()
        self._scan()

    @property
    def used_bytes(self) -> int:
        """Bytes on disk."""
        return sum(self._sizes.values())

    @property
    def limit_bytes(self) -> int:
        """Bytes there may be on disk."""
        return self._limit_bytes

    @property
    def presentations(self) -> frozenset[PresentationId]:
        """Whose segments there are."""
        return frozenset(key.presentation_id for key in (*self._sizes, *self._memory))

    def __contains__(self, key: StoreKey) -> bool:
        return key in self._sizes or key in self._memory

    def get(self, key: StoreKey, *, expected_bytes: int | None = None) -> bytes | None:
        """The segment, or ``None``; one of another size than expected is thrown away."""
        data = self._memory.get(key)
        if data is None and key in self._sizes:
            with contextlib.suppress(OSError):
                data = self._path(key).read_bytes()
        if data is None or (expected_bytes is not None and len(data) != expected_bytes):
            self.discard(key)
            return None
        if key in self._sizes:
            self._sizes.move_to_end(key)
        return data

    def put(self, key: StoreKey, data: bytes, *, keep: Iterable[PresentationId] = ()) -> None:
        """Store a segment, making room among presentations not in ``keep`` first."""
        if self._write(key, data):
            self._make_room(set(keep), key)
        else:
            self._forget_file(key)
            self._remember(key, data)

    def offer(self, key: StoreKey, data: bytes, *, keep: Iterable[PresentationId] = ()) -> bool:
        """Store a segment nobody waits for: on disk, or with ``False`` not at all.

        What is kept in memory while the disk takes nothing is of the film being watched.
        """
        written = self._write(key, data)
        if written:
            self._make_room(set(keep), key)
        return written

    def _write(self, key: StoreKey, data: bytes) -> bool:
        path = self._path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                Path(name).replace(path)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError as error:
            log.warning("store.write_failed", error=str(error))
            return False
        self._memory.pop(key, None)
        self._sizes[key] = len(data)
        self._sizes.move_to_end(key)
        return True

    def discard(self, key: StoreKey) -> None:
        """Forget a segment."""
        self._memory.pop(key, None)
        self._forget_file(key)

    def _forget_file(self, key: StoreKey) -> None:
        if self._sizes.pop(key, None) is not None:
            with contextlib.suppress(OSError):
                self._path(key).unlink(missing_ok=True)

    def discard_presentation(self, presentation_id: PresentationId) -> None:
        """Forget everything of one presentation."""
        for key in [
            k for k in (*self._sizes, *self._memory) if k.presentation_id == presentation_id
        ]:
            self.discard(key)
        if _SAFE.fullmatch(presentation_id):
            shutil.rmtree(self._folder / presentation_id, ignore_errors=True)

    def _remember(self, key: StoreKey, data: bytes) -> None:
        self._memory[key] = data
        while sum(map(len, self._memory.values())) > self._spare_bytes and len(self._memory) > 1:
            self._memory.popitem(last=False)

    def _make_room(self, keep: set[PresentationId], newest: StoreKey) -> None:
        excess = self.used_bytes - self._limit_bytes
        if excess <= 0:
            return
        # Other films go first; the one being watched only when it alone is over the limit.
        order = sorted(self._sizes, key=lambda key: key.presentation_id in keep)
        for key in order:
            if excess <= 0:
                return
            if key != newest:
                excess -= self._sizes[key]
                self.discard(key)

    def _path(self, key: StoreKey) -> Path:
        parts = (key.presentation_id, key.representation_id)
        if not all(_SAFE.fullmatch(part) for part in parts):
            raise ValueError(f"not a name for the store: {parts}")
        return self._folder / parts[0] / parts[1] / f"{key.index}{_SUFFIX}"

    def _scan(self) -> None:
        """Learn what an earlier run left; half-written files of a killed one are removed."""
        found: list[tuple[float, StoreKey, int]] = []
        for path in self._folder.glob("*/*/*"):
            with contextlib.suppress(OSError, ValueError):
                if path.suffix != _SUFFIX:
                    path.unlink()
                    continue
                stat = path.stat()
                key = StoreKey(
                    PresentationId(path.parent.parent.name),
                    RepresentationId(path.parent.name),
                    int(path.stem),
                )
                if self._path(key) == path:  # else someone else's, and in nobody's way
                    found.append((stat.st_mtime, key, stat.st_size))
        self._sizes.update((key, size) for _, key, size in sorted(found, key=lambda row: row[0]))
