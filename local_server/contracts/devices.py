"""Devices of the household, and how a new one joins."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from local_server.contracts.base import Id, Name, Wire
from local_server.contracts.household import Role
from local_server.contracts.profiles import Household, ShortName


class DeviceKind(StrEnum):
    """What sort of thing a device is."""

    DESKTOP = "desktop"
    TV = "tv"
    TERMINAL = "terminal"
    PHONE = "phone"
    OTHER = "other"


class _Standing(Wire):
    role: Role = Role.MEMBER
    profile_id: Id | None = None

    @model_validator(mode="after")
    def _owners_are_free(self) -> Self:
        if self.role is Role.OWNER and self.profile_id is not None:
            raise ValueError("a device kept to one profile cannot be the owner's")
        return self


class Device(_Standing):
    """A device with a token. ``seen_at`` is right to some minutes."""

    id: Id
    name: Name
    kind: DeviceKind
    created_at: datetime
    seen_at: datetime | None = None


class DeviceList(Wire):
    """The household's devices, in the order they came."""

    items: tuple[Device, ...]


class ChangeDevice(_Standing):
    """What a device is called and may do from now on."""

    name: ShortName


class SetupState(Wire):
    """All that a device without a token may know: whose server this is, and whether it is new."""

    done: bool
    name: Name


class MakeCode(_Standing):
    """What the device that redeems the code will be."""

    name: ShortName | None = None


class SetupCode(Wire):
    """A code for one device. ``url`` is for a QR code; it says where the server was asked."""

    code: str = Field(repr=False)
    expires_at: datetime
    url: str = Field(default="", repr=False)


class Redeem(Wire):
    """A new device hands in the code somebody read to it."""

    code: Annotated[str, Field(max_length=32, repr=False)]
    device_name: ShortName
    kind: DeviceKind = DeviceKind.OTHER


class Redeemed(Wire):
    """The new device's token, told this once."""

    token: str = Field(repr=False)
    device: Device
    household: Household
