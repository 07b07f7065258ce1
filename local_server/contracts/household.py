"""Who asks and who watches, as every service needs to know it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field

from local_server.contracts.base import Id, Name, Wire

Age = Annotated[int, Field(ge=0, le=21)]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]  # ISO 3166-1 alpha-2
LanguageTag = Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$")]  # BCP 47


class Role(StrEnum):
    """What a device may do, most first."""

    OWNER = "owner"  # everything, also what the house watches and its settings
    MEMBER = "member"  # watch, rate, and keep what belongs to its profiles
    GUEST = "guest"  # watch


class Visibility(Wire):
    """Which titles a viewer may be shown, anywhere: lists, search, home screen, playback.

    ``max_age`` and ``unrated`` come from the profile's maturity rating, the rest from rules of the
    household. ``None`` for ``libraries`` and ``region`` means that nothing depends on them.
    ``allowed_titles`` are shown though their ratings forbid it: a parent said so.
    """

    max_age: Age | None = None
    unrated: bool = True  # whether titles that carry no rating are shown
    libraries: tuple[Id, ...] | None = None
    blocked_titles: tuple[Id, ...] = ()
    blocked_tags: tuple[Name, ...] = ()
    allowed_titles: tuple[Id, ...] = ()
    region: Country | None = None


EVERYTHING = Visibility()


class Viewer(Wire):
    """A profile as the other services need it."""

    profile_id: Id
    visibility: Visibility = EVERYTHING
    kids: bool = False
    shares_taste: bool = True  # whether what it watches may shape what others are shown
    language: LanguageTag = "en"
    created_at: AwareDatetime | None = None


class Principal(Wire):
    """Whoever sent a request: a device with its role, kept to ``profile_id`` if that is set.

    The home's own token is the owner's and has the device id ``owner``.
    """

    device_id: Id
    name: Name
    role: Role
    profile_id: Id | None = None
