"""The home folder: prepared, held by one server at a time, with the secrets it keeps."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from local_server.errors import AlreadyRunning, HomeUnusable
from local_server.runtime.running import running_server, write_private
from local_server.runtime.settings import ServerPaths

SECRET_BYTES = 32  # 256 bit: beyond guessing, and the size of the HMAC it keys


def prepare(paths: ServerPaths) -> None:
    """Create the folders of a home, private to their owner; :class:`HomeUnusable` if it fails."""
    for folder in (paths.home, paths.server, paths.media, paths.studio, paths.lock.parent):
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise _unusable(folder, error) from error
        if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            raise _unusable(folder, PermissionError("not writable"))


@contextmanager
def held(paths: ServerPaths) -> Iterator[None]:
    """Hold the home; :class:`AlreadyRunning` when another process does.

    The operating system lets go of the lock when the process ends, however it ends.
    """
    lock = FileLock(paths.lock, timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise _already_running(paths) from error
    except OSError as error:
        raise _unusable(paths.lock, error) from error
    try:
        yield
    finally:
        lock.release()


def secret(path: Path) -> str:
    """The secret in ``path`` as hexadecimal digits; a new one the first time."""
    try:
        text = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        text = secrets.token_hex(SECRET_BYTES)
        save(path, text + "\n")
        return text
    except (OSError, UnicodeDecodeError) as error:
        raise _unusable(path, error) from error
    if len(text) != 2 * SECRET_BYTES:
        raise HomeUnusable(
            "A secret of the server is damaged",
            detail=str(path),
            hint="Delete the file; the next start makes a new one.",
        )
    return text


def save(path: Path, text: str) -> None:
    """Keep ``text`` in ``path`` for the owner alone; :class:`HomeUnusable` if that fails."""
    try:
        write_private(path, text)
    except OSError as error:
        raise _unusable(path, error) from error


def _already_running(paths: ServerPaths) -> AlreadyRunning:
    running = running_server(paths.home)
    where = f" at {running.url}" if running else ""
    return AlreadyRunning(
        f"A Matinee server already works on this home{where}",
        detail=str(paths.home),
        hint="Use that one, stop it first, or choose another folder with --home.",
    )


def _unusable(path: Path, error: Exception) -> HomeUnusable:
    return HomeUnusable(
        "The home folder of Matinee cannot be used",
        detail=f"{path}: {error}",
        hint="Check its permissions and free space, or choose another folder with --home.",
    )
