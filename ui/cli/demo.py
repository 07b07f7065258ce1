"""``matinee demo``: what a newcomer sees first."""

from __future__ import annotations

import time

from local_server.contracts import Availability, TitleSummary
from ui.cli import headless
from ui.cli.choose import all_titles
from ui.cli.playing import Wish, play_headless
from ui.cli.words import CommandError, err, out
from ui.edge import Edge, open_edge
from ui.places import Places

_HEADLESS_S = 30.0
_LOOK_EVERY_S = 0.3
_REGISTRATION_S = 15.0  # the starter library is registered right after the server has started


def run_demo(where: Places) -> int:
    """The desktop window with a film; without a display the film alone, and what it measured."""
    from ui.cli.screen import (  # noqa: PLC0415 - loads Qt
        native_chatter_aside,
        open_desktop,
        raised,
        why_no_display,
    )

    missing = why_no_display()
    if not missing:
        if raised(where):
            return 0
        with native_chatter_aside(where.logs), open_edge(where, wait=False) as edge:
            return open_desktop(where, edge, play_first=True)
    err.print(f"{missing} Playing {_HEADLESS_S:.0f} s of film without a picture instead.")
    with open_edge(where) as edge:
        title = first_title(edge)
        wish = Wish(
            wanted=title.id,
            headless=True,
            start_s=0.0,
            duration_s=_HEADLESS_S,
            speed=1.0,
            report=None,
            shape=None,
        )
        document = play_headless(edge, where, title, wish, None)
    headless.tell(document)
    if title.attribution:
        out.print(f"  {title.attribution}", markup=False)
    return 0


def first_title(edge: Edge) -> TitleSummary:
    """The title that is ready first; the starter library is prepared on a first start."""
    told, began_s = -1, time.monotonic()
    while True:
        titles = all_titles(edge.client)
        for title in titles:
            if title.availability is Availability.READY:
                return title
        if not titles and time.monotonic() - began_s > _REGISTRATION_S:
            raise CommandError(
                "The library is empty.", hint="'matinee add FOLDER' fills it with your films."
            )
        if titles and all(t.availability is not Availability.PREPARING for t in titles):
            raise CommandError("No title could be prepared.", hint="'matinee doctor' may know why.")
        tenths = int(10 * max((title.progress for title in titles), default=0.0))
        if tenths > told:  # a line for every tenth, also where there is no terminal
            told = tenths
            err.print(f"First start: the first film is being prepared, {10 * tenths} %")
        time.sleep(_LOOK_EVERY_S)
