"""The socket a server listens on, opened before anything else depends on it."""

from __future__ import annotations

import errno
import ipaddress
import os
import socket

from local_server.errors import AddressUnavailable

BACKLOG = 512  # waiting connections; a player opens a handful


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 picks a free one. :class:`AddressUnavailable` if it fails."""
    try:
        if not 0 <= port <= 65535:
            raise OverflowError("ports go from 0 to 65535")
        families = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (socket.gaierror, UnicodeError, OverflowError) as error:
        raise AddressUnavailable(
            f"{host}, port {port}, is no address to listen on",
            detail=str(error),
            hint="Use an address of this machine, such as 127.0.0.1 or 0.0.0.0.",
        ) from error
    family, kind, protocol, _, address = families[0]
    listener = socket.socket(family, kind, protocol)
    try:
        if os.name == "posix":
            # A port of a server that has just stopped can be used again at once. On Windows the
            # same option would let two servers share a port.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        raise _unavailable(host, port, error) from error
    return listener


def url_of(listener: socket.socket) -> str:
    """The URL by which a client on this machine reaches ``listener``."""
    host, port = listener.getsockname()[:2]
    # A server on all addresses is reached by the loopback one.
    everywhere = ipaddress.ip_address(host).is_unspecified
    if listener.family == socket.AF_INET6:
        return f"http://[{'::1' if everywhere else host}]:{port}/"
    return f"http://{'127.0.0.1' if everywhere else host}:{port}/"


def _unavailable(host: str, port: int, error: OSError) -> AddressUnavailable:
    if error.errno == errno.EADDRINUSE:
        return AddressUnavailable(
            f"Port {port} is taken by another program",
            detail=f"{host}:{port}",
            hint="Stop that program, or choose another port with --port; 0 picks a free one.",
        )
    if error.errno == errno.EACCES:
        return AddressUnavailable(
            f"This user may not listen on port {port}",
            detail=f"{host}:{port}",
            hint="Choose a port above 1023 with --port.",
        )
    return AddressUnavailable(
        f"{host}, port {port}, cannot be listened on",
        detail=str(error),
        hint="Use an address of this machine, such as 127.0.0.1 or 0.0.0.0.",
    )
