"""What the house watches: for its owner, and never sent anywhere else.

Nothing watched in private and nothing of deleted profiles is in here.
"""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from local_server.contracts.base import Id, Name, Wire
from local_server.contracts.titles import TitleSummary


class DayTotal(Wire):
    """One day of the household's calendar. ``viewers``: profiles that watched."""

    day: dt.date
    minutes: float
    viewers: int


class Overview(Wire):
    """The last ``days`` days, oldest day first; days without watching are left out."""

    days: int
    minutes: float
    plays: int
    viewers: int
    titles: int
    by_day: tuple[DayTotal, ...]


class DeviceMinutes(Wire):
    """What was watched on a device; ``device_id`` is empty for what was imported."""

    device_id: str = Field(max_length=64)
    minutes: float
    plays: int


class Patterns(Wire):
    """When and where the house watches.

    ``by_hour[weekday][hour]`` are minutes, Monday and midnight first, by the household's clock.
    """

    days: int
    by_hour: tuple[tuple[float, ...], ...]
    devices: tuple[DeviceMinutes, ...]


class TitlePopularity(Wire):
    """How popular a film or series is. ``score`` counts plays, recent ones most."""

    title_id: Id
    plays: int
    viewers: int
    minutes: float
    score: float


class Popularity(Wire):
    """Most popular first; ``titles`` are those of the items."""

    days: int
    items: tuple[TitlePopularity, ...]
    titles: tuple[TitleSummary, ...] = ()


class TitleCompletion(Wire):
    """How a film or episode is watched.

    A start is a way through the title, in one sitting or many. ``stops[n]`` counts the starts that
    were given up in the ``n``-th of equal parts of the title.
    """

    title_id: Id
    starts: int
    finishes: int
    share: float
    minutes: float
    stops: tuple[int, ...]
    name: Name = ""
