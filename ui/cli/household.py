"""``matinee pair``, ``matinee devices`` and ``matinee profiles``."""

from __future__ import annotations

import getpass
import io
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar
from urllib.parse import parse_qs, urlencode, urlsplit

import segno
from pydantic import ValidationError

from local_server.client import EdgeClient, EdgeRefused
from local_server.contracts import (
    Device,
    MakeCode,
    Profile,
    ProfileSettings,
    ProfileStyle,
    Restrictions,
    Role,
    SetupCode,
)
from ui.cli.words import CommandError, one_line, out
from ui.edge import open_edge
from ui.places import Places

AnswerT = TypeVar("AnswerT")


def pair(where: Places, *, role: Role, profile: str | None, name: str | None) -> None:
    """Make a code for a new device and show it."""
    with open_edge(where, starter=False) as edge:
        profile_id = None if profile is None else _profile(edge.client, profile).id
        with _sound():
            wish = MakeCode(role=role, profile_id=profile_id, name=name)
        show_code(as_parent(edge.client, lambda: edge.client.make_code(wish)))


def show_code(code: SetupCode) -> None:
    """A code in letters and as a QR code that says where the server is, too."""
    url, reachable = _for_others(code.url)
    drawing = io.StringIO()
    segno.make(url, error="m").terminal(drawing, compact=True)
    out.print(drawing.getvalue(), markup=False)
    out.print(f"Code: {code.code[:4]}-{code.code[4:]}", markup=False)
    out.print(f"It lets one device in until {code.expires_at.astimezone():%H:%M}.", markup=False)
    if not reachable:
        out.print("This server can be reached from this machine alone.")
        out.print("'matinee serve --host 0.0.0.0' lets the devices of your network in.")


def _for_others(url: str) -> tuple[str, bool]:
    """A pairing URL with the address others reach the server by, and whether there is one.

    A server that listens everywhere is asked by its own machine at the loopback address.
    """
    pairing = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(pairing.query).items()}
    server = urlsplit(query["server"])
    if server.hostname not in ("127.0.0.1", "::1", "localhost"):
        return url, True
    address, port = _network_address(), server.port or 80
    if address is None or not _answers(address, port):
        return url, False
    query["server"] = f"{server.scheme}://{address}:{port}/"
    return pairing._replace(query=urlencode(query)).geturl(), True


def _network_address() -> str | None:
    """The address of this machine in its network; nothing is sent to find out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # RFC 5737: an address that is nobody's
        except OSError:
            return None
        address: str = probe.getsockname()[0]
    return None if address.startswith("127.") else address


def _answers(address: str, port: int) -> bool:
    try:
        socket.create_connection((address, port), timeout=1).close()
    except OSError:
        return False
    return True


def list_devices(where: Places) -> None:
    """Print all devices, one a line."""
    with open_edge(where, starter=False) as edge:
        names = {p.id: p.name for p in edge.client.household().profiles}
        devices = edge.client.devices()
    if not devices:
        out.print("No device was let in yet. 'matinee pair' shows a code for one.")
    _table([_device_line(device, names) for device in devices])


def revoke_device(where: Places, wanted: str) -> None:
    """Take a device's token."""
    with open_edge(where, starter=False) as edge:
        found = [d for d in edge.client.devices() if wanted in (d.id, d.name)]
        device = _one(found, wanted, "device")
        as_parent(edge.client, lambda: edge.client.revoke_device(device.id))
    out.print(f"{one_line(device.name)} is not let in any more.", markup=False)


def list_profiles(where: Places) -> None:
    """Print all profiles, one a line."""
    with open_edge(where, starter=False) as edge:
        profiles = edge.client.household().profiles
    _table([_profile_line(profile) for profile in profiles])


def add_profile(where: Places, name: str, *, kids: bool, max_age: int | None) -> None:
    """Make a profile."""
    with _sound():
        style, restrictions = ProfileStyle(name=name), Restrictions(kids=kids, max_age=max_age)
    settings = ProfileSettings(style=style, restrictions=restrictions)
    with open_edge(where, starter=False) as edge:
        profile = as_parent(edge.client, lambda: edge.client.create_profile(settings))
    out.print(f"{one_line(profile.name)}  {profile.id}", markup=False)


def delete_profile(where: Places, wanted: str) -> None:
    """Delete a profile and everything of it."""
    with open_edge(where, starter=False) as edge:
        profile = _profile(edge.client, wanted)
        as_parent(edge.client, lambda: edge.client.delete_profile(profile.id))
    out.print(f"{one_line(profile.name)} and all that belonged to it are gone.", markup=False)


def set_pin(where: Places, wanted: str | None, *, remove: bool) -> None:
    """Set or remove the PIN of a profile, or the parental one."""
    with open_edge(where, starter=False) as edge:
        profile_id = None if wanted is None else _profile(edge.client, wanted).id
        if remove:
            as_parent(edge.client, lambda: edge.client.remove_pin(profile_id))
            return
        pin = typed_pin("New PIN (4 to 8 digits): ")
        as_parent(edge.client, lambda: edge.client.set_pin(profile_id, pin))


def as_parent(client: EdgeClient, call: Callable[[], AnswerT]) -> AnswerT:
    """What ``call`` answers; asks for the parental PIN when it takes one."""
    try:
        return call()
    except EdgeRefused as error:
        if error.problem.code != "parent_pin_required" or not sys.stdin.isatty():
            raise
    client.unlock(None, typed_pin("Parental PIN: "))
    try:
        return call()
    finally:
        client.lock(None)


def typed_pin(prompt: str) -> str:
    """A PIN from the terminal, not shown while it is typed."""
    pin = getpass.getpass(prompt).strip()
    if not (pin.isascii() and pin.isdigit() and 4 <= len(pin) <= 8):
        raise CommandError("A PIN has 4 to 8 digits.")
    return pin


@contextmanager
def _sound() -> Iterator[None]:
    """Tell in words what no server would take."""
    try:
        yield
    except ValidationError as error:
        first = error.errors()[0]
        where = " ".join(str(part).replace("_", " ") for part in first["loc"])
        raise CommandError(f"That does not make sense: {where} {first['msg']}") from error


def _profile(client: EdgeClient, wanted: str) -> Profile:
    found = [p for p in client.household().profiles if wanted in (p.id, p.name)]
    return _one(found, wanted, "profile")


FoundT = TypeVar("FoundT", Device, Profile)


def _one(found: Sequence[FoundT], wanted: str, what: str) -> FoundT:
    if len(found) != 1:
        raise CommandError(
            f"There is no {what} {wanted}."
            if not found
            else f"There are several {what}s {wanted}.",
            hint=f"Name it by its id: 'matinee {what}s' lists them.",
        )
    return found[0]


def _device_line(device: Device, names: dict[str, str]) -> tuple[str, ...]:
    kept_to = "" if device.profile_id is None else names.get(device.profile_id, "")
    seen = "-" if device.seen_at is None else f"{device.seen_at.astimezone():%Y-%m-%d %H:%M}"
    return (one_line(device.name), device.kind, device.role, one_line(kept_to), seen, device.id)


def _profile_line(profile: Profile) -> tuple[str, ...]:
    kids, locked = "kids" if profile.kids else "", "locked" if profile.locked else ""
    return (one_line(profile.name), kids, locked, profile.id)


def _table(lines: Sequence[tuple[str, ...]]) -> None:
    """One thing a line, however narrow the terminal."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = (f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True))
        out.print("  ".join(cells).rstrip(), markup=False)
