"""When and how long a profile may watch."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from local_server.contracts.base import Id, Name, Wire

DAY_MIN = 24 * 60
ASK_MAX_MIN = 12 * 60


class Span(Wire):
    """Hours of a day, in minutes after its beginning as clocks show them.

    An end that is not after the start lies on the next day; 0 to 1440 is the whole day.
    """

    start_min: Annotated[int, Field(ge=0, lt=DAY_MIN)]
    end_min: Annotated[int, Field(ge=0, le=DAY_MIN)]

    @model_validator(mode="after")
    def _is_some_time(self) -> Self:
        if self.start_min == self.end_min:
            raise ValueError("a span that ends where it starts is no time at all")
        return self


class DayTimes(Wire):
    """One weekday. ``None``: any hour, any number of minutes. No spans: not on that day."""

    spans: Annotated[tuple[Span, ...], Field(max_length=12)] | None = None
    minutes: Annotated[int, Field(ge=0, le=DAY_MIN)] | None = None


class WatchTimes(Wire):
    """The week of a profile, Monday first; no days at all: no limits."""

    days: Annotated[tuple[DayTimes, ...], Field(max_length=7)] = ()

    @model_validator(mode="after")
    def _is_a_week(self) -> Self:
        if len(self.days) not in (0, 7):
            raise ValueError("a week has seven days")
        return self


class Reason(StrEnum):
    """Why a profile may not watch now."""

    OUTSIDE_HOURS = "outside_hours"
    MINUTES_USED_UP = "minutes_used_up"


class Allowance(Wire):
    """Whether a profile may watch.

    ``until`` is when this answer is over if the profile goes on watching; ``None``: not within a
    week. ``minutes_left`` is of today, ``None`` without a limit.
    """

    allowed: bool
    reason: Reason | None = None
    until: datetime | None = None
    minutes_left: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None


class AskParent(Wire):
    """Ask for ``minutes`` more today, or to see one title that is not for this profile."""

    minutes: Annotated[int, Field(ge=1, le=ASK_MAX_MIN)] | None = None
    title_id: Id | None = None

    @model_validator(mode="after")
    def _is_one_wish(self) -> Self:
        if (self.minutes is None) == (self.title_id is None):
            raise ValueError("ask for minutes or for a title")
        return self


class AskState(StrEnum):
    """What became of a request."""

    PENDING = "pending"
    APPROVED = "approved"
    DENIED = "denied"
    EXPIRED = "expired"


class ParentRequest(Wire):
    """What a profile asks its household's owner for.

    ``until``: when a request that waits expires, or what was granted ends.
    """

    id: Id
    profile_id: Id
    profile_name: Name
    minutes: int | None = None
    title_id: Id | None = None
    state: AskState
    asked_at: datetime
    until: datetime


class ParentRequests(Wire):
    """Requests, newest first."""

    items: tuple[ParentRequest, ...]


class Decision(Wire):
    """An answer to a request; ``minutes`` grants another number than was asked for."""

    approve: bool
    minutes: Annotated[int, Field(ge=1, le=ASK_MAX_MIN)] | None = None
