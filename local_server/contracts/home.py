"""The home screen."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from local_server.contracts.base import Id, Name, Wire
from local_server.contracts.titles import TitleSummary


class RowKind(StrEnum):
    """What a row is made of."""

    CONTINUE = "continue"
    NEXT = "next"
    BECAUSE = "because"  # because you watched X
    TOP_PICKS = "top_picks"
    TRENDING = "trending"
    REDISCOVER = "rediscover"
    NEW = "new"
    GENRE = "genre"
    SIMILAR_TASTE = "similar_taste"
    WATCHLIST = "watchlist"
    ALL = "all"
    POPULAR = "popular"


class DeviceClass(StrEnum):
    """What kind of screen asks."""

    DESKTOP = "desktop"
    TELEVISION = "television"
    TERMINAL = "terminal"
    OTHER = "other"


class Moment(Wire):
    """When and where a home screen is asked for. ``local`` is the household's wall clock."""

    local: datetime
    device: DeviceClass = DeviceClass.OTHER


class PlannedCard(Wire):
    """A title in a row: why it is there, and how probable its being there was."""

    title_id: Id
    reason: str
    propensity: float = 1.0


class PlannedRow(Wire):
    """A row before its titles are looked up."""

    id: Id
    kind: RowKind
    name: Name
    reason: str = ""
    cards: tuple[PlannedCard, ...]


class HomePlan(Wire):
    """Rows in the order they are shown. ``screen_id`` names this showing in later reports."""

    screen_id: Id
    rows: tuple[PlannedRow, ...]


class Row(Wire):
    """A row of the home screen and why it is there."""

    id: Id
    name: Name
    reason: str = ""
    kind: RowKind = RowKind.ALL
    items: tuple[TitleSummary, ...]


class Home(Wire):
    """The home screen of a profile.

    ``degraded`` names services that did not answer and were stood in for.
    """

    profile_id: Id
    rows: tuple[Row, ...]
    screen_id: Id | None = None
    degraded: tuple[Name, ...] = ()
