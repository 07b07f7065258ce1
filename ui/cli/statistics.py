"""``matinee stats``: what the house watches."""

from __future__ import annotations

import json

from rich.bar import Bar
from rich.table import Table
from rich.text import Text

from local_server.contracts import Overview, Patterns, Popularity
from ui.cli.words import one_line, out
from ui.edge import open_edge
from ui.places import Places

_TOP = 10
_DAYS_SHOWN = 14
_BAR_WIDTH = 30
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_SHADES = " ░▒▓█"


def show_statistics(where: Places, *, days: int, as_json: bool) -> None:
    """Print an overview of the last ``days`` days."""
    with open_edge(where, starter=False) as edge:
        overview = edge.client.overview(days=days)
        patterns = edge.client.patterns(days=days)
        popularity = edge.client.popularity(days=days, limit=_TOP)
    if as_json:
        parts = {"overview": overview, "patterns": patterns, "popularity": popularity}
        out.print_json(json.dumps({name: p.model_dump(mode="json") for name, p in parts.items()}))
    elif not overview.plays and not overview.minutes:
        out.print(f"Nothing was watched in the last {days} days, or all of it in private.")
    else:
        _show_overview(overview)
        _show_hours(patterns)
        _show_titles(popularity)
        out.print("Counted on this machine, for its owner. Private sessions are not in it.")


def duration(minutes: float) -> str:
    """Minutes as people say them."""
    hours, rest = divmod(round(minutes), 60)
    return f"{hours} h {rest:02} min" if hours else f"{rest} min"


def shade(minutes: float, most: float) -> str:
    """One character, the darker the more."""
    if minutes <= 0 or most <= 0:
        return _SHADES[0]
    return _SHADES[min(4, 1 + int(3.999 * minutes / most))]


def _show_overview(overview: Overview) -> None:
    out.print(
        f"[bold]The last {overview.days} days[/bold]  {duration(overview.minutes)}, "
        f"{overview.plays} plays of {overview.titles} titles by {overview.viewers} profiles"
    )
    shown = overview.by_day[-_DAYS_SHOWN:]
    most = max((day.minutes for day in shown), default=0.0)
    table = Table(box=None, show_header=False, pad_edge=False)
    for day in shown:
        bar = Bar(most, 0, day.minutes, width=_BAR_WIDTH) if most > 0 else ""
        table.add_row(f"{day.day:%a %d %b}", bar, duration(day.minutes))
    out.print(table)


def _show_hours(patterns: Patterns) -> None:
    out.print("\n[bold]When[/bold]  each column an hour, midnight first")
    most = max(map(max, patterns.by_hour), default=0.0)
    for name, hours in zip(_WEEKDAYS, patterns.by_hour, strict=True):
        cells = "".join(2 * shade(minutes, most) for minutes in hours)
        out.print(Text(f"{name} {cells}", style="cyan"))
    devices = [
        f"{one_line(device.device_id)} {duration(device.minutes)}"
        for device in patterns.devices[:_TOP]
        if device.device_id
    ]
    if devices:
        out.print(Text("On " + ", ".join(devices)))


def _show_titles(popularity: Popularity) -> None:
    if not popularity.items:
        return
    names = {title.id: title.name for title in popularity.titles}
    table = Table("title", "plays", "profiles", "time", box=None, pad_edge=False)
    for item in popularity.items:
        name = one_line(names.get(item.title_id, "no longer in the library"))
        time = duration(item.minutes)
        table.add_row(Text(name), str(item.plays), str(item.viewers), time)
    out.print("\n[bold]Most popular[/bold]  recent plays count most")
    out.print(table)
