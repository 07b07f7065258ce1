"""The commands about who may come in and who watches."""

from __future__ import annotations

from cyclopts import App

from local_server.contracts import Role
from ui.cli.where import HomeOption, prepared

devices_app = App(name="devices", help="List the devices that may come in, or take one's leave.")
profiles_app = App(name="profiles", help="List, make and delete profiles, and lock them.")


def pair(
    *,
    home: HomeOption = None,
    role: Role = Role.MEMBER,
    profile: str | None = None,
    name: str | None = None,
) -> None:
    """Show a code that lets one new device in.

    Parameters
    ----------
    role
        What it may do: owner, member or guest.
    profile
        Keep it to this profile, by name or id.
    name
        What to call it; else it says so itself.
    """
    from ui.cli import household  # noqa: PLC0415 - loads only what it needs

    household.pair(prepared(home), role=role, profile=profile, name=name)


@devices_app.default
@devices_app.command(name="list")
def list_devices(*, home: HomeOption = None) -> None:
    """List the devices that may come in."""
    from ui.cli import household  # noqa: PLC0415

    household.list_devices(prepared(home))


@devices_app.command
def revoke(device: str, /, *, home: HomeOption = None) -> None:
    """Let a device in no more.

    Parameters
    ----------
    device
        Its name or id.
    """
    from ui.cli import household  # noqa: PLC0415

    household.revoke_device(prepared(home), device)


@profiles_app.default
@profiles_app.command(name="list")
def list_profiles(*, home: HomeOption = None) -> None:
    """List the household's profiles."""
    from ui.cli import household  # noqa: PLC0415

    household.list_profiles(prepared(home))


@profiles_app.command
def add(
    name: str, /, *, home: HomeOption = None, kids: bool = False, max_age: int | None = None
) -> None:
    """Make a profile.

    Parameters
    ----------
    kids
        For a child: nothing rated above 12, nothing without a rating.
    max_age
        Show nothing rated above this age, 0 to 21.
    """
    from ui.cli import household  # noqa: PLC0415

    household.add_profile(prepared(home), name, kids=kids, max_age=max_age)


@profiles_app.command
def delete(profile: str, /, *, home: HomeOption = None) -> None:
    """Delete a profile and everything that belongs to it.

    Parameters
    ----------
    profile
        Its name or id.
    """
    from ui.cli import household  # noqa: PLC0415

    household.delete_profile(prepared(home), profile)


@profiles_app.command
def pin(profile: str | None = None, /, *, home: HomeOption = None, remove: bool = False) -> None:
    """Lock a profile with a PIN; without a profile, set the parental PIN.

    Parameters
    ----------
    profile
        Its name or id.
    remove
        Do without a PIN instead.
    """
    from ui.cli import household  # noqa: PLC0415

    household.set_pin(prepared(home), profile, remove=remove)
