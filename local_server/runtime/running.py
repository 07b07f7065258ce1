"""The note a listening server leaves in its home, so that clients of the same machine find it."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psutil

NOTE = Path("run") / "server.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningServer:
    """Where a server listens, which process it is, and which file holds its owner token."""

    url: str
    pid: int
    token_file: Path

    def read_token(self) -> str:
        """The owner token; ``OSError`` when this user may not read it."""
        return self.token_file.read_text(encoding="ascii").strip()


def running_server(home: Path) -> RunningServer | None:
    """The server that listens for ``home``; ``None`` when there is none alive."""
    try:
        note = json.loads((home / NOTE).read_text(encoding="utf-8"))
        running = RunningServer(
            url=str(note["url"]), pid=int(note["pid"]), token_file=Path(note["token_file"])
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return running if _lives(running.pid) else None


def _lives(pid: int) -> bool:
    """Whether a process still works; where nobody reaps the dead, they keep their number."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def note_text(running: RunningServer) -> str:
    """What the note about ``running`` says."""
    document = {
        "url": running.url,
        "pid": running.pid,
        "token_file": str(running.token_file),
    }
    return json.dumps(document)


def remove_note(home: Path, *, pid: int) -> None:
    """Remove the note if it is still the one of ``pid``."""
    running = running_server(home)
    if running is not None and running.pid == pid:
        (home / NOTE).unlink(missing_ok=True)


def write_private(path: Path, text: str) -> None:
    """Replace ``path`` by ``text`` in one step, mode 0600, durable once this returns."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
