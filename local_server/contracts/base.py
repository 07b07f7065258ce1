"""What all wire types are made of."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Name = Annotated[str, Field(max_length=512)]


def _of_our_time(moment: datetime) -> datetime:
    if not _EARLIEST <= moment <= _LATEST:
        raise ValueError("a moment lies between 1900 and 2200")
    return moment


_EARLIEST, _LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
# A moment a client tells: with its zone, and one that can be reckoned with.
Instant = Annotated[AwareDatetime, AfterValidator(_of_our_time)]
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False, le=1e7)]


class Wire(BaseModel):
    """Base of all wire types: frozen, unknown fields ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Problem(Wire):
    """The one error shape. ``message`` says what happened, ``hint`` what to do about it."""

    code: str
    message: str
    hint: str = ""
    retryable: bool = False
