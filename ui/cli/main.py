"""The ``matinee`` command."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from cyclopts.validators import Number

from abr.profiles import QualityProfileId
from ui.cli.abr import abr_app
from ui.cli.experiments import experiments_app
from ui.cli.household_commands import devices_app, pair, profiles_app
from ui.cli.where import HomeOption, prepared
from ui.cli.words import out, spoken_errors
from ui.places import places

app = App(
    name="matinee",
    help="Your own streaming service in a box.",
    version_flags=["--version"],
    result_action="return_value",
)

app.command(abr_app)
app.command(pair)
app.command(devices_app)
app.command(profiles_app)
app.command(experiments_app)
# By name: it loads the client only when it is asked for.
app.command("ui.cli.libraries:library_app", name="library")


@app.command
def desktop(
    *, home: HomeOption = None, full_screen: bool = False, reduced_motion: bool = False
) -> int:
    """Open the desktop window, with a server of its own unless one is running.

    Parameters
    ----------
    full_screen
        Begin in full screen.
    reduced_motion
        Everything appears at once instead of moving.
    """
    from ui.cli.screen import (  # noqa: PLC0415 - loads Qt
        native_chatter_aside,
        open_desktop,
        raised,
        require_display,
    )
    from ui.edge import open_edge  # noqa: PLC0415

    require_display()
    where = prepared(home)
    if raised(where):
        return 0
    with native_chatter_aside(where.logs), open_edge(where, wait=False) as edge:
        return open_desktop(where, edge, full_screen=full_screen, reduced_motion=reduced_motion)


@app.command
def demo(*, home: HomeOption = None) -> int:
    """Show what Matinee does: the desktop window and a film; without a display, the film alone."""
    from ui.cli.demo import run_demo  # noqa: PLC0415 - loads only what it needs

    return run_demo(prepared(home))


@app.command
def serve(
    *,
    home: HomeOption = None,
    host: str = "127.0.0.1",
    port: int | None = None,
    starter: bool = True,
    isolate: bool = False,
) -> None:
    """Run the edge server alone until it is stopped.

    Parameters
    ----------
    host
        Address to listen on; 0.0.0.0 lets the whole network in.
    port
        Port to listen on; 0 takes any free one.
    starter
        Put the starter library into a new home.
    isolate
        Run every service as a process of its own: one that dies takes no other with it.
    """
    from local_server.app import serve as run_server  # noqa: PLC0415 - a server's libraries
    from local_server.runtime.settings import DEFAULT_PORT, ServerSettings  # noqa: PLC0415
    from ui.cli.household import show_code  # noqa: PLC0415

    settings = ServerSettings(
        home=prepared(home).home,
        host=host,
        port=DEFAULT_PORT if port is None else port,
        starter=starter,
        isolate=isolate,
    )
    # Whoever sits at the server may let the first device in; a log is read by others, too.
    shows_code = sys.stdout.isatty() and host not in ("127.0.0.1", "::1", "localhost")
    run_server(settings, on_new=show_code if shows_code else None)


@app.command
def add(*paths: Path, home: HomeOption = None, wait: bool = True) -> None:
    """Take films into the library: files, or folders that are searched for them.

    Parameters
    ----------
    wait
        Stay until everything can be played, showing progress. A running server goes on preparing
        without; otherwise preparing goes on at the next start.
    """
    from ui.cli.library import add_paths  # noqa: PLC0415 - loads only what it needs

    add_paths(prepared(home), paths, wait=wait)


@app.command
def titles(
    *, home: HomeOption = None, as_json: Annotated[bool, Parameter("--json")] = False
) -> None:
    """List what can be played.

    Parameters
    ----------
    as_json
        Print a JSON list with id, name and duration_s of each.
    """
    from ui.cli.library import list_titles  # noqa: PLC0415 - loads only what it needs

    list_titles(prepared(home), as_json=as_json)


@app.command
def play(
    wanted: str,
    /,
    *,
    home: HomeOption = None,
    headless: bool = False,
    start: float | None = None,
    duration: float | None = None,
    speed: float = 1.0,
    report: Path | None = None,
    shape: Path | None = None,
    profile: QualityProfileId | None = None,
) -> int:
    """Play a title, or a file (which is taken into the library first).

    Parameters
    ----------
    wanted
        A name, a part of it, an id, or a file.
    headless
        Play without a screen and print a report.
    start
        Begin so many seconds into the film instead of where you stopped.
    duration
        Stop after so many seconds of film (with --headless).
    speed
        0.5 to 2.
    report
        Write the playback report to this JSON file (with --headless).
    shape
        Stream through a network that follows this trace: lines of duration_ms,kbps[,latency_ms].
    profile
        What to go by this once: balanced, data-saver or highest-quality.
    """
    from ui.cli.playing import Wish, play_wanted  # noqa: PLC0415 - loads only what it needs

    wish = Wish(
        wanted=wanted,
        headless=headless,
        start_s=start,
        duration_s=duration,
        speed=speed,
        report=report,
        shape=shape,
        profile=profile,
    )
    return play_wanted(prepared(home), wish)


@app.command
def doctor(
    *, home: HomeOption = None, as_json: Annotated[bool, Parameter("--json")] = False
) -> int:
    """Check what Matinee needs of this machine and say what to do."""
    from ui.cli.doctor import examine, tell  # noqa: PLC0415 - loads only what it needs

    findings = examine(places(home))
    if as_json:
        out.print_json(json.dumps([finding.as_dict() for finding in findings]))
    else:
        tell(findings)
    return 0 if all(finding.ok for finding in findings) else 1


@app.command
def stats(
    *,
    home: HomeOption = None,
    days: Annotated[int, Parameter(validator=Number(gte=1, lte=3660))] = 30,
    as_json: Annotated[bool, Parameter("--json")] = False,
) -> None:
    """Show what this house watches. The figures stay in the house.

    Parameters
    ----------
    days
        How far to look back.
    as_json
        Print the figures as JSON.
    """
    from ui.cli.statistics import show_statistics  # noqa: PLC0415 - loads only what it needs

    show_statistics(prepared(home), days=days, as_json=as_json)


@profiles_app.command(name="export")
def export_profile(file: Path, *, home: HomeOption = None, profile: str | None = None) -> None:
    """Write everything of a profile to a file: history, places in films, lists, ratings.

    Parameters
    ----------
    profile
        Name of the profile; the household's first without.
    """
    from ui.cli.profiles import export_profile as run  # noqa: PLC0415 - loads only what it needs

    run(prepared(home), file, wanted=profile)


@profiles_app.command(name="import")
def import_profile(
    file: Path, *, home: HomeOption = None, profile: str | None = None, settings: bool = False
) -> None:
    """Take in a profile of Matinee, or what Jellyfin, Plex or Kodi know of a viewer.

    Parameters
    ----------
    profile
        Name of the profile it goes to; the household's first without.
    settings
        Take in the settings of a profile of Matinee as well: how it looks, and what it may see.
    """
    from ui.cli.profiles import import_profile as run  # noqa: PLC0415 - loads only what it needs

    run(prepared(home), file, wanted=profile, settings=settings)


def main() -> None:
    """Entry point: runs the command and exits with its code."""
    with spoken_errors():
        result = app()
    sys.exit(result if isinstance(result, int) else 0)


if __name__ == "__main__":
    main()
