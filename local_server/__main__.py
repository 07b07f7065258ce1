"""``python -m local_server``: the edge server alone, with as few words as possible.

Exit code 0 after an orderly stop, 1 when the server cannot start.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from local_server.app import serve
from local_server.errors import ServerStartError
from local_server.runtime.settings import DEFAULT_PORT, ServerSettings


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; the process's exit code."""
    parser = argparse.ArgumentParser(prog="python -m local_server", description=main.__doc__)
    parser.add_argument("--home", type=Path, required=True, help="folder of the server's files")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="0 picks a free one")
    parser.add_argument("--no-starter", action="store_true", help="without the starter library")
    parser.add_argument(
        "--stop-with-parent", action="store_true", help="stop when standard input ends"
    )
    parser.add_argument("--isolate", action="store_true", help="a process for every service")
    parser.add_argument(
        "--shortest-resumable",
        type=float,
        default=300.0,
        metavar="SECONDS",
        help="shorter films begin anew instead of where they stopped",
    )
    given = parser.parse_args(arguments)
    settings = ServerSettings(
        home=given.home,
        host=given.host,
        port=given.port,
        starter=not given.no_starter,
        isolate=given.isolate,
        shortest_resumable_s=given.shortest_resumable,
    )
    try:
        serve(settings, stop_on_stdin_eof=given.stop_with_parent)
    except ServerStartError as error:
        sys.stderr.write(f"{error.title}\n{error.detail}\n{error.hint}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
