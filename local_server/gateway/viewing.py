"""For whom a request is: the one place that lets a device act as a profile.

Routes take a :data:`PathViewer`, a :data:`QueryViewer`, or ask :func:`viewer_for` with the profile
of their body. What they get has been checked: the profile is there, the device may act as it, and
it is unlocked on that device.
"""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, Path, Query, Request

from local_server.contracts import Allowance, Id, Principal, Reason, Role, Viewer
from local_server.errors import Forbidden, NotFound
from local_server.gateway.roles import has, principal_of, services_of
from local_server.gateway.services import Services

_OVER = {
    Reason.OUTSIDE_HOURS: "It is not this profile's time to watch",
    Reason.MINUTES_USED_UP: "This profile has watched for as long as it may today",
}


def require_own(principal: Principal, profile_id: str) -> None:
    """:class:`~local_server.errors.Forbidden` on a device that is kept to another profile."""
    if principal.profile_id not in (None, profile_id):
        raise Forbidden(
            "other_profile",
            "This device is kept to another profile",
            hint="The household's owner can change that: `matinee devices`.",
        )


def viewer_for(services: Services, principal: Principal, profile_id: str) -> Viewer:
    """The viewer a device acts as.

    Raises :class:`~local_server.errors.Forbidden` (``other_profile``, ``profile_locked``) and
    :class:`~local_server.errors.NotFound`.
    """
    require_own(principal, profile_id)
    viewer = services.users.viewer(profile_id)
    services.locks.require_open(principal.device_id, profile_id)
    return viewer


def watcher_for(services: Services, principal: Principal, profile_id: str) -> Viewer:
    """As :func:`viewer_for`, for who is about to watch.

    Also raises :class:`~local_server.errors.Forbidden` with the reason of an
    :class:`~local_server.contracts.Allowance` that says no.
    """
    viewer = viewer_for(services, principal, profile_id)
    allowance = services.allowances.may_watch(profile_id)
    if allowance.reason is not None:
        raise Forbidden(allowance.reason, _OVER[allowance.reason], hint=_when(services, allowance))
    return viewer


def require_visible(services: Services, viewer: Viewer, title_id: str) -> None:
    """:class:`~local_server.errors.NotFound` for a title the viewer may not see, as for none."""
    if title_id not in services.catalog.summaries([title_id], viewer.visibility):
        raise NotFound(
            "title_not_found",
            "There is no such title in the library",
            hint="It may have been removed; go back to the list.",
        )


def path_viewer(request: Request, profile_id: Annotated[Id, Path()]) -> Viewer:
    """The viewer whom the path names."""
    return viewer_for(services_of(request), principal_of(request), profile_id)


def query_viewer(
    request: Request, profile_id: Annotated[Id | None, Query()] = None
) -> Viewer | None:
    """The viewer whom the query names; ``None`` is the house's owner, who sees everything."""
    principal = principal_of(request)
    if profile_id is not None:
        return viewer_for(services_of(request), principal, profile_id)
    if principal.profile_id is not None or not has(principal, Role.OWNER):
        raise Forbidden(
            "profile_required",
            "Say for which profile this is",
            hint="Only the owner's devices see titles for no profile: add profile_id.",
        )
    return None


def _when(services: Services, allowance: Allowance) -> str:
    ask = "A parent can grant more time: ask for it."
    if allowance.until is None:
        return ask
    zone = ZoneInfo(services.users.household().time_zone)
    return f"It may again on {allowance.until.astimezone(zone):%A at %H:%M}. {ask}"


PathViewer = Annotated[Viewer, Depends(path_viewer)]
QueryViewer = Annotated[Viewer | None, Depends(query_viewer)]
