"""Finished media on disk, opened once and kept open: published files never change."""

from __future__ import annotations

import os
import stat
from collections import OrderedDict
from pathlib import Path
from typing import IO

# The usual limit is 1024 descriptors per process; connections and databases need theirs.
OPEN_MAX = 256
# Playlists and short subtitles: cheaper from memory than through another system call.
IN_MEMORY_MAX_BYTES = 32 * 1024

CONTENT_TYPES = {
    ".m4s": b"video/iso.segment",
    ".mp4": b"video/mp4",
    ".m4a": b"audio/mp4",
    ".vtt": b"text/vtt; charset=utf-8",
    ".json": b"application/json",
    ".m3u8": b"application/vnd.apple.mpegurl",
    ".mpd": b"application/dash+xml",
    ".jpg": b"image/jpeg",
    ".png": b"image/png",
    ".webp": b"image/webp",
}
# Whoever has the URL may keep the file: a presentation's content never changes.
CACHE_CONTROL = b"private, max-age=31536000, immutable"


class OpenFile:
    """An open file with its validators and the header fields every answer about it carries.

    Counted: :meth:`MediaFiles.open` counts one for its caller, who calls :meth:`release` once.
    """

    __slots__ = ("_file", "_users", "data", "etag", "fields", "size_bytes")

    def __init__(self, file: IO[bytes], facts: os.stat_result, suffix: str) -> None:
        self._file = file
        self._users = 1
        self.size_bytes = facts.st_size
        self.etag = f'"{facts.st_mtime_ns:x}-{facts.st_size:x}"'
        self.data = file.read() if facts.st_size <= IN_MEMORY_MAX_BYTES else None
        self.fields: tuple[tuple[bytes, bytes], ...] = (
            (b"content-type", CONTENT_TYPES.get(suffix, b"application/octet-stream")),
            (b"etag", self.etag.encode()),
            (b"cache-control", CACHE_CONTROL),
            (b"accept-ranges", b"bytes"),
            (b"x-content-type-options", b"nosniff"),
        )

    @property
    def descriptor(self) -> int:
        """For ``sendfile`` with an offset; its own position is nobody's."""
        return self._file.fileno()

    def read(self, offset: int, count: int) -> bytes:
        """Up to ``count`` bytes from ``offset``; fewer only at the end of the file."""
        if self.data is not None:
            return self.data[offset : offset + count]
        self._file.seek(offset)
        return self._file.read(count)

    def acquire(self) -> OpenFile:
        """Count one more user."""
        self._users += 1
        return self

    def release(self) -> None:
        """Count one less; the last one closes the file."""
        self._users -= 1
        if self._users == 0:
            self._file.close()


class MediaFiles:
    """The files under ``root/<presentation>/``. Owned by the thread of the event loop."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        self._open: OrderedDict[tuple[str, str], OpenFile] = OrderedDict()

    def open(self, presentation_id: str, path: str) -> OpenFile | None:
        """The file, to be released by the caller; ``None`` when there is no such regular file.

        ``path`` has been checked for its form; a symbolic link anywhere in it leads nowhere.
        """
        key = (presentation_id, path)
        found = self._open.get(key)
        if found is None:
            found = self._open_anew(presentation_id, path)
            if found is None:
                return None
            self._open[key] = found
            if len(self._open) > OPEN_MAX:
                self._open.popitem(last=False)[1].release()
        else:
            self._open.move_to_end(key)
        return found.acquire()

    def close(self) -> None:
        """Let go of everything; answers under way keep their files until they are done."""
        while self._open:
            self._open.popitem()[1].release()

    def _open_anew(self, presentation_id: str, path: str) -> OpenFile | None:
        wanted = os.path.join(self._root, presentation_id, path)  # noqa: PTH118 - hot path
        try:
            if os.path.realpath(wanted) != wanted or not stat.S_ISREG(os.lstat(wanted).st_mode):
                return None
            file = Path(wanted).open("rb")  # noqa: SIM115 - its users count, see OpenFile
        except (OSError, ValueError):
            return None
        return OpenFile(file, os.fstat(file.fileno()), Path(path).suffix.lower())
