"""``matinee library``: folders that are looked through, and what could not be used in them."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from local_server.client import EdgeClient
from local_server.contracts import FileProblem, LibraryKind, LibraryView, MakeLibrary, ScanState
from ui.cli.where import HomeOption, prepared
from ui.cli.words import CommandError, complain, err, one_line, out
from ui.edge import open_edge

_LOOK_EVERY_S = 0.3
_PAGE = 500

library_app = App(name="library", help="Folders of films that are looked through and watched.")


@library_app.command
def add(
    *folders: Path,
    name: str | None = None,
    kind: LibraryKind = LibraryKind.MIXED,
    language: str = "en",
    region: str | None = None,
    watch: bool = True,
    wait: bool = True,
    home: HomeOption = None,
) -> None:
    """Make a library of one or more folders and look through them.

    Parameters
    ----------
    name
        What to call it; the first folder's name without.
    kind
        What is in it: movies, series, home_videos or mixed.
    language
        The language its names are in, such as en or pt-BR.
    region
        The country whose certificates are meant, such as DE.
    watch
        Take in what is put there later by itself.
    wait
        Stay until the folders have been looked through.
    """
    if not folders:
        raise CommandError("No folder given.", hint="Example: matinee library add ~/Films")
    wanted = MakeLibrary(
        name=name or folders[0].absolute().name or "Films",
        kind=kind,
        folders=tuple(_wire(folder) for folder in folders),
        language=language,
        region=region,
        watch=watch,
    )
    with open_edge(prepared(home), starter=False) as edge:
        made = edge.client.make_library(wanted)
        out.print(f"added   {one_line(made.name)}  {made.id}", markup=False)
        if wait:
            _await_scan(edge.client, made.id)


@library_app.command(name="list")
def list_all(
    *, home: HomeOption = None, as_json: Annotated[bool, Parameter("--json")] = False
) -> None:
    """List the libraries.

    Parameters
    ----------
    as_json
        Print a JSON list.
    """
    with open_edge(prepared(home), starter=False) as edge:
        found = edge.client.libraries()
    if as_json:
        out.print_json(json.dumps([view.model_dump(mode="json") for view in found]))
        return
    for view in found:
        state = "scanning" if view.scan.state is not ScanState.IDLE else f"{view.titles} titles"
        refused = f", {view.refused} files with problems" if view.refused else ""
        line = f"{one_line(view.name)}  {view.kind}  {state}{refused}  {view.id}"
        out.print(line, markup=False)
        for folder in view.folders:
            out.print(f"        {one_line(folder)}", markup=False)
        _tell_problem(view)


@library_app.command
def scan(library: str, /, *, wait: bool = True, home: HomeOption = None) -> None:
    """Look through a library's folders again.

    Parameters
    ----------
    library
        Its name or id.
    wait
        Stay until that is done.
    """
    with open_edge(prepared(home), starter=False) as edge:
        found = _named(edge.client, library)
        edge.client.scan_library(found.id)
        if wait:
            _await_scan(edge.client, found.id)


@library_app.command
def remove(library: str, /, *, home: HomeOption = None) -> None:
    """Remove a library and its titles from Matinee. Its files are not touched.

    Parameters
    ----------
    library
        Its name or id.
    """
    with open_edge(prepared(home), starter=False) as edge:
        found = _named(edge.client, library)
        edge.client.remove_library(found.id)
    out.print(f"removed {one_line(found.name)}; its files are where they were", markup=False)


@library_app.command
def problems(
    library: str,
    /,
    *,
    home: HomeOption = None,
    as_json: Annotated[bool, Parameter("--json")] = False,
) -> None:
    """List the files of a library that could not be used, or only in part, and why.

    Parameters
    ----------
    library
        Its name or id.
    as_json
        Print a JSON list.
    """
    with open_edge(prepared(home), starter=False) as edge:
        found = _named(edge.client, library)
        items: list[FileProblem] = []
        while True:
            page = edge.client.library_problems(found.id, limit=_PAGE, offset=len(items))
            items += page.items
            if not page.items or len(items) >= page.total:
                break
    if as_json:
        out.print_json(json.dumps([item.model_dump(mode="json") for item in items]))
        return
    if not items:
        out.print("Every file could be used.")
    for item in items:
        out.print(one_line(item.path), markup=False)
        out.print(f"  {one_line(item.problem.message)}", markup=False)
        out.print(f"  {one_line(item.problem.hint)}", markup=False, style="yellow")


def _named(client: EdgeClient, wanted: str) -> LibraryView:
    found = [
        view
        for view in client.libraries()
        if wanted in (view.id, view.name) or view.name.casefold() == wanted.casefold()
    ]
    if len(found) != 1:
        raise CommandError(
            f"There is no library “{one_line(wanted)}”.", hint="'matinee library list' shows all."
        )
    return found[0]


def _await_scan(client: EdgeClient, library_id: str) -> None:
    """Show how a scan comes along until it ends; raises :class:`CommandError` if it ended badly."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=err) as bar:
        task = bar.add_task("Looking through folders", total=None)
        while True:
            view = client.library(library_id)
            total = view.scan.found or None
            bar.update(task, completed=view.scan.done, total=total)
            if view.scan.state is ScanState.IDLE:
                break
            time.sleep(_LOOK_EVERY_S)
    out.print(f"{view.titles} titles, {view.refused} files with problems", markup=False)
    if view.problem is not None:
        raise CommandError(view.problem.message, hint=view.problem.hint)


def _tell_problem(view: LibraryView) -> None:
    if view.problem is not None:
        complain(view.name, view.problem.message, view.problem.hint)


def _wire(folder: Path) -> str:
    absolute = folder.absolute()
    try:
        str(absolute).encode()
    except UnicodeEncodeError:
        return absolute.as_uri()
    return str(absolute)
