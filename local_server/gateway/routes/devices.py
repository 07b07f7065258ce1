"""Devices, and how a new one joins."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter, Request

from local_server.contracts import (
    ChangeDevice,
    Device,
    DeviceList,
    MakeCode,
    Redeem,
    Redeemed,
    Role,
    SetupCode,
    SetupState,
)
from local_server.gateway.roles import needs, public
from local_server.gateway.routes.parameters import PathId
from local_server.gateway.services import Services


def add_routes(router: APIRouter, services: Services) -> None:
    """Add the routes to ``router``."""
    devices = services.devices
    parent = [needs(Role.OWNER, parent=True)]

    @router.get("/devices", tags=["devices"], dependencies=[needs(Role.OWNER)])
    def list_devices() -> DeviceList:
        """The household's devices; their tokens are told to nobody."""
        return DeviceList(items=devices.listed())

    @router.put("/devices/{device_id}", tags=["devices"], dependencies=parent)
    def change_device(device_id: PathId, body: ChangeDevice) -> Device:
        """Give a device another name, role or profile."""
        return devices.change(device_id, body)

    @router.delete("/devices/{device_id}", tags=["devices"], status_code=204, dependencies=parent)
    def revoke_device(device_id: PathId) -> None:
        """Take a device's token; its next request is refused."""
        devices.revoke(device_id)

    _add_setup_routes(router, services)


def _add_setup_routes(router: APIRouter, services: Services) -> None:
    setup = services.setup

    @router.get("/setup", tags=["devices"], dependencies=[public()])
    def setup_state() -> SetupState:
        """Whether this server is new, and its household's name. Needs no token."""
        return setup.state()

    @router.post(
        "/setup/codes",
        tags=["devices"],
        status_code=201,
        dependencies=[needs(Role.OWNER, parent=True)],
    )
    def make_code(request: Request, body: MakeCode) -> SetupCode:
        """A code for one new device, good for ten minutes."""
        code = setup.make_code(body)
        return code.model_copy(update={"url": pairing_url(str(request.base_url), code.code)})

    @router.post("/setup/redeem", tags=["devices"], status_code=201, dependencies=[public()])
    def redeem_code(body: Redeem) -> Redeemed:
        """Hand in a code for a token. Needs no token; after some wrong codes it is closed."""
        return setup.redeem(body)


def pairing_url(server_url: str, code: str) -> str:
    """What a QR code for a new device says."""
    return f"matinee://pair?{urlencode({'server': server_url, 'code': code})}"
