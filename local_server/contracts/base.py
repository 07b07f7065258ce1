"""What all wire types are made of."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Name = Annotated[str, Field(max_length=512)]
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
