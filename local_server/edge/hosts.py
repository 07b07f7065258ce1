"""Which names a request may address this server by.

A web page on a name its owner controls can point that name at 127.0.0.1 and then talk to us as
to itself (DNS rebinding). It cannot do so with an IP address, ``localhost`` or mDNS's ``.local``.
"""

from __future__ import annotations

import ipaddress
import re

_FORM = re.compile(r"(?:\[(?P<v6>[0-9A-Fa-f:.]+)\]|(?P<name>[A-Za-z0-9.-]+))(?::[0-9]{1,5})?")


def is_allowed(host: str) -> bool:
    """Whether a Host header names this server by address, as localhost, or within .local."""
    match = _FORM.fullmatch(host) if len(host) <= 255 else None
    if match is None:
        return False
    if match["v6"]:
        return _is_address(match["v6"])
    name = match["name"].lower().removesuffix(".")
    return name == "localhost" or name.endswith((".localhost", ".local")) or _is_address(name)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
