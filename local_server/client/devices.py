"""Devices, and how a new one joins."""

from __future__ import annotations

from local_server.client.calls import Caller, segment
from local_server.contracts import (
    ChangeDevice,
    Device,
    DeviceList,
    MakeCode,
    Redeem,
    Redeemed,
    SetupCode,
    SetupState,
)


class DeviceCalls(Caller):
    """Who may come in."""

    def devices(self) -> tuple[Device, ...]:
        """The household's devices."""
        return self._get("v1/devices", DeviceList).items

    def change_device(self, device_id: str, change: ChangeDevice) -> Device:
        """Give a device another name, role or profile."""
        return self._ask("PUT", f"v1/devices/{segment(device_id)}", Device, body=change)

    def revoke_device(self, device_id: str) -> None:
        """Take a device's token."""
        self._call("DELETE", f"v1/devices/{segment(device_id)}")

    def setup_state(self) -> SetupState:
        """Whether the server is new, and its household's name; needs no valid token."""
        return self._get("v1/setup", SetupState)

    def make_code(self, wish: MakeCode) -> SetupCode:
        """A code for one new device."""
        return self._ask("POST", "v1/setup/codes", SetupCode, body=wish)

    def redeem(self, request: Redeem) -> Redeemed:
        """Hand in a code for a token; needs no valid token."""
        return self._ask("POST", "v1/setup/redeem", Redeemed, body=request)
