"""Started in front of every child program: makes it polite and mortal, then becomes it.

``python -I -S launcher.py PARENT_PID CPU_S MEMORY_BYTES PROGRAM ARGUMENT...`` (0: no limit)

Runs by path without the standard site, so that it costs milliseconds; it may import nothing of
ours. Doing this here and not between fork and exec keeps a server with threads safe.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1  # prctl(2)


def _die_with_parent(parent_pid: int) -> None:
    import ctypes  # noqa: PLC0415 - only Linux needs it

    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent_pid:  # it died before the line above
        sys.exit(1)


def _limit(cpu_s: int, memory_bytes: int) -> None:
    import resource  # noqa: PLC0415 - not on Windows

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if cpu_s:
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))
    if memory_bytes:
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))


def _be_polite() -> None:
    # Behind what a person does, yet not behind everything: on a machine that is busy with other
    # work for hours, a film has to get ready all the same. While a film plays, children idle.
    with contextlib.suppress(OSError):
        os.nice(10)


def main(arguments: list[str]) -> None:
    """Apply the limits and run the program in this process's place."""
    parent_pid, cpu_s, memory_bytes = (int(value) for value in arguments[:3])
    if sys.platform == "linux":
        _die_with_parent(parent_pid)
    if os.name == "posix":
        _limit(cpu_s, memory_bytes)
        _be_polite()
    os.execv(arguments[3], arguments[3:])  # noqa: S606 - an argument list, no shell


if __name__ == "__main__":
    main(sys.argv[1:])
