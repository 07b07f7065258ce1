"""Opening the desktop window with everything behind it."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from abr.profiles import QualityProfileId
from abr.trace import Trace
from local_server.client import EdgeError
from local_server.contracts import Availability
from player.mpv_engine import MpvEngine
from ui.cli.choose import all_titles
from ui.cli.words import CommandError
from ui.edge import Edge
from ui.kit import build_player
from ui.places import Places

_LOOK_EVERY_S = 0.5


def why_no_display() -> str:
    """One sentence when there is no display to open a window on, else nothing."""
    if not sys.platform.startswith("linux"):
        return ""
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        return ""
    return "There is no display."


def require_display() -> None:
    """Raise :class:`CommandError` when there is no display."""
    if missing := why_no_display():
        raise CommandError(
            missing,
            detail="Neither DISPLAY nor WAYLAND_DISPLAY is set.",
            hint="Run this in a graphical session, or play with: matinee play TITLE --headless",
        )


def raised(where: Places, title_id: str | None = None) -> bool:
    """Bring the open window of this home to the front and let it play; ``False``: there is none."""
    from ui.desktop.app import ALREADY_OPEN  # noqa: PLC0415 - Qt loads slowly
    from ui.desktop.instance import raise_running  # noqa: PLC0415

    if not raise_running(where.home, title_id):
        return False
    sys.stdout.write(f"{ALREADY_OPEN}\n")
    return True


@contextlib.contextmanager
def native_chatter_aside(folder: Path) -> Iterator[None]:
    """Send what libraries write to stderr themselves to a file in ``folder``; our words stay.

    Drivers and sound systems that look for hardware which is not there fill a terminal with lines
    that look like errors. Whoever sets ``MATINEE_LOG`` wants to see them.
    """
    if "MATINEE_LOG" in os.environ:
        yield
        return
    folder.mkdir(parents=True, exist_ok=True)
    ours, terminal = sys.stderr, os.dup(2)
    with (folder / "libraries.log").open("wb") as log, os.fdopen(terminal, "w", 1) as words:
        os.dup2(log.fileno(), 2)
        sys.stderr = words
        try:
            yield
        finally:
            os.dup2(words.fileno(), 2)
            sys.stderr = ours


def open_desktop(
    where: Places,
    edge: Edge,
    *,
    title_id: str | None = None,
    play_first: bool = False,
    full_screen: bool = False,
    reduced_motion: bool = False,
    start_s: float | None = None,
    speed: float = 1.0,
    shape: Trace | None = None,
    profile: QualityProfileId | None = None,
) -> int:
    """Show the window until it is closed; the answer is the process's exit code.

    ``title_id`` is played at once; ``play_first`` plays the first title that is ready.
    """
    from ui.desktop.app import run  # noqa: PLC0415 - Qt loads slowly
    from ui.desktop.services import DesktopServices, DesktopSettings  # noqa: PLC0415

    engine = MpvEngine(video="libmpv")
    # A shaped network is a measurement: nothing may have come before it was asked for.
    kit = build_player(
        edge.client, engine, where, shape=shape, profile=profile, prefetch=shape is None
    )
    kit.session.set_speed(speed)
    closing = threading.Event()
    try:
        return run(
            DesktopServices(
                client=edge.client,
                control=kit.session,
                prefetcher=kit.prefetcher,
                server=edge.watch,
                video=engine,
                home=where.home,
                opening=lambda: first_ready(edge, closing) if play_first else title_id,
                start_s=start_s,
                settings=DesktopSettings(full_screen=full_screen, reduced_motion=reduced_motion),
            )
        )
    finally:
        closing.set()
        kit.close()
        engine.close()


def first_ready(edge: Edge, closing: threading.Event) -> str | None:
    """The id of the first title that can be played; waits for the server and the studio."""
    while not closing.wait(_LOOK_EVERY_S):
        try:
            titles = all_titles(edge.client)
        except EdgeError:
            continue  # the server is starting
        for title in titles:
            if title.availability is Availability.READY:
                return title.id
    return None
